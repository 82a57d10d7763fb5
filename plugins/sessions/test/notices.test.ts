import { time } from '@patchbay/core'
import t from 'tap'
import { openStudio } from '../../../test/helper.ts'

const day = time.addDays(time.startOfWeek(time.today('Europe/Paris')), 14)

t.test('news of a session', async t => {
  const house = await openStudio(t)
  const { owner, manager, engineer, assistant, db } = house
  const [room] = await db('rooms').insert({ name: 'Cabine B', kind: 'cabine', always_open: true }).returning('id')
  const asked = { room_id: room.id, title: 'Prises voix', day, starts: '14h', ends: '18h', people: [engineer.id] }
  const [{ id }] = [(await owner.api('POST', '/sessions/book', asked)).json().value]
  await house.settle()
  const told = async (who: typeof owner) => {
    const { body } = await who.get('/notifications')
    return [...body.matchAll(/(Séance [^<]*Cabine B, [^<]*)</g)].map(match => match[1])
  }

  await t.test('goes to those who work on it, in whole words, and leads to it', async t => {
    const [first, ...rest] = await told(engineer)
    t.match(first, /^Séance réservée : Prises voix, Cabine B, .* 14:00–18:00$/)
    t.same(rest, [])
    t.match(await db('notifications').first('path'), { path: `/sessions/${id}` })
    for (const other of [owner, manager, assistant]) t.same(await told(other), [])
  })

  await t.test('goes to who booked it too when somebody else cancels', async t => {
    const answer = await manager.api('POST', '/sessions/cancel', { id, reason: 'Grippe' })
    t.equal(answer.statusCode, 200, answer.body)
    await house.settle()
    for (const who of [owner, engineer]) t.match((await told(who))[0], /^Séance annulée : /)
    t.same(await told(manager), [])
  })

  await t.test('each kind has its words, and can be chosen', async t => {
    const page = await engineer.get('/notifications/preferences')
    for (const words of ['Séance réservée avec vous', 'Séance déplacée', 'Option libérée ou expirée'])
      t.match(page.body, words)
    t.notMatch(page.body, 'sessions.notice')
    for (const locale of ['fr', 'en'] as const)
      for (const verb of ['booked', 'moved', 'confirmed', 'cancelled', 'released', 'reopened'])
        for (const key of [`sessions.notices.${verb}`, `sessions.notice_kinds.${verb}`])
          t.ok(house.host.texts.has(locale, key), `${locale} ${key}`)
  })
})
