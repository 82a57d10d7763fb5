import { activityOf, pageSize } from '@patchbay/core'
import t from 'tap'
import { countQueries, openStudio } from '../helper.ts'
import { kettle } from './kettle.ts'

t.test('the trail', async t => {
  const { plugin } = kettle(t)
  const house = await openStudio(t, { plugins: [plugin], work: false })
  const { owner, manager, engineer, stranger, db, host } = house
  const fill = (who: typeof owner, fields: object) => who.api('POST', '/kettle/fill', fields)

  await t.test('says who did what from where, and what changed', async t => {
    await fill(owner, { name: 'Alto', litres: 2 })
    await fill(manager, { name: 'Alto', litres: 3, id: 1 })
    const [last, first] = await activityOf(db, 'kettle', 1)
    t.match(last, {
      person_name: 'Manon Manager',
      action: 'kettle.fill',
      via: 'api',
      details: { changes: { litres: [2, 3] } }
    })
    t.match(first, { person_name: 'Olivia Owner' })
    const page = await owner.get('/activity')
    t.equal(page.statusCode, 200, page.body)
    for (const words of ['Bouilloire remplie', 'Manon Manager', 'Litres : 2 → 3', 'par l’API'])
      t.match(page.body, words)
  })

  await t.test('a refused change leaves no row', async t => {
    const before = await db('activity').count()
    await fill(owner, { name: 'hot', litres: 2 })
    t.same(await db('activity').count(), before)
  })

  await t.test('nobody can change or empty it', async t => {
    await t.rejects(db('activity').update({ person_name: 'Nobody' }))
    await t.rejects(db('activity').delete())
    await t.rejects(db.raw('truncate activity'))
  })

  await t.test('is filtered by person, action and day, and an unknown filter is as if it were not there', async t => {
    const names = async (query: string) => {
      const { body } = await owner.get(`/activity?${query}`)
      return [...body.matchAll(/<b>([^<]+)<\/b> /g)].map(match => match[1])
    }
    t.same(await names(`person=${manager.id}`), ['Manon Manager'])
    t.same(await names('action=kettle.fill'), ['Manon Manager', 'Olivia Owner'])
    t.same(await names('action=kettle.empty'), [])
    t.same(await names('day=2001-01-01'), [])
    t.equal((await names(`day=${encodeURIComponent('aujourd’hui')}`)).length, 2)
    t.equal((await names('person=x&colour=red')).length, 2)
  })

  await t.test('is paged by keyset both ways, under one number of statements whatever its rows', async t => {
    const rows = Array.from({ length: 130 }, (_, n) => ({
      person_id: owner.id,
      person_name: `Nº ${n}`,
      via: 'form',
      action: 'kettle.fill',
      about: ['kettle:9']
    }))
    const few = await countQueries(house, () => owner.get('/activity'))
    await db('activity').insert(rows)
    t.equal(await countQueries(house, () => owner.get('/activity')), few)
    t.ok(few <= 8)
    const seen: string[] = []
    let address = '/activity'
    let back = ''
    for (;;) {
      const { body } = await owner.get(address)
      seen.push(...[...body.matchAll(/id="activity-(\d+)"/g)].map(match => match[1] ?? ''))
      const next = /rel="next" href="([^"]+)"/.exec(body)?.[1]
      if (!next) {
        back = /rel="prev" href="([^"]+)"/.exec(body)?.[1] ?? ''
        break
      }
      address = `/activity${next}`
    }
    t.equal(seen.length, 132)
    t.equal(new Set(seen).size, 132)
    const { body } = await owner.get(`/activity${back}`)
    t.equal(/id="activity-(\d+)"/.exec(body)?.[1], seen.at(-(132 % pageSize) - pageSize), 'the page before the last')
    t.match(body, /rel="prev"/)
    t.equal((await owner.get('/activity?after=garbage')).statusCode, 200)
    t.equal((await activityOf(db, 'kettle', 9)).length, 20)
  })

  await t.test('what happened to the studio itself stands under access', async t => {
    await owner.post('/settings', { name: 'Canal', locale: 'fr', timezone: 'Europe/Paris', currency: 'EUR' })
    const page = await owner.get('/activity/access')
    t.equal(page.statusCode, 200, page.body)
    t.match(page.body, 'a modifié les réglages du studio')
    t.match(page.body, 'Studio Test → Canal')
    t.notMatch(page.body, 'Bouilloire remplie</')
    const elsewhere = await host.tenants.master('audit').where({ organization_id: house.elsewhere.id })
    t.notOk(elsewhere.some(row => row.action === 'studio.change_studio'))
  })

  await t.test('only who may read it comes in', async t => {
    t.equal((await manager.get('/activity')).statusCode, 200)
    for (const path of ['/activity', '/activity/access']) {
      t.equal((await engineer.get(path)).statusCode, 403)
      t.equal((await stranger.get(path)).statusCode, 404)
    }
  })
})
