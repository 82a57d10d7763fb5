import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { extractText } from 'unpdf'
import { work } from '../../../core/events.ts'
import { filesOf, readStored, saveFile } from '../../../core/storage.ts'
import { countQueries, openStudio } from '../../../test/helper.ts'
import type { House } from '../../../test/helper.ts'
import { findFfmpeg } from '../analysis/ffmpeg.ts'
import { takeUncopied, takeWaiting } from '../analysis/queries.ts'
import { makeMusic } from './make.ts'
import { aiff, chunk, tone, wav } from './sounds.ts'

const ffmpeg = await findFfmpeg(process.env['FFMPEG_PATH'])

/** Files that were filed and wait, and the job that measures them. */
function measuring(house: House) {
  const { db, host, studio } = house
  const folder = filesOf(host.env, studio)
  const { track, add } = makeMusic(db)

  /** A revision of a new track, with this sound behind it. */
  async function filed(content: Buffer, { name = 'mix.wav', format = 'wav', more = {} } = {}) {
    const { track_id, project_id } = await track()
    const { id: file_id } = await saveFile({ db, folder }, content, { name: 'mix', media_type: 'audio/wav' })
    const sha256 = createHash('sha256').update(content).digest()
    const audio_id = await add('audio_files', { file_id, name, format, bytes: content.length, sha256, ...more })
    await add('revisions', { track_id, version: 'master', number: 1, audio_id })
    return { audio_id, track_id, project_id, file_id }
  }

  const run = () => work(host, studio, 'mixes', 'analyse')
  const row = (id: number) => db('audio_files').where({ id }).first<Record<string, unknown>>()
  const told = async (fact: string) => {
    const rows = await db('outbox').where({ fact }).select<{ ids: Record<string, number> }[]>('ids')
    return rows.map(({ ids }) => ids)
  }
  return { filed, run, row, told, folder }
}

const sound = [tone(2), tone(2)]

t.test('analysis by the job', async t => {
  const house = await openStudio(t, { work: false })
  const { db, owner, manager, engineer, assistant, stranger } = house
  const { filed, run, row, told, folder } = measuring(house)

  await t.test('a file that was filed is measured, and pages are told', async t => {
    const { audio_id, track_id, project_id } = await filed(
      wav(sound, { sample: 's24', after: [title('Nuit <b>1</b>')] })
    )
    await run()
    const found = await row(audio_id)
    t.match(found, {
      state: 'analysed',
      problem: null,
      codec: 'pcm_s24le',
      sample_rate: 48_000,
      bit_depth: 24,
      channels: 2,
      duration_ms: 2000,
      clipped: 0,
      copy: 'none',
      tags: { title: 'Nuit <b>1</b>' }
    })
    t.ok(Math.abs(Number(found?.['lufs']) + 23) <= 0.1, `-23 LUFS: ${String(found?.['lufs'])}`)
    t.ok(Buffer.isBuffer(found?.['peaks']) && found['peaks'].length === 3600, 'its picture')
    t.same(await told('mixes.analysed'), [{ audio_id, project_id, track_id }])
    await run()
    t.equal((await told('mixes.analysed')).length, 1, 'once')
  })

  await t.test('fifty at once take one file once; two runs at once measure it once', async t => {
    const { audio_id } = await filed(wav(sound))
    const taken = await Promise.all(Array.from({ length: 50 }, () => takeWaiting(db)))
    t.same(
      taken.filter(Boolean).map(one => one?.id),
      [audio_id]
    )
    await db('audio_files').where({ id: audio_id }).update({ taken_at: null, tries: 0 })
    await Promise.all([run(), run(), run()])
    t.match(await row(audio_id), { state: 'analysed', tries: 1 })
  })

  await t.test('whoever died with a file is waited for a minute; the third death is the last', async t => {
    const { audio_id } = await filed(wav(sound))
    const dies = (tries: number, seconds: number) =>
      db('audio_files')
        .where({ id: audio_id })
        .update({ tries, taken_at: db.raw(`now() - make_interval(secs => ?)`, [seconds]) })
    await dies(1, 20)
    await run()
    t.match(await row(audio_id), { state: 'waiting' }, 'somebody may still be at it')
    await dies(1, 90)
    await run()
    t.match(await row(audio_id), { state: 'analysed', tries: 2 })
    await db('audio_files').where({ id: audio_id }).update({ state: 'waiting' })
    await dies(3, 90)
    await run()
    t.match(await row(audio_id), { state: 'failed', problem: 'crashed' })
    t.equal((await engineer.post(`/mixes/audio/${audio_id}/analysis`)).statusCode, 303)
    t.match(await row(audio_id), { state: 'waiting', tries: 0, problem: null })
    await run()
    t.match(await row(audio_id), { state: 'analysed' }, 'asked for again')
  })

  await t.test('a file that cannot be measured says why, and the others go on', async t => {
    const text = await filed(Buffer.from('Ceci est un texte. '.repeat(500)))
    const gone = await filed(wav(sound))
    const good = await filed(wav(sound))
    const [stored] = await db('files').where({ id: gone.file_id }).select<{ key: string }[]>('key')
    rmSync(folder.disk.path(stored?.key ?? '') ?? '')
    await run()
    t.match(await row(text.audio_id), { state: 'failed', problem: 'not_audio' })
    t.match(await row(gone.audio_id), { state: 'failed', problem: 'gone' })
    t.match(await row(good.audio_id), { state: 'analysed' })
    const list = await owner.get('/mixes/analysis')
    t.match(list.body, 'n’est plus à sa place')
    t.match(list.body, 'n’est pas un son')
    const report = await owner.get(`/mixes/audio/${text.audio_id}/report`)
    t.equal(report.statusCode, 200)
    t.match(report.body, 'Relancer l’analyse')
  })

  await t.test('the report stands against the delivery sheet, on the page and on paper', async t => {
    const { audio_id, track_id, project_id } = await filed(
      wav([tone(2, { dbfs: 0 })], { rate: 44_100, sample: 'f32', after: [title('<img src=x>')] })
    )
    await run()
    await db('audio_files').where({ id: audio_id }).update({ true_peak: 0.4, lufs: -9.8 })
    await db('projects').where({ id: project_id }).update({ sheet_rate: 48_000, sheet_lufs: -14, sheet_true_peak: -1 })
    await db('tracks')
      .where({ id: track_id })
      .update({ sheet: JSON.stringify({ rate: 44_100 }) })
    const page = await engineer.get(`/mixes/audio/${audio_id}/report`)
    t.equal(page.statusCode, 200)
    t.match(page.body, '−9,8 LUFS')
    t.match(page.body, '0,4 dBTP')
    t.match(page.body, 'dépasse 0 dBTP')
    t.match(page.body, 'class="level-red"')
    t.match(page.body, '−4,2 dB', 'Spotify')
    t.match(page.body, '32 bits flottants')
    t.match(page.body, '&lt;img src=x&gt;')
    t.notMatch(page.body, '<img src=x>')
    t.equal((page.body.match(/class="level-ok"/g) ?? []).length >= 1, true, 'the track’s own rate wins')
    await house.host.tenants.master('users').where({ id: manager.id }).update({ locale: 'en' })
    const english = await manager.get(`/mixes/audio/${audio_id}/report`)
    t.match(english.body, '−9.8 LUFS')
    const pdf = await engineer.get(`/mixes/audio/${audio_id}/report.pdf`)
    const { text } = await extractText(new Uint8Array(pdf.rawPayload), { mergePages: true })
    t.match(text, 'Rapport de qualité')
    t.match(text, '−9,8 LUFS')
    t.match(text, 'Spotify')
    const part = await assistant.get(`/mixes/audio/${audio_id}/quality`)
    t.equal(part.statusCode, 200)
    t.match(part.body, 'dépasse 0 dBTP')
    t.equal((await assistant.post(`/mixes/audio/${audio_id}/analysis`)).statusCode, 403)
    for (const path of ['report', 'report.pdf', 'quality'])
      t.equal((await stranger.get(`/mixes/audio/${audio_id}/${path}`)).statusCode, 404, path)
    t.equal((await owner.get('/mixes/audio/999999/report')).statusCode, 404)
  })

  await t.test('a package is given the report of its files', async t => {
    const one = await filed(wav(sound))
    const two = await filed(wav(sound))
    await run()
    const papers = await papersOf(house, [two.audio_id, one.audio_id])
    t.same(
      papers.map(({ name }) => name),
      ['quality-report.pdf']
    )
    const { text } = await extractText(new Uint8Array(papers[0]?.content ?? []), { mergePages: true })
    t.equal(text.match(/SHA-256/g)?.length, 2)
    t.match(text, '−23.0 LUFS')
  })

  await t.test(
    'copies to listen to are made where there is an ffmpeg',
    { skip: ffmpeg ? false : 'no ffmpeg' },
    async t => {
      const { audio_id } = await filed(aiff(sound), { name: 'Forêt <1>.aiff', format: 'aiff' })
      await run()
      const made = await row(audio_id)
      t.match(made, { state: 'analysed', copy: 'made' })
      const copy = await db('files')
        .where({ id: made?.['listening_file_id'] as number })
        .first<Record<string, unknown>>()
      t.match(copy, { name: 'Forêt <1>', media_type: 'audio/mpeg' })
      t.ok((await readStored({ db, folder }, made?.['listening_file_id'] as number)).length > 40_000)
      const others = await filed(aiff(sound), { format: 'aiff', more: { state: 'analysed', copy: 'wanted' } })
      const taken = await Promise.all(Array.from({ length: 20 }, () => takeUncopied(db)))
      t.equal(taken.filter(one => one?.id === others.audio_id).length, 1, 'one takes it')
      const bad = await filed(Buffer.from('texte'), {
        format: 'aiff',
        more: { state: 'analysed', copy: 'wanted', copy_tries: 1 }
      })
      await run()
      t.match(await row(bad.audio_id), { copy: 'failed', listening_file_id: null })
      t.match((await owner.get('/settings/plugins/mixes')).body, `ffmpeg ${ffmpeg?.version}`)
    }
  )

  await t.test('its pages ask the same of the database with one file and with thirty', async t => {
    const { audio_id } = await filed(wav(sound), { more: { state: 'failed', problem: 'cut' } })
    const few = await countQueries(house, () => owner.get('/mixes/analysis'))
    for (let nth = 0; nth < 30; nth++) await filed(Buffer.from(`${nth}`), { more: { state: 'failed', problem: 'cut' } })
    const many = await countQueries(house, () => owner.get('/mixes/analysis'))
    t.equal(many, few)
    t.ok(many <= 8, `${many} statements`)
    t.ok((await countQueries(house, () => owner.get(`/mixes/audio/${audio_id}/report`))) <= 8)
  })

  await t.test('without an ffmpeg it is said where to set it up, and files are measured by ourselves', async t => {
    house.host.environmentOf = () => ({ FFMPEG_PATH: join('/', 'nowhere', 'ffmpeg') })
    const settings = await owner.get('/settings/plugins/mixes')
    t.match(settings.body, 'ffmpeg n’est pas installé')
    t.match(settings.body, 'apt install ffmpeg')
    const { audio_id } = await filed(aiff(sound), { format: 'aiff' })
    const rare = wav(sound)
    rare.writeUInt16LE(2, 20)
    const other = await filed(rare)
    await run()
    t.match(await row(audio_id), { state: 'analysed', copy: 'wanted' }, 'its copy waits for an ffmpeg')
    t.match(await row(other.audio_id), { state: 'failed', problem: 'unsupported' })
  })
})

const title = (text: string) =>
  chunk('LIST', Buffer.concat([Buffer.from('INFO'), chunk('INAM', Buffer.from(`${text}\0`))]))

async function papersOf({ host, studio, db }: House, audio_ids: number[]) {
  const switched = await host.switches.of(studio, db)
  const mixes = switched.plugins.find(({ id }) => id === 'mixes')
  const answer = mixes?.answers?.['projects.papers']
  const voice = { t: host.texts.translator('en') }
  const { formats } = await import('../../../core/format.ts')
  const wordsIn = () => ({ ...voice, fmt: formats('en', 'Europe/Paris', 'EUR') })
  const asking = { db, studio, wordsIn } as unknown as Parameters<NonNullable<typeof answer>>[0]
  return (await answer?.(asking, { project_id: 0, audio_ids, which: 'report', language: 'en' })) ?? []
}
