import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { countQueries, openStudio } from '../../../test/helper.ts'
import type { House } from '../../../test/helper.ts'
import { currentOfProject, placesOf, recordingsOf } from '../player/current-queries.ts'
import { wavePath } from '../player/waves.ts'
import { makeMusic } from './make.ts'
import { makeSongs } from './songs.ts'

t.test('peaks are drawn as one line around what they span', async t => {
  t.equal(wavePath(null), '')
  t.equal(wavePath(Buffer.alloc(0)), '')
  const peaks = Buffer.alloc(3600)
  for (let at = 0; at < 1800; at++) peaks.writeInt8(at === 900 ? -128 : -10, at * 2)
  for (let at = 0; at < 1800; at++) peaks.writeInt8(at === 900 ? 127 : 20, at * 2 + 1)
  let [x, y] = [0, 0]
  const points: [number, number][] = []
  const numbers = (wavePath(peaks).match(/-?\d+/g) ?? []).map(Number)
  for (let at = 0; at < numbers.length; at += 2) points.push([(x += numbers[at] ?? 0), (y += numbers[at + 1] ?? 0)])
  t.equal(points.length, 1800, 'from left to right and back')
  t.same(points[0], [0, 107])
  t.same(points[450], [450, 0], 'full scale is at the top')
  t.same(points[899], [899, 107])
  t.same(points[900], [899, 139])
  t.same(points.at(-1), [0, 139])
  t.ok(wavePath(peaks).length < 12_000, 'and light enough to stand in the page')
})

t.test('listening', async t => {
  const house = await openStudio(t)
  const { db, host, engineer, assistant, owner, stranger } = house
  const { tracks, take, project_id, client_id } = await makeSongs(house, ['Les heures claires', 'Rue Ordener'], 4)
  const [first, second] = tracks.map(({ id }) => id) as [number, number]
  const rough = await take(first, 'rough', 1, 0.5)
  const one = await take(first, 'final', 1, 0.8, 'Premier <b>mix</b>')
  const two = await take(first, 'final', 2, 2)
  const audio = (id: number, what: string, headers = {}) => assistant.get(`/mixes/audio/${id}/${what}`, headers)

  await t.test('a file is heard in ranges, saved by the name deliveries give it, drawn from stored peaks', async t => {
    const whole = await audio(two.audio_id, 'listen')
    t.equal(whole.statusCode, 200)
    t.equal(whole.headers['content-type'], 'audio/wav')
    t.match(whole.headers['content-disposition'], /^inline/)
    t.ok(whole.rawPayload.equals(two.bytes), 'the original, byte for byte')
    const part = await audio(two.audio_id, 'listen', { range: 'bytes=100-199' })
    t.equal(part.statusCode, 206)
    t.ok(part.rawPayload.equals(two.bytes.subarray(100, 200)))
    t.equal((await audio(two.audio_id, 'listen', { range: 'bytes=99999999-' })).statusCode, 416)
    const saved = await audio(two.audio_id, 'original')
    t.match(saved.headers['content-disposition'], 'ZA_LesHeuresClaires_EE02_FinalMix_44k16.wav')
    t.match(saved.headers['content-disposition'], /^attachment/)
    const peaks = await audio(two.audio_id, 'peaks')
    t.equal(peaks.rawPayload.length, 3600)
    t.match(peaks.headers['cache-control'], 'immutable')
    const wave = await audio(two.audio_id, 'wave.svg')
    t.equal(wave.headers['content-type'], 'image/svg+xml')
    t.match(wave.body, '<path')
    for (const what of ['listen', 'original', 'peaks', 'wave.svg'])
      t.equal((await stranger.get(`/mixes/audio/${two.audio_id}/${what}`)).statusCode, 404, what)
    t.equal((await audio(99_999, 'listen')).statusCode, 404)
  })

  await t.test('what no browser plays says so', async t => {
    await db('audio_files').where({ id: rough.audio_id }).update({ format: 'aiff' })
    t.equal((await audio(rough.audio_id, 'listen')).statusCode, 404)
    t.match((await assistant.get(`/mixes/tracks/${first}?revision=${rough.id}`)).body, 'ne lisent pas ce AIFF')
    await db('audio_files').where({ id: rough.audio_id }).update({ format: 'wav' })
    t.equal((await audio(rough.audio_id, 'listen')).statusCode, 200)
  })

  await t.test('the page opens with the furthest version, or the one in its address', async t => {
    const page = await assistant.get(`/mixes/tracks/${first}`)
    t.equal(page.statusCode, 200)
    t.match(page.body, `data-chosen="${two.id}"`)
    t.match(page.body, /<path class="player-rest" d="M0 \d+l/, 'drawn without a script')
    t.match(page.body, 'Premier &lt;b&gt;mix&lt;/b&gt;')
    t.notMatch(page.body, '/edit', 'an assistant changes nothing')
    t.match((await assistant.get(`/mixes/tracks/${first}?revision=${one.id}`)).body, `data-chosen="${one.id}"`)
    t.match((await assistant.get(`/mixes/tracks/${first}?revision=x`)).body, `data-chosen="${two.id}"`)
    t.match((await assistant.get(`/mixes/tracks/${second}`)).body, 'Rien à écouter')
    t.equal((await assistant.get('/mixes/tracks/99999')).statusCode, 404)
    t.equal((await stranger.get(`/mixes/tracks/${first}`)).statusCode, 404)
  })

  await t.test('a note is written, and who may not write does not', async t => {
    const saved = await engineer.post(`/mixes/revisions/${one.id}`, { note: 'Voix +1 dB' })
    t.equal(saved.location, `/s/${house.studio.slug}/mixes/tracks/${first}?revision=${one.id}`)
    t.match(await db('revisions').where({ id: one.id }).first(), { note: 'Voix +1 dB' })
    const long = await engineer.post(`/mixes/revisions/${one.id}`, { note: 'x'.repeat(2001) })
    t.equal(long.statusCode, 422)
    t.match(long.body, 'x'.repeat(2001), 'nothing typed is lost')
    t.equal((await assistant.post(`/mixes/revisions/${one.id}`, { note: 'x' })).statusCode, 403)
    t.equal((await stranger.post(`/mixes/revisions/${one.id}`, { note: 'x' })).statusCode, 404)
  })

  await t.test('what was filed wrongly goes where it belongs, unless somebody has it or said yes to it', async t => {
    const wrong = await take(first, 'rough', 2)
    const place = (id: number, track_id: number, version: string) =>
      engineer.post(`/mixes/revisions/${id}/placing`, { track_id, version })
    t.match((await place(wrong.id, first, 'rough')).body, 'Elle y est déjà')
    const elsewhere = await makeMusic(db).track()
    t.equal((await place(wrong.id, elsewhere.track_id, 'rough')).statusCode, 422, 'of the same project')
    t.equal((await place(wrong.id, first, 'final')).statusCode, 303)
    t.match(await db('revisions').where({ id: wrong.id }).first(), { version: 'final', number: 3 })
    t.equal((await place(wrong.id, second, 'rough')).statusCode, 303)
    t.match(await db('revisions').where({ id: wrong.id }).first(), { track_id: second, version: 'rough', number: 1 })
    await db('revisions').where({ id: wrong.id }).update({ state: 'in_review' })
    t.match((await place(wrong.id, first, 'rough')).body, 'retirez d’abord la demande')
    await db('revisions').where({ id: wrong.id }).update({ state: 'approved' })
    t.equal((await place(wrong.id, first, 'rough')).statusCode, 422)
    t.equal((await engineer.post(`/mixes/revisions/${wrong.id}/removal`)).statusCode, 422, 'what was approved stays')
    t.ok(await db('revisions').where({ id: wrong.id }).first())
    const moves = await Promise.all(
      (await Promise.all([3, 4, 5].map(number => take(second, 'demo', number)))).map(({ id }) =>
        place(id, second, 'final')
      )
    )
    t.same(
      moves.map(({ statusCode }) => statusCode),
      [303, 303, 303]
    )
    const numbers = await db('revisions')
      .where({ track_id: second, version: 'final' })
      .orderBy('number')
      .pluck('number')
    t.same(numbers, [1, 2, 3], 'at once, each has a number of its own')
  })

  await t.test('what is removed takes its bytes along, unless a package has them', async t => {
    const keyOf = async (id: number): Promise<string> =>
      (
        await db('audio_files as a')
          .join('files as f', 'f.id', 'a.file_id')
          .where('a.id', id)
          .first<{ key: string }>('f.key')
      ).key
    const there = (key: string) =>
      existsSync(join(host.env.DATA_DIR, 'files', String(house.studio.id), key.slice(0, 2), key))
    const gone = await take(first, 'demo', 1)
    const key = await keyOf(gone.audio_id)
    t.ok(there(key))
    t.equal((await engineer.post(`/mixes/revisions/${gone.id}/removal`)).statusCode, 303)
    // bytes go after the commit, for which nobody waits
    for (let tries = 0; tries < 100 && there(key); tries++) await sleep(20)
    t.notOk(there(key))
    t.notOk(await db('audio_files').where({ id: gone.audio_id }).first())
    const delivered = await take(first, 'demo', 2)
    const kept = await keyOf(delivered.audio_id)
    const [delivery] = await db('deliveries').insert({ project_id, title: 'Masters' }).returning<{ id: number }[]>('id')
    await db('delivery_files').insert({ delivery_id: delivery?.id, audio_id: delivered.audio_id, name: 'x.wav' })
    t.equal((await engineer.post(`/mixes/revisions/${delivered.id}/removal`)).statusCode, 303)
    t.notOk(await db('revisions').where({ id: delivered.id }).first())
    t.ok(there(kept), 'who was given it can still take it')
    t.equal(
      (await engineer.api('POST', '/mixes/remove_revision', { id: one.id })).statusCode,
      428,
      'a machine confirms first'
    )
  })

  await t.test('a further file is renamed, given to a track or the project, removed', async t => {
    const sound = await take(second, 'demo', 9)
    await db('revisions').where({ id: sound.id }).delete()
    const row = { project_id, track_id: first, kind: 'stem', label: 'Basse', audio_id: sound.audio_id }
    const [file] = await db('track_files').insert(row).returning<{ id: number }[]>('id')
    const id = file?.id ?? 0
    t.match((await engineer.get(`/mixes/tracks/${first}`)).body, 'Basse')
    t.match((await audio(sound.audio_id, 'original')).headers['content-disposition'], 'StemBasse')
    t.equal((await engineer.post(`/mixes/files/${id}`, { label: '', kind: 'stem', track_id: first })).statusCode, 422)
    const changed = await engineer.post(`/mixes/files/${id}`, { label: 'Voix seule', kind: 'a_cappella', track_id: '' })
    t.match(changed.location, `/projects/${project_id}`)
    t.match(await db('track_files').where({ id }).first(), { label: 'Voix seule', kind: 'a_cappella', track_id: null })
    t.match((await engineer.get(`/projects/${project_id}`)).body, 'Voix seule')
    t.equal((await engineer.post(`/mixes/files/${id}/removal`)).statusCode, 303)
    t.notOk(await db('audio_files').where({ id: sound.audio_id }).first())
  })

  await t.test('the music stands where one looks for it', async t => {
    const project = await owner.get(`/projects/${project_id}`)
    t.match(project.body, `/mixes/tracks/${first}`)
    t.match(project.body, 'wave.svg')
    t.match((await owner.get(`/projects/tracks/${first}`)).body, 'id="track-mixes"')
    t.match((await owner.get(`/clients/${client_id}`)).body, 'id="client-mixes"')
    t.match((await owner.get(`/mixes/projects/${project_id}`)).body, 'id="project-mixes"')
    const list = await assistant.api('GET', `/mixes/revisions?track=${first}&version=final`)
    t.same(
      list.json<{ rows: { number: number }[] }>().rows.map(({ number }) => number),
      [2, 1]
    )
    const about = [`revision:${one.id}`, `audio:${rough.audio_id}`, 'share_link:9', 'client:1']
    const asked = about.map(record => record.split(':')).map(([what = '', id]) => ({ what, id: Number(id) }))
    const named = await placesOf(db, asked)
    t.match(named, [
      { record: `revision:${one.id}`, title: 'Les heures claires', version: 'final', number: 1 },
      { record: `audio:${rough.audio_id}`, track_id: first, version: 'rough' }
    ])
    t.match((await owner.get('/activity')).body, 'Les heures claires · Mix final 1', 'the trail names what it is about')
    const recordings = await recordingsOf(db, [first, second])
    t.match(
      recordings.find(({ track_id }) => track_id === first),
      { version: 'final', sample_rate: 44_100, bit_depth: 16, channels: 2, duration_ms: 4000, sha256: /^[0-9a-f]{64}$/ }
    )
  })
})

t.test('two hundred tracks and two thousand revisions', async t => {
  const house = await openStudio(t)
  const { db, owner } = house
  const { project_id, tracks } = await fill(house, 200, 10)
  const few = await fill(house, 1, 1)
  await owner.get(`/mixes/tracks/${tracks[0]}`) // what the host keeps is not counted
  const statements = async (path: string) =>
    countQueries(house, async () => t.equal((await owner.get(path)).statusCode, 200))
  t.equal(
    await statements(`/mixes/projects/${project_id}`),
    await statements(`/mixes/projects/${few.project_id}`),
    'as many statements for many as for one'
  )
  t.ok((await statements(`/mixes/projects/${project_id}`)) <= 8)
  t.equal(await statements(`/mixes/tracks/${tracks[0]}`), await statements(`/mixes/tracks/${few.tracks[0]}`))
  const pages: number[] = []
  for (let turn = 0; turn < 10; turn++) {
    const from = performance.now()
    await owner.get(`/projects/${project_id}`)
    pages.push(performance.now() - from)
  }
  t.comment(
    `its page: ${pages
      .toSorted((a, b) => a - b)
      .map(ms => ms.toFixed(0))
      .join(' ')} ms`
  )
  const times: number[] = []
  for (let turn = 0; turn < 15; turn++) {
    const from = performance.now()
    const rows = await currentOfProject(db, project_id, 0, 51)
    times.push(performance.now() - from)
    t.equal(rows.length, 51)
  }
  const half = times.toSorted((a, b) => a - b)[7] ?? Infinity
  t.comment(`current revisions of a project of 2,000: ${half.toFixed(1)} ms`)
  t.ok(half < 50, `${half} ms`)
})

/** Rows alone, without any sound. */
async function fill({ db }: House, many: number, each: number) {
  const [project] = await db('projects').insert({ title: 'Album', kind: 'album' }).returning<{ id: number }[]>('id')
  const project_id = project?.id ?? 0
  const rows = Array.from({ length: many }, (_, index) => ({
    project_id,
    position: index + 1,
    title: `Titre ${index + 1}`
  }))
  const tracks = (await db('tracks').insert(rows).returning<{ id: number }[]>('id')).map(({ id }) => id)
  await db.raw(
    `with made as (
       insert into files (key, name, media_type, bytes, sha256)
       select md5(t.id || ' ' || n), 'mix', 'audio/wav', 1, sha256((t.id || ' ' || n)::bytea)
       from tracks t, generate_series(1, ?) n where t.project_id = ? returning id, sha256, key
     ), sounds as (
       insert into audio_files (file_id, name, format, bytes, sha256, state, analysed_at, duration_ms, lufs, peaks)
       select id, key, 'wav', 1, sha256, 'analysed', now(), 200000, -14, decode(repeat('f010', 1800), 'hex') from made returning id, name
     )
     insert into revisions (track_id, version, number, audio_id)
     select t.id, case when n > ? then 'final' else 'rough' end, n, s.id
     from tracks t cross join generate_series(1, ?) n join sounds s on s.name = md5(t.id || ' ' || n) where t.project_id = ?`,
    [each, project_id, Math.floor(each / 2), each, project_id]
  )
  await db.raw('analyze revisions, tracks, audio_files')
  return { project_id, tracks }
}
