import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { buildHost } from '../../core/host.ts'
import { openStudio, origin, testEnvironment } from '../helper.ts'
import type { House, Visitor } from '../helper.ts'
import { kettle } from './kettle.ts'

/** Opens the live line of the host at `address` as `who` does from a page of ours, and keeps what it hears. */
async function line(address: string, house: House, who: Visitor, from = origin) {
  const headers = { origin: from, ...(who.token && { cookie: `sign-in=${who.token}` }) }
  const socket = new WebSocket(`${address.replace('http', 'ws')}/s/${house.studio.slug}/live`, { headers })
  const heard: unknown[] = []
  socket.addEventListener('message', ({ data }) => heard.push(JSON.parse(String(data))))
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve())
    socket.addEventListener('error', () => reject(new Error('not let in')))
  })
  return { socket, heard }
}

const fill = (who: Visitor, name: string) => who.api('POST', '/kettle/fill', { name, litres: 1 })

/** Waits until `what` holds; hints travel over the database. */
async function until(what: () => boolean): Promise<void> {
  for (let tries = 0; tries < 150 && !what(); tries++) await sleep(20)
}

t.test('the live line', async t => {
  const { plugin } = kettle(t)
  const house = await openStudio(t, { plugins: [plugin] })
  const here = await house.listen()
  const { owner, manager, engineer, stranger, visitor, host } = house

  await t.test('open pages hear of a fact by name and ids, those who may', async t => {
    const [mine, theirs, deaf] = [
      await line(here, house, owner),
      await line(here, house, manager),
      await line(here, house, engineer)
    ]
    t.equal((await fill(owner, 'Alto')).statusCode, 200)
    await until(() => mine.heard.length > 0 && theirs.heard.length > 0)
    t.same(mine.heard, [{ fact: 'kettle.filled', kettle_id: 1 }])
    t.same(theirs.heard, mine.heard)
    t.same(deaf.heard, [], 'whose role lacks the permission hears nothing')
    for (const { socket } of [mine, theirs, deaf]) socket.close()
  })

  await t.test('a change that failed is never told', async t => {
    const { socket, heard } = await line(here, house, owner)
    t.equal((await fill(owner, 'hot')).statusCode, 422)
    t.equal((await fill(owner, 'Basse')).statusCode, 200)
    await until(() => heard.length > 0)
    t.equal(heard.length, 1)
    socket.close()
  })

  await t.test('only a member, from our own origin', async t => {
    await t.rejects(line(here, house, stranger), /not let in/)
    await t.rejects(line(here, house, visitor), /not let in/)
    await t.rejects(line(here, house, owner, 'https://evil.test'), /not let in/)
    t.equal(host.sockets.size, 0)
    t.equal((await owner.get('/live')).statusCode, 404, 'without upgrade there is nothing')
  })

  await t.test(
    'it is closed when the person or the studio changes, so that it comes back through the door',
    async t => {
      for (const hint of [
        { kind: 'person', user: manager.id },
        { kind: 'studio', studio: house.studio.id }
      ] as const) {
        const { socket } = await line(here, house, manager)
        const closed = once(socket, 'close')
        await host.bus.say(host.tenants.master, hint)
        t.equal(((await closed)[0] as CloseEvent).code, 4001)
      }
    }
  )

  await t.test('two processes on one PostgreSQL hear each other', async t => {
    const second = await buildHost({
      env: testEnvironment(),
      plugins: [plugin],
      tenants: host.tenants,
      connection: house.connection,
      logger: false
    })
    t.teardown(() => second.app.close())
    const there = await second.app.listen({ port: 0, host: '127.0.0.1' })
    const [near, far] = [await line(here, house, owner), await line(there, house, owner)]
    await fill(owner, 'Ténor')
    await until(() => far.heard.length > 0 && near.heard.length > 0)
    t.same(far.heard, near.heard)
    t.equal(far.heard.length, 1)

    await owner.post('/settings/plugins/kettle/switch')
    await until(() => second.host.sockets.size === 0)
    const headers = { cookie: `sign-in=${owner.token}` }
    const page = await second.app.inject({ url: `/s/${house.studio.slug}/kettle`, headers })
    t.equal(page.statusCode, 404, 'the other process knows that the plugin is off')
    await owner.post('/settings/plugins/kettle/switch', { enabled: 'on' })
  })

  await t.test('300 quiet lines at once cost nobody anything', async t => {
    await until(() => host.sockets.size === 0)
    const lines = await Promise.all(Array.from({ length: 300 }, () => line(here, house, owner)))
    t.equal(host.sockets.size, 300)
    await fill(owner, 'Soprano')
    await until(() => lines.every(({ heard }) => heard.length === 1))
    t.ok(lines.every(({ heard }) => heard.length === 1))
    for (const { socket } of lines) socket.close()
    await until(() => host.sockets.size === 0)
    t.equal(host.sockets.size, 0, 'and are forgotten when they close')
  })
})
