import t from 'tap'
import { work } from '../../../core/events.ts'
import { countQueries, openStudio } from '../../../test/helper.ts'
import type { Answer, Visitor } from '../../../test/helper.ts'
import { cookieOf, mailsTo, text } from './guests.ts'
import { makeSongs } from './songs.ts'

t.test('share links', async t => {
  const house = await openStudio(t)
  const { db, engineer, assistant, stranger, visitor, studio, elsewhere, settle, host } = house
  const { tracks, take, project_id } = await makeSongs(house, ['Les heures claires', 'Rue Ordener'], 4)
  const [first, second] = tracks.map(({ id }) => id) as [number, number]
  const demo = await take(first, 'demo', 1)
  const one = await take(first, 'final', 1, 0.8)
  const two = await take(first, 'final', 2, 2)
  const other = await take(second, 'rough', 1)
  const place = { project_id, scope: 'comment' }

  /** Makes a link as a form does; its address below the installation's. */
  async function share(more: Record<string, string | number | readonly number[]> = {}) {
    const made = await engineer.post('/mixes/links', { ...place, ...more })
    t.equal(made.statusCode, 303, text(made))
    const id = Number(made.location.split('/').at(-1))
    const page = await engineer.get(`/mixes/links/${id}`)
    const token = /\/mixes\/([\w-]{43})"/.exec(page.body)?.[1] ?? ''
    return { id, token, at: `//o/${studio.slug}/mixes/${token}` }
  }
  /** Comes in as a browser that keeps its cookie. */
  async function comeIn(at: string, password?: string): Promise<{ answer: Answer; cookie: string }> {
    const answer = password === undefined ? await visitor.get(at) : await visitor.post(at, { password })
    return { answer, cookie: cookieOf(answer) }
  }
  const visits = (id: number) => db('share_visits').where({ link_id: id }).orderBy('id').pluck<string[]>('what')

  await t.test('a link to a project shows what is furthest, and what was sent for review', async t => {
    const { at, id } = await share()
    const { answer, cookie } = await comeIn(at)
    t.equal(answer.statusCode, 200)
    t.match(answer.headers['cache-control'], 'no-store')
    t.match(answer.headers['referrer-policy'], 'same-origin')
    t.match(answer.body, 'noindex')
    t.match(answer.body, 'Rue Ordener')
    t.match(answer.body, 'Les heures claires')
    const hears = async (audio: number, headers = {}) =>
      (await visitor.get(`${at}/audio/${audio}/listen`, { cookie, range: 'bytes=0-99', ...headers })).statusCode
    t.equal(await hears(two.audio_id), 206)
    t.equal(await hears(other.audio_id), 206)
    t.equal(await hears(one.audio_id), 404, 'an older one that nobody was sent')
    t.equal(await hears(demo.audio_id), 404)
    await db('reviews').insert({ revision_id: one.id, round: 1, to_name: 'Zoé', sent_by: engineer.id })
    t.equal(await hears(one.audio_id), 206, 'an older one that was sent')
    await db('reviews').where({ revision_id: one.id }).update({ outcome: 'withdrawn', decided_at: new Date() })
    t.equal(await hears(one.audio_id), 404, 'but not one that was taken back')
    t.equal((await visitor.get(`${at}/audio/${two.audio_id}/peaks`, { cookie })).rawPayload.length, 3600)
    t.equal(await hears(two.audio_id, { cookie: '' }), 404, 'a player of another browser has to come in first')
    t.equal(await hears(two.audio_id, { cookie: 'guest=nonsense' }), 404)
    t.same(await visits(id), ['opened', 'heard', 'heard', 'heard'], 'each revision is heard once a visit')
    await comeIn(at)
    await visitor.get(at, { cookie })
    t.equal((await visits(id)).filter(what => what === 'opened').length, 2, 'coming back is the same visit')
  })

  await t.test('each link opens what it says and nothing else', async t => {
    const track = await share({ track_id: second })
    const revision = await share({ track_id: first, revision_id: one.id })
    const chosen = await share({ revision_ids: [demo.id, other.id] })
    const opens = async ({ at }: { at: string }) => {
      const { cookie } = await comeIn(at)
      const open: string[] = []
      for (const [name, { audio_id }] of Object.entries({ demo, one, two, other }))
        if ((await visitor.get(`${at}/audio/${audio_id}/peaks`, { cookie })).statusCode === 200) open.push(name)
      return open.join(' ')
    }
    t.equal(await opens(track), 'other')
    t.equal(await opens(revision), 'one')
    t.equal(await opens(chosen), 'demo other')
    const { cookie } = await comeIn(track.at)
    t.equal(
      (await visitor.get(`${revision.at}/audio/${one.audio_id}/peaks`, { cookie })).statusCode,
      404,
      'a visit is of its link'
    )
    const wrong = await engineer.post('/mixes/links', { ...place, track_id: 999_999 })
    t.equal(wrong.statusCode, 404)
    t.equal((await engineer.post('/mixes/links', { ...place, revision_ids: [demo.id, 999_999] })).statusCode, 404)
  })

  await t.test('what is allowed is allowed, and no more', async t => {
    const { at, token } = await share({ scope: 'listen' })
    const { cookie, answer } = await comeIn(at)
    t.notMatch(answer.body, '/original')
    const said = { revision_id: two.id, body: 'Plus de basse', at: '0:01', author: 'Zoé' }
    t.equal((await visitor.post(`${at}/comments`, said, { cookie })).statusCode, 403)
    t.equal((await visitor.get(`${at}/audio/${two.audio_id}/original`, { cookie })).statusCode, 403)
    const commenting = await share({ scope: 'comment' })
    const guest = await comeIn(commenting.at)
    const answered = await visitor.post(`${commenting.at}/comments`, said, { cookie: guest.cookie })
    t.equal(answered.statusCode, 303)
    const fragment = await visitor.get(`${commenting.at}/comments?revision=${two.id}`, { cookie: guest.cookie })
    t.match(fragment.body, 'Plus de basse')
    t.equal(
      (await visitor.get(`${commenting.at}/audio/${two.audio_id}/original`, { cookie: guest.cookie })).statusCode,
      403
    )
    t.equal(
      (await visitor.post(`${commenting.at}/comments`, { ...said, revision_id: demo.id }, { cookie: guest.cookie }))
        .statusCode,
      404
    )
    const taking = await share({ scope: 'download' })
    const taker = await comeIn(taking.at)
    t.match(taker.answer.body, '/original')
    const original = await visitor.get(`${taking.at}/audio/${two.audio_id}/original`, { cookie: taker.cookie })
    t.ok(original.rawPayload.equals(two.bytes))
    t.same(await visits(taking.id), ['opened', 'downloaded'])
    t.equal(
      (await visitor.post(`${at}/comments`, said)).location,
      `/o/${studio.slug}/mixes/${token}`,
      'who is not in is led to the page'
    )
    t.equal((await assistant.post('/mixes/links', place)).statusCode, 403)
    t.equal((await stranger.get(`/mixes/links/${taking.id}`)).statusCode, 404)
    t.equal(
      (await visitor.get(`//o/${elsewhere.slug}/mixes/${token}`)).statusCode,
      404,
      'of another studio it is nothing'
    )
  })

  await t.test('revoked, it gives no byte more, and says whom to ask', async t => {
    const { id, at } = await share()
    const { cookie } = await comeIn(at)
    const range = (from: number) =>
      visitor.get(`${at}/audio/${two.audio_id}/listen`, { cookie, range: `bytes=${from}-` })
    t.equal((await range(0)).statusCode, 206)
    t.equal((await range(1000)).statusCode, 206)
    t.equal((await engineer.post(`/mixes/links/${id}/revocation`)).statusCode, 303)
    t.equal((await range(2000)).statusCode, 410, 'the next part of what is playing')
    t.equal((await visitor.get(`${at}/comments?revision=${two.id}`, { cookie })).statusCode, 410)
    const page = await visitor.get(at, { cookie })
    t.equal(page.statusCode, 410)
    t.match(page.body, studio.name)
    t.notMatch(page.body, 'Les heures claires')
    t.equal((await engineer.post(`/mixes/links/${id}/revocation`)).statusCode, 409)
    const again = await engineer.post(`/mixes/links/${id}/renewal`)
    const renewed = await engineer.get(again.location.replace(`/s/${studio.slug}`, ''))
    const token = /\/mixes\/([\w-]{43})"/.exec(renewed.body)?.[1] ?? ''
    t.equal(
      (await visitor.get(`//o/${studio.slug}/mixes/${token}`)).statusCode,
      200,
      'the same again has another address'
    )
  })

  await t.test('it ends with its day', async t => {
    const { id, at } = await share({ expires_on: '2031-05-01' })
    const { cookie } = await comeIn(at)
    await db('share_links')
      .where({ id })
      .update({ expires_at: new Date(Date.now() - 1000) })
    t.equal((await visitor.get(at, { cookie })).statusCode, 410)
    t.equal((await visitor.get(`${at}/audio/${two.audio_id}/listen`, { cookie })).statusCode, 410)
    const past = await engineer.post('/mixes/links', { ...place, expires_on: '2020-05-01' })
    t.equal(past.statusCode, 422)
  })

  await t.test('a password is asked once a visit, tried a few times, and kept by nobody', async t => {
    const { id, at } = await share({ password: 'ordener 18e' })
    const door = await visitor.get(at)
    t.equal(door.statusCode, 200)
    t.notMatch(door.body, 'Nuits blanches', 'nothing shows before it')
    t.equal(cookieOf(door), '')
    t.equal((await visitor.post(at, { password: 'faux' })).statusCode, 422)
    const { cookie, answer } = await comeIn(at, 'ordener 18e')
    t.equal(answer.statusCode, 303)
    t.match((await visitor.get(at, { cookie })).body, 'Les heures claires')
    const tries = await Promise.all(Array.from({ length: 12 }, () => visitor.post(at, { password: 'faux' })))
    const said = tries.map(({ statusCode }) => statusCode)
    t.equal(said.filter(code => code === 422).length, 5, 'with the first, six at most')
    t.equal(said.filter(code => code === 429).length, 7)
    t.equal((await visitor.post(at, { password: 'ordener 18e' })).statusCode, 429, 'even the right one, for now')
    t.equal((await visitor.get(at, { cookie })).statusCode, 200, 'who is in stays in')
    await db('share_visits')
      .where({ link_id: id })
      .update({ at: db.raw(`at - interval '16 minutes'`) })
    t.equal((await visitor.post(at, { password: 'ordener 18e' })).statusCode, 303)
    const kept = JSON.stringify([await db('activity').select(), await db('share_links').select()])
    t.notMatch(kept, 'ordener 18e')
    t.equal((await engineer.post('/mixes/links', { ...place, password: 'abc' })).statusCode, 422)
  })

  await t.test('of thirty at once, as many come in as there are visits', async t => {
    const { id, at } = await share({ most_visits: 5 })
    const door = await visitor.get(at)
    t.equal(door.statusCode, 200)
    t.same(await visits(id), [], 'a program that looks at the link uses none up')
    const all = await Promise.all(Array.from({ length: 30 }, () => comeIn(at, '')))
    const inside = all.filter(({ cookie }) => cookie !== '')
    t.equal(inside.length, 5)
    t.ok(all.every(({ answer }) => [303, 410].includes(answer.statusCode)))
    t.equal((await visitor.get(at, { cookie: inside[0]?.cookie ?? '' })).statusCode, 200, 'who is in may come back')
    t.equal((await visitor.get(at)).statusCode, 410)
  })

  await t.test('it is mailed where an address is given, and only while it is open', async t => {
    await share({ email: 'zoe@example.test', recipient: 'Zoé', message: 'Le mix du 12.' })
    await settle()
    const [mail] = await mailsTo(host, 'zoe@example.test')
    t.match(mail?.text, 'Le mix du 12.')
    t.match(mail?.text, new RegExp(`/o/${studio.slug}/mixes/[\\w-]{43}`))
    const { id } = await share({ recipient: 'Personne' })
    t.equal((await engineer.post(`/mixes/links/${id}/mail`)).statusCode, 422)
  })

  await t.test('where somebody came from is forgotten after a year, what they heard is not', async t => {
    const { id, at } = await share({ password: 'marée basse' })
    const { cookie } = await comeIn(at, 'marée basse')
    await visitor.get(`${at}/audio/${two.audio_id}/listen`, { cookie })
    await comeIn(at, 'faux')
    const forget = () => work(host, studio, 'mixes', 'forget-visitors')
    const log = () => db('share_visits').where({ link_id: id }).orderBy('id').select('what', 'ip')
    await forget()
    t.match(await log(), [{ what: 'opened', ip: String }, { what: 'heard', ip: String }, { what: 'refused' }])
    await db('share_visits')
      .where({ link_id: id })
      .update({ at: new Date(Date.now() - 91 * 864e5) })
    await forget()
    t.match(
      await log(),
      [
        { what: 'opened', ip: String },
        { what: 'heard', ip: String }
      ],
      'wrong passwords go first'
    )
    await db('share_visits')
      .where({ link_id: id })
      .update({ at: new Date(Date.now() - 367 * 864e5) })
    await forget()
    t.same(await log(), [
      { what: 'opened', ip: null },
      { what: 'heard', ip: null }
    ])
    t.match((await engineer.get(`/mixes/links/${id}`)).body, 'Les heures claires', 'the log still says what')
  })

  await t.test('lists and the page of links ask as much for many as for one', async t => {
    const ask = (who: Visitor) => countQueries(house, () => who.get('/mixes/links'))
    const few = await ask(engineer)
    for (let n = 0; n < 20; n++) await share()
    await settle()
    t.equal(await ask(engineer), few)
    t.ok(few <= 8, `${few}`)
    t.equal((await engineer.api('GET', '/mixes/links')).statusCode, 200)
    t.notMatch((await engineer.api('GET', '/mixes/links')).body, /token|password_hash/)
    const page = await engineer.get(`/mixes/links/new?project_id=${project_id}&track_id=${first}`)
    t.equal(page.statusCode, 200)
  })
})
