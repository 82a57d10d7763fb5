import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t from 'tap'
import { work } from '../../../core/events.ts'
import { countQueries, openStudio } from '../../../test/helper.ts'
import { makeInvoice } from '../../invoices/test/make.ts'
import { cookieOf, mailsTo, text } from '../../mixes/test/guests.ts'
import { makeSongs } from '../../mixes/test/songs.ts'
import { faultOf, withEnding } from '../naming.ts'

t.test('names fit any system', async t => {
  for (const wrong of ['a/b.wav', '..\\b.wav', '.wav', 'CON.wav', 'a.', 'a\u202ewav', 'a\nb.wav', 'a:b.wav', ' a.wav'])
    t.equal(faultOf(wrong, ''), 'deliveries.errors.name_signs', JSON.stringify(wrong))
  t.equal(faultOf('Manifest.json', ''), 'deliveries.errors.name_taken')
  t.equal(faultOf('manifest.json', 'Masters'), undefined)
  t.equal(faultOf('Été à Sète.wav', ''), undefined)
  t.equal(withEnding('Master', 'wav'), 'Master.wav')
  t.equal(withEnding('Master.WAV', 'wav'), 'Master.WAV')
  t.equal(withEnding('Master.mp3', 'wav'), 'Master.mp3.wav')
  t.equal(withEnding('Master.aiff', 'aiff'), 'Master.aiff')
})

t.test('deliveries', async t => {
  const house = await openStudio(t)
  const { db, owner, manager, engineer, assistant, stranger, visitor, studio, elsewhere, settle, host } = house
  const { tracks, take, project_id, keeping } = await makeSongs(house, ['Les heures claires', 'Rue Ordener'], 3)
  const [first, second] = tracks.map(({ id }) => id) as [number, number]
  const mix = await take(first, 'final', 1)
  const one = await take(first, 'master', 1)
  const two = await take(second, 'master', 1, 2)
  const terms = { title: 'Nuits blanches, masters', gate: 'none', scope: 'download' }
  const place = { project_id, ...terms }

  async function prepare(more: Record<string, string | number | readonly number[]> = {}): Promise<number> {
    const made = await engineer.post('/deliveries', { ...place, audio_ids: [one.audio_id, two.audio_id], ...more })
    t.equal(made.statusCode, 303, text(made))
    return Number(made.location.split('/').at(-1))
  }
  /** Its address, as its page shows it. */
  async function link(id: number): Promise<string> {
    const linked = await engineer.post(`/deliveries/${id}/link`)
    t.equal(linked.statusCode, 303, text(linked))
    const { body } = await engineer.get(`/deliveries/${id}`)
    return `//o/${studio.slug}/deliveries/${/\/deliveries\/([\w-]{43})"/.exec(body)?.[1]}`
  }
  async function comeIn(at: string, password?: string) {
    const answer = password === undefined ? await visitor.get(at) : await visitor.post(at, { password })
    return { answer, cookie: cookieOf(answer) }
  }
  const visits = (delivery_id: number) =>
    db('delivery_visits').where({ delivery_id }).orderBy('id').select<{ what: string; done: boolean }[]>('what', 'done')
  const change = async (id: number, more: Record<string, string | number>) => {
    const found = await db('deliveries').where({ id }).first<{ version: number }>('version')
    return engineer.post(`/deliveries/${id}`, { ...terms, version: found?.version ?? 0, ...more })
  }

  await t.test('a package is prepared with the names engineers use', async t => {
    const form = await engineer.get(`/deliveries/new?project_id=${project_id}`)
    t.match(form.body, /value="\d+"[^>]*checked/)
    const id = await prepare()
    const card = await assistant.get(`/deliveries/${id}`)
    t.match(card.body, 'ZA_LesHeuresClaires_EE01_Master_44k16.wav')
    t.match(card.body, 'ZA_RueOrdener_EE01_Master_44k16.wav')
    t.equal((await visitor.get(`//o/${studio.slug}/deliveries/${'x'.repeat(43)}`)).statusCode, 404)
    t.equal((await assistant.post('/deliveries', { ...place, audio_ids: one.audio_id })).statusCode, 403)
    t.equal((await stranger.get(`/deliveries/${id}`)).statusCode, 404)
    t.equal((await engineer.post('/deliveries', { ...place, audio_ids: 999_999 })).statusCode, 422)
    t.equal((await engineer.post('/deliveries', place)).statusCode, 422)
    t.match((await engineer.get(`/projects/${project_id}`)).body, `/deliveries/${id}`)
    t.match((await engineer.get('/deliveries?q=blanches')).body, 'Nuits blanches, masters')
    t.match((await engineer.get('/search/hits?q=blanches')).body, `/deliveries/${id}`)
  })

  await t.test('its files and their names are chosen, no two alike', async t => {
    const id = await prepare()
    const found = await db('deliveries').where({ id }).first<{ version: number }>('version')
    const rows = (names: Record<number, string>, folder = '') =>
      Object.fromEntries(
        Object.entries(names).flatMap(([audio, name], at) => [
          [`files.${at}.audio_id`, audio],
          [`files.${at}.chosen`, 'on'],
          [`files.${at}.name`, name],
          [`files.${at}.folder`, folder]
        ])
      )
    const post = (fields: Record<string, string>, version = found?.version ?? 0) =>
      engineer.post(`/deliveries/${id}/files`, { version, ...fields })
    const same = await post(rows({ [one.audio_id]: 'A.wav', [two.audio_id]: 'a.WAV' }))
    t.equal(same.statusCode, 422)
    t.match(same.body, 'files.1.name')
    t.equal((await post(rows({ [one.audio_id]: '../../etc/passwd' }))).statusCode, 422)
    t.equal((await post(rows({ [one.audio_id]: 'A' }, '../up'))).statusCode, 422)
    t.equal((await post(rows({}))).statusCode, 422)
    t.equal((await post(rows({ 999_999: 'A' }))).statusCode, 404)
    t.equal((await post(rows({ [one.audio_id]: 'B', [mix.audio_id]: 'A' }, 'Disque 1'))).statusCode, 303)
    const kept = await db('delivery_files').where({ delivery_id: id }).orderBy('position').select('name', 'folder')
    t.same(
      kept,
      [
        { name: 'A.wav', folder: 'Disque 1' },
        { name: 'B.wav', folder: 'Disque 1' }
      ].toSorted((a, b) => (mix.audio_id < one.audio_id ? a.name.localeCompare(b.name) : b.name.localeCompare(a.name)))
    )
    t.equal((await post(rows({ [one.audio_id]: 'C' }))).statusCode, 409, 'who looked at it before somebody changed it')
  })

  await t.test('the package is a ZIP that proves itself', async t => {
    const id = await prepare()
    const at = await link(id)
    const { cookie, answer } = await comeIn(at)
    t.equal(answer.statusCode, 200)
    t.match(answer.headers['cache-control'], 'no-store')
    t.match(answer.body, 'ZA_LesHeuresClaires_EE01_Master_44k16.wav')
    const zip = await visitor.get(`${at}/package.zip`, { cookie })
    t.equal(zip.statusCode, 200)
    t.equal(Number(zip.headers['content-length']), zip.rawPayload.length, 'its length is said beforehand')
    const folder = mkdtempSync(join(tmpdir(), 'package-'))
    t.teardown(() => rmSync(folder, { recursive: true, force: true }))
    writeFileSync(join(folder, 'package.zip'), zip.rawPayload)
    execFileSync('unzip', ['-q', 'package.zip', '-d', 'out'], { cwd: folder })
    const checked = execFileSync('sha256sum', ['-c', 'SHA256SUMS.txt'], { cwd: join(folder, 'out'), encoding: 'utf8' })
    t.match(checked, 'ZA_RueOrdener_EE01_Master_44k16.wav: OK')
    t.match(checked, 'manifest.json: OK')
    const listed = execFileSync('cat', ['out/manifest.json'], { cwd: folder, encoding: 'utf8' })
    t.match(JSON.parse(listed), {
      delivery: 'Nuits blanches, masters',
      files: [
        {
          track: 'Les heures claires',
          version: 'master',
          sha256: createHash('sha256').update(one.bytes).digest('hex')
        },
        {}
      ]
    })
    const [file] = await db('delivery_files')
      .where({ delivery_id: id })
      .orderBy('position')
      .select<{ id: number }[]>('id')
    const single = await visitor.get(`${at}/files/${file?.id}`, { cookie })
    t.ok(single.rawPayload.equals(one.bytes))
    t.match(single.headers['content-disposition'], 'ZA_LesHeuresClaires')
    const part = await visitor.get(`${at}/files/${file?.id}`, { cookie, range: 'bytes=0-9' })
    t.equal(part.statusCode, 206)
    t.same(await visits(id), [
      { what: 'opened', done: null },
      { what: 'package', done: true },
      { what: 'file', done: true }
    ])
    t.equal((await visitor.get(`${at}/package.zip`)).statusCode, 404, 'not for who did not come in')
    t.equal((await visitor.get(`${at}/files/999999`, { cookie })).statusCode, 404)
    const elsewhereAt = at.replace(studio.slug, elsewhere.slug)
    t.equal((await visitor.get(elsewhereAt)).statusCode, 404)
    await settle()
    t.match((await engineer.get('/notifications')).body, 'téléchargé')
  })

  await t.test('it opens when all is approved', async t => {
    const id = await prepare({ gate: 'approved' })
    const at = await link(id)
    const { cookie, answer } = await comeIn(at)
    const takes = async () => (await visitor.get(`${at}/package.zip`, { cookie })).statusCode
    t.match(answer.body, 'Les heures claires, Rue Ordener')
    t.notMatch(answer.body, 'package.zip')
    t.equal(await takes(), 409)
    await db('revisions').where({ id: one.id }).update({ state: 'approved' })
    t.equal(await takes(), 409, 'one of two')
    await db('revisions').where({ id: two.id }).update({ state: 'approved' })
    t.equal(await takes(), 200)
    await db('revisions').where({ id: one.id }).update({ state: 'superseded' })
    t.equal(await takes(), 409, 'it is asked every time')
    await db('revisions').update({ state: 'draft' })
    t.same(await visits(id).then(all => all.map(({ what }) => what)), ['opened', 'package'])
  })

  await t.test('it opens when all is paid, and says what is open until then', async t => {
    const id = await prepare({ gate: 'paid' })
    const at = await link(id)
    const { cookie, answer } = await comeIn(at)
    t.match(answer.body, 'En attente de la facture', 'nothing was billed')
    const invoice = await makeInvoice(house, { lines: [[100_000, 2000]] })
    await db('invoice_sources').insert({ source: `project:${project_id}`, invoice_id: invoice.id })
    const page = await visitor.get(at, { cookie })
    t.match(page.body.replace(/[\u202f\u00a0]/g, ' '), 'En attente du règlement : 1 200,00 €')
    t.equal((await visitor.get(`${at}/package.zip`, { cookie })).statusCode, 409)
    t.match((await manager.get(`/deliveries/${id}`)).body, `/invoices/${invoice.id}`)
    await db('invoices').where({ id: invoice.id }).update({ paid_cents: invoice.due_cents })
    t.equal((await visitor.get(`${at}/package.zip`, { cookie })).statusCode, 200)
    const both = await prepare({ gate: 'approved_and_paid' })
    const guest = await comeIn(await link(both))
    t.match(guest.answer.body, 'En attente de validation')
  })

  await t.test('it is opened early on record only', async t => {
    const id = await prepare({ gate: 'by_hand' })
    const at = await link(id)
    const { cookie } = await comeIn(at)
    const takes = async () => (await visitor.get(`${at}/package.zip`, { cookie })).statusCode
    t.equal(await takes(), 409)
    t.equal((await engineer.post(`/deliveries/${id}/release`, { reason: 'Parce que' })).statusCode, 403)
    t.equal((await manager.post(`/deliveries/${id}/release`, { reason: ' ' })).statusCode, 422)
    t.equal((await manager.post(`/deliveries/${id}/release`, { reason: 'Le label presse demain' })).statusCode, 303)
    t.equal(await takes(), 200)
    t.match((await engineer.get(`/deliveries/${id}`)).body, 'Le label presse demain')
    const trail = await db('activity').where({ action: 'deliveries.release' }).orderBy('id', 'desc').first()
    t.match(JSON.stringify(trail), 'Le label presse demain')
    await settle()
    t.match((await engineer.get('/notifications')).body, 'débloquée avant terme')
    t.equal((await manager.post(`/deliveries/${id}/withholding`)).statusCode, 303)
    t.equal(await takes(), 409)
  })

  await t.test('what may only be heard is heard, and never taken, by no link', async t => {
    const id = await prepare({ scope: 'listen' })
    const at = await link(id)
    const { cookie, answer } = await comeIn(at)
    t.equal((await visitor.get(`${at}/package.zip`, { cookie })).statusCode, 403)
    const listen = /href="[^"]*(\/o\/[\w-]+\/mixes\/[\w-]{43})"/.exec(answer.body)?.[1] ?? ''
    t.ok(listen)
    const heard = await visitor.get(`/${listen}`)
    const inside = cookieOf(heard)
    const audio = (what: string, cookie = inside) => visitor.get(`/${listen}/audio/${one.audio_id}/${what}`, { cookie })
    t.equal((await audio('listen')).statusCode, 200)
    t.equal((await audio('original')).statusCode, 403)
    t.match((await engineer.get(`/deliveries/${id}`)).body, 'Écouté')
    const waiting = await prepare({ gate: 'by_hand' })
    const shut = await comeIn(await link(waiting))
    t.match(shut.answer.body, /\/mixes\/[\w-]{43}/, 'while the gate is shut it is heard')
    const share = /(\/o\/[\w-]+\/mixes\/[\w-]{43})"/.exec(shut.answer.body)?.[1] ?? ''
    const key = cookieOf(await visitor.get(`/${share}`))
    t.equal((await visitor.get(`/${share}/audio/${one.audio_id}/original`, { cookie: key })).statusCode, 403)
    t.equal((await engineer.post(`/deliveries/${id}/revocation`)).statusCode, 303)
    t.equal((await audio('listen')).statusCode, 410, 'revoked, it is silent too')
    t.equal((await visitor.get(at, { cookie })).statusCode, 410)
  })

  await t.test('its terms change, and its link with them', async t => {
    const id = await prepare()
    const at = await link(id)
    const { cookie } = await comeIn(at)
    t.equal((await change(id, { scope: 'listen' })).statusCode, 303)
    t.equal((await visitor.get(`${at}/package.zip`, { cookie })).statusCode, 403)
    t.equal((await change(id, { expires_on: '2020-01-01' })).statusCode, 422)
    await db('deliveries')
      .where({ id })
      .update({ expires_at: new Date(Date.now() - 1000) })
    t.equal((await visitor.get(at, { cookie })).statusCode, 410)
    t.equal((await visitor.get(`${at}/package.zip`, { cookie })).statusCode, 410)
    t.equal((await engineer.post(`/deliveries/${id}`, { ...terms, version: 1 })).statusCode, 409)
  })

  await t.test('a password is asked, and tried a few times', async t => {
    const id = await prepare({ password: 'ordener 18e' })
    const at = await link(id)
    const door = await visitor.get(at)
    t.notMatch(door.body, 'Nuits blanches')
    const tries = await Promise.all(Array.from({ length: 10 }, () => visitor.post(at, { password: 'faux' })))
    t.equal(tries.filter(({ statusCode }) => statusCode === 422).length, 6)
    t.equal(tries.filter(({ statusCode }) => statusCode === 429).length, 4)
    await db('delivery_visits')
      .where({ delivery_id: id })
      .update({ at: db.raw(`at - interval '16 minutes'`) })
    const { cookie } = await comeIn(at, 'ordener 18e')
    t.equal((await visitor.get(`${at}/package.zip`, { cookie })).statusCode, 200)
    t.notMatch(JSON.stringify([await db('activity').select(), await db('deliveries').select()]), 'ordener 18e')
  })

  await t.test('of thirty at once, as many take it as there are downloads; each as often as it likes', async t => {
    const id = await prepare({ most_downloads: 5 })
    const at = await link(id)
    const guests = await Promise.all(Array.from({ length: 30 }, () => comeIn(at)))
    const answers = await Promise.all(guests.map(({ cookie }) => visitor.get(`${at}/package.zip`, { cookie })))
    const took = guests.filter((_, index) => answers[index]?.statusCode === 200)
    t.equal(took.length, 5)
    t.equal(answers.filter(({ statusCode }) => statusCode === 409).length, 25)
    t.equal((await visitor.get(`${at}/package.zip`, { cookie: took[0]?.cookie ?? '' })).statusCode, 200)
    t.match(await db('deliveries').where({ id }).first(), { downloads: 5 })
  })

  await t.test('it is mailed to whom it is for', async t => {
    const id = await prepare({ email: 'zoe@example.test', recipient: 'Zoé', gate: 'by_hand' })
    t.equal((await engineer.post(`/deliveries/${id}/sending`)).statusCode, 303)
    await settle()
    const [mail] = await mailsTo(host, 'zoe@example.test')
    t.match(mail?.text, new RegExp(`/o/${studio.slug}/deliveries/[\\w-]{43}`))
    const silent = await prepare()
    t.equal((await engineer.post(`/deliveries/${silent}/sending`)).statusCode, 422)
    t.match((await owner.get('/')).body, 'à débloquer')
    t.equal((await engineer.post(`/deliveries/${silent}/removal`)).statusCode, 303)
    t.equal((await engineer.get(`/deliveries/${silent}`)).statusCode, 404)
  })

  await t.test('lists ask as much for many as for one', async t => {
    await settle()
    const few = await countQueries(house, () => engineer.get('/deliveries'))
    for (let n = 0; n < 15; n++) await prepare()
    await settle()
    t.equal(await countQueries(house, () => engineer.get('/deliveries')), few)
    t.ok(few <= 8)
    t.equal((await engineer.api('GET', '/deliveries/list')).statusCode, 200)
  })

  await t.test('where somebody came from is forgotten after a year, what they took is not', async t => {
    const id = await prepare()
    const at = await link(id)
    const { cookie } = await comeIn(at)
    await visitor.get(`${at}/package.zip`, { cookie })
    const where = () => db('delivery_visits').where({ delivery_id: id }).orderBy('id').select('what', 'ip')
    t.match(await where(), [
      { what: 'opened', ip: String },
      { what: 'package', ip: String }
    ])
    await db('delivery_visits')
      .where({ delivery_id: id })
      .update({ at: new Date(Date.now() - 367 * 864e5) })
    await work(host, studio, 'deliveries', 'forget-visitors')
    t.same(await where(), [
      { what: 'opened', ip: null },
      { what: 'package', ip: null }
    ])
  })

  await t.test('half a gigabyte goes through as it is, and memory stays where it is', async t => {
    const size = 20_000_000
    const body = randomBytes(size)
    const key = (n: number) => n.toString(16).padStart(32, '0')
    const root = join(host.env.DATA_DIR, 'files', String(studio.id))
    const pathOf = (n: number) => join(root, key(n).slice(0, 2), key(n))
    mkdirSync(dirname(pathOf(1)), { recursive: true })
    writeFileSync(pathOf(1), body)
    const sha256 = createHash('sha256').update(body).digest()
    const ids: number[] = []
    for (let n = 1; n <= 26; n++) {
      if (n > 1) linkSync(pathOf(1), pathOf(n))
      const [file] = await db('files')
        .insert({ key: key(n), name: 'stem', media_type: 'audio/wav', bytes: size, sha256 })
        .returning<{ id: number }[]>('id')
      const [audio] = await db('audio_files')
        .insert({ file_id: file?.id, name: `${n}.wav`, format: 'wav', bytes: size, sha256, duration_ms: 1000 })
        .returning<{ id: number }[]>('id')
      await db('track_files').insert({ project_id, kind: 'stem', label: `Piste ${n}`, audio_id: audio?.id })
      ids.push(audio?.id ?? 0)
    }
    const id = await prepare({ audio_ids: ids })
    const at = (await link(id)).slice(1)
    const origin = await house.listen()
    const fetched = (headers: Record<string, string>, path: string) =>
      new Promise<IncomingMessage>((resolve, reject) =>
        get(`${origin}${path}`, { headers }, resolve).once('error', reject)
      )
    const door = await fetched({}, at)
    const cookie = String(door.headers['set-cookie']).split(';')[0] ?? ''
    door.resume()
    const answer = await fetched({ cookie }, `${at}/package.zip`)
    const before = process.memoryUsage().rss
    let [bytes, most] = [0, 0]
    for await (const chunk of answer) {
      bytes += (chunk as Buffer).length
      most = Math.max(most, process.memoryUsage().rss)
    }
    t.equal(bytes, Number(answer.headers['content-length']))
    t.ok(bytes > 520_000_000)
    t.ok(most - before < 250_000_000, `${Math.round((most - before) / 1e6)} MB more`)

    const broken = await fetched({ cookie }, `${at}/package.zip`)
    let got = 0
    const ended = await new Promise<boolean>(resolve => {
      broken.on('data', (chunk: Buffer) => {
        got += chunk.length
        if (got > 2 * size && !broken.isPaused()) {
          broken.pause()
          void engineer.post(`/deliveries/${id}/revocation`).then(() => broken.resume())
          got = Number.NEGATIVE_INFINITY
        }
      })
      broken.once('end', () => resolve(true))
      broken.once('error', () => resolve(false))
    })
    t.notOk(ended, 'revoked in the middle, it breaks off')
    t.same(
      (await visits(id)).filter(({ what }) => what === 'package').map(({ done }) => done),
      [true, false],
      'and the log says so'
    )
    t.ok(keeping)
  })
})
