import t from 'tap'
import { definePlugin } from '@patchbay/core'
import { deliver } from '../../core/events.ts'
import { openStudio } from '../helper.ts'
import { kettle } from './kettle.ts'

t.test('facts', async t => {
  const { plugin, heard } = kettle(t)
  const all: string[] = []
  let failing = true
  const gossip = definePlugin({
    id: 'gossip',
    dir: import.meta.dirname,
    async onAny({ by }, fact, ids) {
      all.push(`${by.name}: ${fact} ${String(ids['kettle_id'])}`)
    }
  })
  const clumsy = definePlugin({
    id: 'clumsy',
    dir: import.meta.dirname,
    on: {
      async 'kettle.filled'({ db }) {
        await db('plugins').insert({ id: 'clumsy-was-here' }).onConflict().ignore()
        if (failing) throw new Error('dropped it')
      }
    }
  })
  const house = await openStudio(t, { plugins: [plugin, clumsy, gossip], work: false })
  const { owner, host, studio, db } = house
  const fill = (name: string) => owner.api('POST', '/kettle/fill', { name, litres: 1 })

  await t.test('wait in the outbox with the change, and in the queue under one key', async t => {
    await fill('Alto')
    t.match(await db('outbox').select('fact', 'ids', 'by_name'), [
      { fact: 'kettle.filled', ids: { kettle_id: 1 }, by_name: 'Olivia Owner' }
    ])
    const jobs = await host.tenants.master('graphile_worker.jobs').where({ task_identifier: 'deliver' }).select('key')
    t.equal(jobs.length, 1)
    t.same(heard, [], 'no listener acts before')
  })

  await t.test('a listener that fails keeps nobody from hearing, and leaves nothing half done', async t => {
    const [row] = await db('outbox')
    await t.rejects(deliver(host, studio, row.id), /1 listeners of kettle.filled failed/)
    t.same(heard, [1])
    t.same(all, ['Olivia Owner: kettle.filled 1'])
    t.same(await db('plugins').where({ id: 'clumsy-was-here' }), [])
  })

  await t.test('it is tried again, and those who heard do not hear twice', async t => {
    failing = false
    const [row] = await db('outbox')
    await deliver(host, studio, row.id)
    t.same(heard, [1])
    t.equal(all.length, 1)
    t.equal((await db('plugins').where({ id: 'clumsy-was-here' })).length, 1)
    t.same(await db('outbox'), [], 'heard by all: gone')
    await deliver(host, studio, row.id)
    t.same(heard, [1])
  })

  await t.test('a plugin that is off hears nothing', async t => {
    await fill('Basse')
    await owner.post('/settings/plugins/kettle/switch')
    const [row] = await db('outbox')
    await deliver(host, studio, row.id)
    t.same(heard, [1])
    t.equal(all.length, 2)
  })
})
