import t from 'tap'
import { countQueries, openStudio } from '../../../test/helper.ts'
import { lacksOf, ranges } from '../complete.ts'
import { ipiOf, ipnOf, isniOf } from '../identifiers.ts'
import { findRoles, performs, roleOfText, roleWords } from '../roles.ts'
import { idOf, musician, played, project } from './make.ts'

t.test('numbers of people are proven by their check digits', async t => {
  t.equal(ipiOf('00017798450'), '00017798450', 'that of a known writer')
  t.equal(ipiOf('17.79.84.50'), '00017798450', 'with zeros left out')
  t.equal(ipiOf('00017798451'), undefined)
  t.equal(isniOf('0000 0001 2146 438X'), '000000012146438X', 'the example of the standard')
  t.equal(isniOf('0000 0001 2146 4381'), undefined)
  t.equal(ipnOf('0123 4567'), '01234567')
  t.equal(ipnOf('123'), undefined)
})

t.test('what a track lacks is said, and numbers are said as ranges', async t => {
  const credit = (role: string) => ({ role, confirmed_at: new Date() })
  const roles = ['MainArtist', 'ComposerLyricist', 'RecordingEngineer', 'MixingEngineer', 'MasteringEngineer']
  const whole = { isrc: 'FRXXX2600001', instrumental: false, kind: 'album', locked: true, credits: roles.map(credit) }
  t.same(lacksOf(whole, performs), [])
  t.same(lacksOf({ ...whole, credits: [], isrc: null, locked: false }, performs), [
    'artist',
    'composer',
    'lyricist',
    'recording',
    'mixing',
    'mastering',
    'isrc',
    'split'
  ])
  const spoken = {
    ...whole,
    kind: 'podcast',
    isrc: null,
    locked: false,
    credits: ['Narrator', 'Engineer', 'MixingEngineer'].map(credit)
  }
  t.same(lacksOf(spoken, performs), [], 'a podcast has no writers of music and no codes')
  t.same(lacksOf({ ...whole, credits: [{ role: 'Vocalist', confirmed_at: null }] }, performs).at(-1), 'unconfirmed')
  t.equal(ranges([3, 1, 2, 4, 7, 9, 10]), '1–4, 7, 9, 10')
})

t.test('musicians: entered, found, changed, put away, exported; money is for managers', async t => {
  const house = await openStudio(t, { work: false })
  const { manager, engineer, assistant, stranger, db } = house
  const [client] = await db('clients').insert({ kind: 'person', name: 'Nadja F.' }).returning<{ id: number }[]>('id')
  const typed = {
    name: 'Nadia Ferrand',
    stage_name: 'Nadja F.',
    roles: 'Chant principal, DrumKit, parolier',
    instruments: 'Chant, Guitare',
    ipi: '17798450',
    isni: '0000 0001 2146 438x',
    society: 'SACEM',
    rate_cents: '350,00',
    rate_unit: 'day',
    client_name: 'nadja f.',
    person_id: engineer.id
  }
  const id = idOf(await manager.post('/credits/musicians', typed))
  t.match(await db('musicians').where({ id }).first(), {
    roles: ['LeadVocalist', 'DrumKit', 'Lyricist'],
    ipi: '00017798450',
    isni: '000000012146438X',
    rate_cents: 35_000,
    rate_unit: 'day',
    client_id: client?.id,
    person_id: engineer.id
  })
  t.match((await assistant.get('/credits?q=nadj')).body, `musician-${id}`)
  t.notMatch((await assistant.get('/credits?q=zzz')).body, `musician-${id}`)
  t.match((await assistant.get('/credits?role=DrumKit')).body, `musician-${id}`)
  t.notMatch((await assistant.get('/credits?role=Tuba')).body, `musician-${id}`)
  t.match((await assistant.get('/search/hits?q=ferr')).body, 'Nadia Ferrand')
  t.match((await manager.get(`/clients/${client?.id ?? 0}`)).body, `/credits/musicians/${id}`, 'on the client’s card')
  t.match((await manager.get(`/credits/musicians/${id}`)).body, /350,00/)
  t.notMatch((await engineer.get(`/credits/musicians/${id}`)).body, /350,00|35000/)
  t.equal((await stranger.get(`/credits/musicians/${id}`)).statusCode, 404)
  const { version } = await db('musicians').where({ id }).first('version')
  const change = { name: 'Nadia Ferrand', roles: 'Vocalist', version }
  t.equal((await engineer.post(`/credits/musicians/${id}`, change)).statusCode, 303)
  t.match(await db('musicians').where({ id }).first(), { rate_cents: 35_000, roles: ['Vocalist'], ipi: null })
  t.equal((await engineer.post(`/credits/musicians/${id}`, change)).statusCode, 422, 'somebody was quicker')
  t.equal((await assistant.post('/credits/musicians', { name: 'X' })).statusCode, 403)
  for (const wrong of [
    { ipi: '123' },
    { isni: '1' },
    { ipn: '12' },
    { roles: 'Cuillères' },
    { rate_cents: '12' },
    { name: '' }
  ]) {
    const answer = await manager.post('/credits/musicians', { name: 'Zoé', ...wrong })
    t.equal(answer.statusCode, 422, JSON.stringify(wrong))
  }
  const csv = (await manager.get('/credits/musicians.csv')).body
  t.match(csv, 'Nadia Ferrand')
  t.match(csv, '350,00')
  t.notMatch((await engineer.get('/credits/musicians.csv')).body, '350,00')
  const [other] = await db('clients').insert({ kind: 'band', name: 'Nadja' }).returning<{ id: number }[]>('id')
  await db('musicians').where({ id }).update({ client_id: client?.id })
  t.equal(
    (await manager.post(`/clients/${client?.id ?? 0}/removal`)).statusCode,
    422,
    'a client who is a musician stays'
  )
  const merged = { from: client?.id, into: other?.id }
  t.equal((await manager.post(`/clients/${other?.id ?? 0}/merging`, merged)).statusCode, 303)
  t.equal((await db('musicians').where({ id }).first()).client_id, other?.id, 'follows the client')
  await manager.post(`/credits/musicians/${id}/archiving`)
  t.notMatch((await assistant.get('/credits')).body, `musician-${id}`)
  t.match((await assistant.get('/credits?archived=1')).body, `musician-${id}`)
  await manager.post(`/credits/musicians/${id}/restoring`)
  t.match((await assistant.get('/credits/musicians/suggestions?q=nad')).body, `data-value="${id}"`)
  t.match((await assistant.get('/credits/roles?q=batt')).body, 'data-value="DrumKit"')
})

t.test('a list of 30 takes as many statements as one of 1, and pages', async t => {
  const house = await openStudio(t, { work: false })
  await musician(house, 'Une')
  await house.manager.get('/credits')
  const one = await countQueries(house, () => house.manager.get('/credits'))
  await house
    .db('musicians')
    .insert(Array.from({ length: 40 }, (_, n) => ({ name: `Nom ${String(n).padStart(2, '0')}` })))
  const many = await countQueries(house, () => house.manager.get('/credits'))
  t.equal(many, one)
  t.ok(many <= 8, `${many} statements`)
  const page = await house.manager.get('/credits')
  const next = /href="[^"]*\?after=([^"&]+)/.exec(page.body)?.[1]
  t.match((await house.manager.get(`/credits?after=${next}`)).body, 'Une')
})

t.test('credits: typed or picked, on one track or many, ordered, confirmed, copied, taken off', async t => {
  const house = await openStudio(t, { work: false })
  const { manager, engineer, assistant, stranger, db } = house
  const { project_id, tracks } = await project(house)
  const [first, second] = tracks as [number, number]
  const here = `/credits/tracks/${first}`
  const of = (track: number) => db('track_credits').where({ track_id: track }).orderBy(['position', 'id'])
  t.equal(
    (await engineer.post(`${here}/credits`, { musician_name: 'Mathis Roussel', role_text: 'batterie' })).statusCode,
    303
  )
  const [mathis] = await db('musicians').where({ name: 'Mathis Roussel' })
  t.match(await of(first), [{ musician_id: mathis.id, role: 'DrumKit', confirmed_at: null }])
  const again = await engineer.post(`${here}/credits`, { musician_name: 'MATHIS ROUSSEL', role: 'DrumKit' })
  t.equal(again.statusCode, 422)
  t.match(again.body, 'Ce crédit existe déjà')
  t.equal((await db('musicians').count('* as n').first())?.n, 1, 'the same person, not a second one')
  t.equal((await engineer.post(`${here}/credits`, { musician_name: 'Zoé', role_text: 'cuillères' })).statusCode, 422)
  t.equal((await db('musicians').count('* as n').first())?.n, 1, 'nobody is entered by what failed')
  const many = {
    musician_name: 'Clara Vasseur',
    role: 'MixingEngineer',
    track_ids: tracks,
    display: 'Mixage & sommation'
  }
  t.equal((await engineer.post(`/credits/projects/${project_id}/credits`, many)).statusCode, 303)
  t.equal((await of(second)).length, 1)
  t.equal((await engineer.post(`/credits/projects/${project_id}/credits`, { ...many, track_ids: '' })).statusCode, 422)
  t.match((await engineer.get(here)).body, 'Mixage &amp; sommation')
  const [drums, mix] = await of(first)
  await engineer.post(`${here}/credits/${mix.id}/order`, { direction: 'up' })
  t.same(
    (await of(first)).map(({ id }) => id),
    [mix.id, drums.id]
  )
  await engineer.post(`${here}/confirmation`)
  t.ok((await of(first)).every(({ confirmed_at }) => confirmed_at))
  await engineer.post(`${here}/credits/${drums.id}`, { role: 'Congas', display: '' })
  t.match(
    await db('track_credits').where({ id: drums.id }).first(),
    { role: 'Congas', confirmed_at: null },
    'to be confirmed anew'
  )
  t.equal((await engineer.post(`/credits/tracks/${second}/credits/${drums.id}`, { role: 'DrumKit' })).statusCode, 404)
  await engineer.post(`/credits/tracks/${second}/copies`, { from_track_id: first })
  t.same(
    (await of(second)).map(({ role }) => role),
    ['MixingEngineer', 'Congas']
  )
  await engineer.post(`${here}/credits/${drums.id}/removal`)
  t.equal((await of(first)).length, 1)
  t.equal((await assistant.post(`${here}/credits`, { musician_id: mathis.id, role: 'DrumKit' })).statusCode, 403)
  t.equal((await stranger.get(here)).statusCode, 404)
  t.match((await manager.get(`/credits/projects/${project_id}`)).body, 'Clara Vasseur')
  const one = await countQueries(house, () => manager.get(`/credits/projects/${project_id}`))
  const titles = Array.from({ length: 28 }, (_, n) => ({ project_id, title: `Titre ${n}`, position: n + 3 }))
  await db('tracks').insert(titles)
  const all = await countQueries(house, () => manager.get(`/credits/projects/${project_id}`))
  t.equal(all, one, 'whatever the number of tracks')
  t.ok(all <= 8, `${all} statements`)
  t.ok((await countQueries(house, () => manager.get(here))) <= 8)
})

t.test('session reports and the team propose credits, taken over once', async t => {
  const house = await openStudio(t, { work: false })
  const { manager, engineer, db } = house
  const { project_id, tracks } = await project(house)
  const { session_id } = await played(house, project_id)
  await db('project_people').insert({ project_id, person_id: engineer.id, role: 'mixing' })
  const page = (await manager.get(`/credits/projects/${project_id}`)).body
  t.match(page, 'Élodie Garnier')
  t.match(page, 'Éric Engineer')
  const key = `session:${session_id}/elodie garnier/Violin`
  t.equal((await manager.post(`/credits/projects/${project_id}/proposals`, { keys: key })).statusCode, 303)
  const [elodie] = await db('musicians').where({ name: 'Élodie Garnier' })
  t.match(elodie, { performer_society: 'SPEDIDAM', performer_number: '104 233' })
  t.match(await db('track_credits'), [{ track_id: tracks[0], role: 'Violin', source: `session:${session_id}` }])
  t.notMatch((await manager.get(`/credits/projects/${project_id}`)).body, key, 'no longer proposed')
  t.equal((await manager.post(`/credits/projects/${project_id}/proposals`, { keys: key })).statusCode, 422)
  const rest = [...(await manager.get(`/credits/projects/${project_id}`)).body.matchAll(/name="keys" value="([^"]+)"/g)]
  const keys = [...new Set(rest.map(([, one]) => String(one)))]
  const both = await Promise.all(
    [keys, keys].map(keys => manager.post(`/credits/projects/${project_id}/proposals`, { keys }))
  )
  t.ok(both.every(({ statusCode }) => statusCode === 303 || statusCode === 422))
  const team = await db('musicians').where({ person_id: engineer.id })
  t.equal(team.length, 1, 'entered once')
  t.equal((await db('track_credits').where({ role: 'MixingEngineer' })).length, 2, 'on each track')
  t.match(await db('track_credits').where({ role: 'Musician' }).first(), { display: 'Scie musicale' })
})

t.test('shares: typed, equal, locked at 100 % once, opened with a reason', async t => {
  const house = await openStudio(t, { work: false })
  const { manager, engineer, db } = house
  const { tracks } = await project(house)
  const here = `/credits/tracks/${tracks[0]}`
  const [nina, paul, lucie] = await Promise.all(['Nina', 'Paul', 'Lucie'].map(name => musician(house, name)))
  const row = (at: number, id: number | string | undefined, share: string, role = 'Composer') => ({
    [`shares.${at}.musician_id`]: id ?? '',
    [`shares.${at}.role`]: role,
    [`shares.${at}.share_bp`]: share
  })
  const save = (fields: object) => engineer.post(`${here}/shares/composition`, fields as Record<string, string>)
  t.equal((await save({ ...row(0, nina, '33,33'), ...row(1, paul, '33.33 %'), ...row(2, '', '') })).statusCode, 303)
  t.same(
    (await db('split_shares').orderBy('position')).map(({ share_bp }) => share_bp),
    [3333, 3333]
  )
  const early = await manager.post(`${here}/shares/composition/lock`)
  t.equal(early.statusCode, 422)
  t.match(early.body, '66,66')
  for (const wrong of [
    row(0, nina, '0'),
    row(0, nina, '101'),
    row(0, nina, '33,333'),
    row(0, nina, '10', 'Tintin'),
    row(1, '', '10')
  ]) {
    t.equal((await save(wrong)).statusCode, 422, JSON.stringify(wrong))
  }
  t.equal((await save({ ...row(0, nina, '50'), ...row(1, nina, '50') })).statusCode, 422, 'twice with one role')
  await save({ ...row(0, nina, '10'), ...row(1, paul, '10'), ...row(2, lucie, '10', 'Lyricist') })
  await engineer.post(`${here}/shares/composition/equal`)
  t.same(
    (await db('split_shares').orderBy('position')).map(({ share_bp }) => share_bp),
    [3334, 3333, 3333]
  )
  t.equal((await engineer.post(`${here}/shares/composition/lock`)).statusCode, 403)
  const race = await Promise.all(Array.from({ length: 50 }, () => manager.post(`${here}/shares/composition/lock`)))
  t.equal(race.filter(({ statusCode }) => statusCode === 303).length, 1, 'one of fifty locks it')
  t.ok(race.every(({ statusCode }) => [303, 409].includes(statusCode)))
  t.equal((await save(row(0, nina, '100'))).statusCode, 409)
  await t.rejects(db('split_shares').delete(), /locked/, 'in the database neither')
  t.match((await manager.get(`${here}/shares/composition/sheet.txt`)).body, /33,34 % {2}Nina/)
  t.match((await manager.get(`${here}/shares/composition/sheet.pdf`)).rawPayload.subarray(0, 5).toString(), '%PDF')
  t.equal((await manager.get(`${here}/shares/other/sheet.pdf`)).statusCode, 404)
  const sign = () => manager.post(`${here}/shares/composition/signature`, { language: 'fr' })
  t.match((await sign()).body, 'Il manque le courriel de : Nina, Paul, Lucie')
  await db('musicians').update({ email: db.raw("lower(name) || '@example.test'") })
  t.equal((await sign()).statusCode, 303)
  t.match((await manager.get(here)).body, '0 sur 3 ont signé')
  t.equal((await db('signature_signers')).length, 3)
  t.equal((await manager.post(`${here}/shares/composition/unlock`, { reason: '' })).statusCode, 422)
  t.equal((await manager.post(`${here}/shares/composition/unlock`, { reason: 'Un auteur oublié' })).statusCode, 303)
  t.match((await manager.get(here)).body, 'Un auteur oublié')
  t.match(await db('signature_requests').first(), { state: 'withdrawn' }, 'nobody signs it any more')
  const mixed = await Promise.all([
    ...Array.from({ length: 10 }, () => manager.post(`${here}/shares/composition/lock`)),
    ...Array.from({ length: 10 }, () => save(row(0, nina, '40')))
  ])
  t.ok(mixed.every(({ statusCode }) => [303, 409, 422].includes(statusCode)))
  const [sheet] = await db('split_sheets')
  const sum = (await db('split_shares')).reduce((all, { share_bp }) => all + share_bp, 0)
  t.ok(sheet.locked_at === null || sum === 10_000, 'whoever came first, nothing is locked that is not whole')
  t.equal((await engineer.post(`${here}/shares/recording/equal`)).statusCode, 422, 'nobody is credited yet')
})

t.test('duplicates are merged with their credits and shares, but not out of a locked split', async t => {
  const house = await openStudio(t, { work: false })
  const { manager, db } = house
  const { tracks } = await project(house)
  const into = await musician(house, 'Samir Belkacem', { society: 'SACEM' })
  const from = await musician(house, 'Samir Belkacem', { ipi: '00017798450', society: 'SABAM', instruments: ['Oud'] })
  const credits = [
    { track_id: tracks[0], musician_id: into, role: 'Oud' },
    { track_id: tracks[0], musician_id: from, role: 'Oud' },
    { track_id: tracks[1], musician_id: from, role: 'Oud' }
  ]
  await db('track_credits').insert(credits)
  const [sheet] = await db('split_sheets').insert({ track_id: tracks[0], kind: 'composition' }).returning('id')
  await db('split_shares').insert(
    [into, from].map(id => ({ sheet_id: sheet.id, musician_id: id, role: 'Composer', share_bp: 5000 }))
  )
  await db('split_sheets').update({ locked_at: db.fn.now() })
  const merge = () => manager.post(`/credits/musicians/${into}/merging`, { from, into })
  const refused = await merge()
  t.equal(refused.statusCode, 422)
  t.match(refused.body, 'Sillage')
  await db('split_sheets').update({ locked_at: null })
  t.match((await manager.get(`/credits/musicians/${into}/merging?other=${from}`)).body, 'SABAM')
  t.equal((await merge()).statusCode, 303)
  t.equal(await db('musicians').where({ id: from }).first(), undefined)
  t.match(await db('musicians').where({ id: into }).first(), {
    ipi: '00017798450',
    instruments: ['Oud'],
    note: /SABAM/
  })
  t.equal((await db('track_credits')).length, 2)
  t.match(await db('split_shares'), [{ musician_id: into, share_bp: 10_000 }])
})

t.test('roles are found by what people call them, in both languages', async t => {
  const house = await openStudio(t, { work: false })
  const [fr, en] = (['fr', 'en'] as const).map(locale => house.host.texts.translator(locale))
  if (!fr || !en) throw new Error('no words')
  for (const role of roleWords) for (const say of [fr, en]) t.not(say(`credits.roles.${role}`), `credits.roles.${role}`)
  t.equal(roleOfText('BATTERIE', [fr, en]), 'DrumKit')
  t.equal(roleOfText('choeurs', [fr, en]), 'BackgroundVocalist')
  t.equal(roleOfText('Mixing engineer', [fr, en]), 'MixingEngineer')
  t.equal(roleOfText('cuillères', [fr, en]), undefined)
  t.equal(findRoles('guit', fr)[0], 'Guitar')
  t.ok(findRoles('électrique', fr).includes('ElectricGuitar'))
})
