import { createHash } from 'node:crypto'
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { work } from '../../../core/events.ts'
import { filesOf, readStored, workshop } from '../../../core/storage.ts'
import { openStudio, origin } from '../../../test/helper.ts'
import { announce, patch, sendFile, wav } from './sending.ts'

/** Files come in by tus, are proven and filed; what is wrong is refused with words, and nothing half is shown. */

t.setTimeout(120_000)
const house = await openStudio(t, { work: false })
const { db, host, studio, engineer, assistant, manager } = house
const folder = filesOf(host.env, studio)
const file = () => work(host, studio, 'mixes', 'file-uploads')
const uploadOf = (key: string) => db('uploads').where({ key }).first()

const [album] = await db('projects').insert({ title: 'Marées', kind: 'album' }).returning<{ id: number }[]>('id')
const project_id = album?.id ?? 0
const [first] = await db('tracks')
  .insert([
    { project_id, position: 1, title: 'Nuit blanche' },
    { project_id, position: 2, title: 'Sel' }
  ])
  .returning<{ id: number }[]>('id')
const track_id = first?.id ?? 0
const place = { project_id, track_id, version: 'final' }

t.test('a file in pieces: announced, sent, asked after, filed as the next revision, never altered', async t => {
  const content = wav({ ms: 900 })
  const { answer, key } = await announce(engineer, content.length, {
    ...place,
    name: 'C:\\Mix\\Nuit blanche <b>mix<i>.wav',
    note: 'Voix +1 dB'
  })
  t.equal(answer.statusCode, 201)
  t.match(answer.headers, { 'tus-resumable': '1.0.0', 'upload-offset': '0' })
  t.equal((await patch(house, engineer, key, 0, content.subarray(0, 50_000))).headers['upload-offset'], '50000')
  const head = await house.app.inject({
    method: 'HEAD',
    url: `/s/${studio.slug}/mixes/uploads/${key}`,
    headers: { cookie: `sign-in=${engineer.token}`, 'tus-resumable': '1.0.0' }
  })
  t.match(head.headers, {
    'upload-offset': '50000',
    'upload-length': String(content.length),
    'cache-control': 'no-store'
  })
  t.equal((await patch(house, engineer, key, 10, content.subarray(10))).statusCode, 409, 'not where it stands')
  t.equal((await patch(house, manager, key, 50_000, content)).statusCode, 404, 'somebody else’s')
  t.equal((await patch(house, engineer, key, 50_000, content, { 'tus-resumable': '0.2' })).statusCode, 412)
  t.equal((await patch(house, engineer, key, 50_000, content, { 'content-type': 'application/json' })).statusCode, 400)
  t.match(await db('audio_files'), [], 'nothing half shows')
  t.equal((await patch(house, engineer, key, 50_000, content.subarray(50_000))).statusCode, 204)
  t.match(await uploadOf(key), { state: 'received', name: 'Nuit blanche <b>mix<i>.wav' })
  t.equal((await patch(house, engineer, key, 0, content)).statusCode, 204, 'once more does no harm')
  await file()
  await file()
  const upload = await uploadOf(key)
  t.match(upload, { state: 'filed', same: false })
  const audio = await db('audio_files').where({ id: upload.audio_id }).first()
  t.match(audio, { format: 'wav', sample_rate: 48_000, bit_depth: 16, channels: 2, duration_ms: 900, state: 'waiting' })
  t.ok(audio.sha256.equals(createHash('sha256').update(content).digest()))
  t.ok((await readStored({ db, folder }, audio.file_id)).equals(content), 'byte by byte')
  t.match(await db('revisions').where({ audio_id: audio.id }).first(), {
    track_id,
    version: 'final',
    number: 1,
    note: 'Voix +1 dB'
  })
  t.equal((await db('tracks').where({ id: track_id }).first()).status, 'mixing')
  t.same(readdirSync(await workshop(folder)), [], 'the workshop is empty')
  const facts = await db('outbox').orderBy('id').pluck('fact')
  t.ok(facts.indexOf('mixes.received') < facts.indexOf('mixes.filed'))
  await sendFile(house, engineer, wav({ tone: 220 }), { ...place, name: 'v2.wav' })
  await file()
  t.equal((await db('revisions').where({ track_id }).max('number as n').first())?.n, 2)
})

t.test('the same bytes twice in a project are noticed, and not filed again', async t => {
  const content = wav({ tone: 330 })
  await sendFile(house, engineer, content, { ...place, name: 'un.wav' })
  const again = await sendFile(house, manager, content, { ...place, name: 'deux.wav' })
  const before = (await db('revisions')).length
  await file()
  t.equal((await db('revisions')).length, before + 1)
  t.match(await uploadOf(again), { state: 'filed', same: true })
  const list = await manager.get(`/mixes/projects/${project_id}/uploads`)
  t.match(list.body, /« un\.wav » a exactement le même contenu/)
  t.equal((await manager.post(`/mixes/uploads/${again}/dismissal`)).statusCode, 303)
  t.notMatch((await manager.get(`/mixes/projects/${project_id}/uploads`)).body, /deux\.wav/)
  const [other] = await db('projects').insert({ title: 'Ailleurs', kind: 'ep' }).returning<{ id: number }[]>('id')
  const elsewhere = await sendFile(house, engineer, content, {
    project_id: other?.id ?? 0,
    kind: 'other',
    name: 'trois.wav'
  })
  await file()
  t.match(await uploadOf(elsewhere), { state: 'filed', same: false })
})

t.test('what is no sound, cut or lying is refused in words, and the others go on', async t => {
  const whole = wav({ tone: 550 })
  const lying = wav({ tone: 551 })
  lying.writeUInt16LE(0, 22)
  const streamed = wav({ tone: 552, said: 0xffffffff })
  const sent = {
    not_audio: await sendFile(house, engineer, Buffer.from('Bonjour, ceci est un texte.'.repeat(20)), {
      ...place,
      name: 'texte.wav'
    }),
    cut: await sendFile(house, engineer, whole.subarray(0, whole.length / 2), { ...place, name: 'coupé.wav' }),
    lying: await sendFile(house, engineer, lying, { ...place, name: 'menteur.wav' }),
    empty: await sendFile(house, engineer, wav({ ms: 0 }), { ...place, name: 'vide.wav' })
  }
  const good = await sendFile(house, engineer, streamed, { ...place, name: 'flux.wav' })
  await file()
  for (const [problem, key] of Object.entries(sent))
    t.match(await uploadOf(key), { state: 'refused', problem }, problem)
  t.match(await uploadOf(good), { state: 'filed' }, 'a length left open is no lie')
  const page = (await engineer.get(`/mixes/projects/${project_id}/uploads`)).body
  t.match(page, /Ce n’est pas un fichier audio/)
  t.match(page, /Fichier incomplet/)
  t.same(readdirSync(await workshop(folder)), [])
  const kept = (await db('audio_files')).length
  t.equal((await db('files').whereLike('media_type', 'audio/%')).length, kept, 'nothing is left of them')
})

t.test('before a byte is sent: empty, too large, no room, no such track, nobody’s project', async t => {
  const refusal = async (bytes: number, fields: object) => {
    const { answer } = await announce(engineer, bytes, { ...place, name: 'x.wav', ...fields })
    t.equal(answer.statusCode, 422)
    return Object.values(answer.json<{ errors: Record<string, string> }>().errors).join(' ')
  }
  t.match(await refusal(0, {}), /vide/)
  t.match(await refusal(3 * 1024 ** 3, {}), /2 Go/)
  t.match(await refusal(10, { track_id: 999_999 }), /pas dans ce projet/)
  t.match(await refusal(10, { version: 'nope' }), /./)
  t.equal((await announce(engineer, 10, { name: 'x', project_id: 999_999 })).answer.statusCode, 404)
  const elsewhere = await host.tenants
    .db(house.elsewhere)('projects')
    .insert({ title: 'x', kind: 'ep' })
    .returning('id')
  t.ok(elsewhere)
  t.equal((await announce(house.stranger, 10, place)).answer.statusCode, 404)
  await db('plugins')
    .insert({ id: 'mixes', settings: JSON.stringify({ quota_gb: 1 }) })
    .onConflict('id')
    .merge()
  host.switches.forget()
  const quarter = 280_000_000
  const begun = await Promise.all(
    [1, 2, 3, 4, 5, 6].map(n => announce(engineer, quarter, { ...place, name: `${n}.wav` }))
  )
  t.equal(begun.filter(({ answer }) => answer.statusCode === 201).length, 3, 'of six at once three have room')
  t.match(await refusal(quarter, {}), /il reste 0,\d+ Go/)
  for (const { key } of begun) if (key) await engineer.post(`/mixes/uploads/${key}/dismissal`)
  t.equal(
    (await announce(engineer, quarter, { ...place, name: 'x.wav' })).answer.statusCode,
    201,
    'given up, it is free again'
  )
  await db('plugins').where({ id: 'mixes' }).update({ settings: '{}' })
  host.switches.forget()
})

t.test('names: parts of paths go, 300 signs stay, control signs go; a new track is made once', async t => {
  const long = `${'é'.repeat(400)}.wav`
  const { key } = await announce(engineer, 10, { project_id, kind: 'other', name: `../../etc/${long}` })
  const upload = await uploadOf(key)
  t.equal(upload.name.length, 300)
  t.match(upload.name, /^é+\.wav$/)
  const dots = await announce(engineer, 10, { project_id, kind: 'other', name: '../..' })
  t.equal((await uploadOf(dots.key)).name, 'fichier')
  const both = await Promise.all(
    ['a', 'b'].map(name => announce(engineer, 10, { project_id, new_track: 'Étoile du Nord', version: 'demo', name }))
  )
  const made = () => db('tracks').where({ project_id }).whereRaw(`fold(title) = 'etoile du nord'`)
  t.same(await made(), [], 'none before there is something to hear of it')
  for (const { key } of both) t.match(await uploadOf(key), { track_id: null, new_track: 'Étoile du Nord' })
  const where = { project_id, new_track: 'Étoile du Nord', version: 'demo', name: 'c.wav' }
  const keys = [
    await sendFile(house, engineer, wav({ tone: 90 }), where),
    await sendFile(house, engineer, wav({ tone: 91 }), where)
  ]
  await sendFile(house, engineer, Buffer.from('texte'), { ...where, new_track: 'Jamais' })
  await file()
  const [track, ...others] = await made()
  t.same(others, [], 'of two files of a new title there is one track')
  for (const key of keys) t.match(await uploadOf(key), { state: 'filed', track_id: track.id })
  t.equal((await db('revisions').where({ track_id: track.id })).length, 2)
  t.same(await db('tracks').where({ title: 'Jamais' }), [], 'and none for what is no sound')
})

t.test('a connection that breaks keeps what came; meanwhile nobody else writes', async t => {
  const address = new URL(await house.listen())
  const content = wav({ ms: 4000, tone: 700 })
  const { key } = await announce(engineer, content.length, { ...place, name: 'coupure.wav' })
  const sending = request({
    host: address.hostname,
    port: address.port,
    method: 'PATCH',
    path: `/s/${studio.slug}/mixes/uploads/${key}`,
    headers: {
      origin,
      cookie: `sign-in=${engineer.token}`,
      'content-type': 'application/offset+octet-stream',
      'content-length': content.length,
      'tus-resumable': '1.0.0',
      'upload-offset': 0
    }
  })
  sending.on('error', () => undefined)
  sending.write(content.subarray(0, 300_000))
  const here = async () => (await engineer.get(`/mixes/uploads/${key}`)).json<{ offset: number }>().offset
  for (let tries = 0; tries < 100 && (await here()) < 300_000; tries++) await sleep(20)
  t.equal((await patch(house, engineer, key, 300_000, content.subarray(300_000))).statusCode, 423)
  sending.destroy()
  for (let tries = 0; tries < 100 && (await uploadOf(key)).held_until !== null; tries++) await sleep(20)
  t.equal(await here(), 300_000)
  t.equal((await patch(house, engineer, key, 300_000, content.subarray(300_000))).statusCode, 204)
  await file()
  t.match(await uploadOf(key), { state: 'filed' })
})

t.test('killed at any point, it is filed once', async t => {
  const content = wav({ tone: 800 })
  // all bytes are here, nobody said so
  const silent = await announce(engineer, content.length, { ...place, name: 'a.wav' })
  writeFileSync(join(await workshop(folder), `${silent.key}.upload`), content)
  await file()
  t.match(await uploadOf(silent.key), { state: 'filed' })
  // another process has it
  const held = await sendFile(house, engineer, wav({ tone: 810 }), { ...place, name: 'b.wav' })
  await db('uploads')
    .where({ key: held })
    .update({ held_by: 'x', held_until: new Date(Date.now() + 60_000) })
  await file()
  t.match(await uploadOf(held), { state: 'received' })
  await db('uploads')
    .where({ key: held })
    .update({ held_until: new Date(0) })
  await Promise.all([file(), file(), file()])
  t.match(await uploadOf(held), { state: 'filed' })
  const { audio_id } = await uploadOf(held)
  t.equal((await db('revisions').where({ audio_id })).length, 1)
  // the bytes went with the disk
  const lost = await sendFile(house, engineer, wav({ tone: 820 }), { ...place, name: 'c.wav' })
  for (const name of readdirSync(folder.workshop)) writeFileSync(join(folder.workshop, name), 'x')
  await file()
  t.match(await uploadOf(lost), { state: 'refused', problem: 'lost' })
})

t.test('500 files at once are announced, and listed with few statements', async t => {
  const started = Date.now()
  const all = await Promise.all(
    Array.from({ length: 500 }, (_, n) =>
      announce(assistant, 1000, { project_id, kind: 'stem', name: `Stem ${n}.wav` })
    )
  )
  t.ok(all.every(({ answer }) => answer.statusCode === 201))
  t.comment(`500 announced in ${Date.now() - started} ms`)
  const names = Array.from({ length: 500 }, (_, n) => `stems/Nuit blanche ${n}.wav`)
  const proposed = await assistant.post(`/mixes/projects/${project_id}/proposals`, { names })
  t.equal(proposed.json<{ proposals: object[] }>().proposals.length, 500)
  t.equal((await assistant.get(`/mixes/projects/${project_id}/uploads`)).statusCode, 200)
})

t.test('what nobody goes on with is swept after a week, what a crash left the next night', async t => {
  const { key } = await announce(engineer, 100, { ...place, name: 'vieux.wav' })
  await patch(house, engineer, key, 0, Buffer.alloc(40))
  const shop = await workshop(folder)
  const stray = join(shop, `${'a'.repeat(32)}.upload`)
  writeFileSync(stray, 'x')
  const old = new Date(Date.now() - 3 * 3_600_000)
  utimesSync(stray, old, old)
  const sweep = () => work(host, studio, 'mixes', 'sweep-workshop')
  await sweep()
  t.notOk(existsSync(stray))
  t.ok(existsSync(join(shop, `${key}.upload`)))
  const week = new Date(Date.now() - 8 * 86_400_000)
  await db('uploads').where({ key }).update({ created_at: week, held_until: null })
  utimesSync(join(shop, `${key}.upload`), week, week)
  await sweep()
  t.match(await uploadOf(key), { state: 'gone' })
  t.notOk(existsSync(join(shop, `${key}.upload`)))
  t.equal((await patch(house, engineer, key, 40, Buffer.alloc(60))).statusCode, 410)
})
