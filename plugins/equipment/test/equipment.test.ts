import { pageSize, time } from '@patchbay/core'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import t from 'tap'
import { filesOf } from '../../../core/storage.ts'
import { countQueries, openStudio, origin } from '../../../test/helper.ts'
import type { House, Visitor } from '../../../test/helper.ts'
import { plugins } from '../../index.ts'

/** The inventory: pieces, photos, kits, maintenance, what is out, files and reports. */

const piece = { category: 'microphone', brand: 'Neumann', model: 'U87 Ai', quantity: 2, state: 'good' }
const idOf = ({ location }: { location: string }) => Number(/\/(\d+)$/.exec(location)?.[1])

async function enter(house: House, fields: object = {}): Promise<number> {
  const id = idOf(await house.manager.post('/equipment', { ...piece, ...fields }))
  if (!id) throw new Error('it was not entered')
  return id
}

/** Sends a form with a file, as a browser does. */
function upload(
  house: House,
  person: Visitor,
  path: string,
  fields: Record<string, string>,
  name: string,
  file: Buffer
) {
  const line = (head: string, body: Buffer | string) => [
    Buffer.from(`--border\r\ncontent-disposition: form-data; ${head}\r\n\r\n`),
    Buffer.from(body),
    Buffer.from('\r\n')
  ]
  const parts = Object.entries(fields).flatMap(([field, value]) => line(`name="${field}"`, value))
  const payload = Buffer.concat([
    ...parts,
    ...line(`name="${name}"; filename="a.jpg"\r\ncontent-type: image/jpeg`, file),
    Buffer.from('--border--\r\n')
  ])
  const cookie = `sign-in=${person.token}`
  const headers = { origin, host: 'localhost:3000', cookie, 'content-type': 'multipart/form-data; boundary=border' }
  return house.app.inject({ method: 'POST', url: `/s/${house.studio.slug}${path}`, headers, payload })
}

/** What is printed, with plain spaces for those of French numbers. */
const plain = ({ body }: { body: string }) => body.replace(/[\u00a0\u202f]/g, ' ')
const text = (fields: object) => Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, String(value)]))

t.test('a piece is entered, found, changed, put away and brought back, and each leaves a trail', async t => {
  const house = await openStudio(t)
  const { manager, engineer, assistant, db } = house
  const [room] = await db('rooms').insert({ name: 'Cabine B', kind: 'cabine' }).returning<{ id: number }[]>('id')
  const money = {
    purchase_cents: '2890',
    value_cents: '3 390,50',
    purchased_on: '12/03/2024',
    warranty_until: '2027-03-12'
  }
  const id = await enter(house, { ...money, serial: 'U87-158204', room_id: room?.id ?? 0 })
  const row = await db('equipment').where({ id }).first()
  t.match(row, {
    label: 'Neumann U87 Ai',
    value_cents: 339_050,
    purchase_cents: 289_000,
    purchased_on: '2024-03-12',
    quantity: 2
  })
  t.match(row.code, /^[0-9A-Z]{7}$/)
  for (const q of ['u87', 'NEUMANN', '158204', row.code.toLowerCase()]) {
    t.match((await assistant.get(`/equipment?q=${q}`)).body, `equipment-${id}`, `found by ${q}`)
  }
  t.notMatch((await assistant.get('/equipment?q=c414')).body, `equipment-${id}`)
  t.match(plain(await manager.get(`/equipment/${id}`)), '3 390,50 €')
  for (const other of [engineer, assistant]) {
    const shown = plain(await other.get(`/equipment/${id}`))
    t.match(shown, 'U87-158204')
    t.notMatch(shown, /3 390|2 890|339050/, 'what it is worth is not for them, in the history neither')
  }
  const { version } = row
  const same = { ...piece, serial: 'U87-158204', version }
  t.equal((await engineer.post(`/equipment/${id}`, { ...same, notes: 'Suspension neuve' })).statusCode, 303)
  t.match(
    await db('equipment').where({ id }).first(),
    { notes: 'Suspension neuve', value_cents: 339_050 },
    'money is left'
  )
  t.equal((await engineer.post(`/equipment/${id}`, { ...same, value_cents: '1' })).statusCode, 422)
  const stale = await manager.post(`/equipment/${id}`, { ...same, model: 'U87' })
  t.equal(stale.statusCode, 409, 'two tabs do not overwrite each other')
  await manager.post(`/equipment/${id}`, { ...piece, value_cents: '4000', version: version + 1 })
  t.match(plain(await manager.get(`/equipment/${id}`)), /Valeur de remplacement : 3 390,50 € → 4 000,00 €/)
  t.notMatch(plain(await engineer.get(`/equipment/${id}`)), /4 000,00/)
  t.equal((await assistant.post(`/equipment/${id}/archiving`)).statusCode, 403)
  t.equal((await engineer.post(`/equipment/${id}/archiving`)).statusCode, 303)
  t.notMatch((await engineer.get('/equipment')).body, `equipment-${id}`)
  t.match((await engineer.get('/equipment?archived=1')).body, `equipment-${id}`)
  t.equal((await engineer.post(`/equipment/${id}/restoring`)).statusCode, 303)
  const deeds = await db('activity')
    .whereRaw('about @> array[?]::text[]', [`equipment:${id}`])
    .orderBy('id')
    .pluck('action')
  t.same(deeds, ['equipment.add', 'equipment.change', 'equipment.change', 'equipment.archive', 'equipment.restore'])
})

t.test('what is wrong is said at its field and what was typed stays', async t => {
  const house = await openStudio(t, { work: false })
  const wrong = {
    ...piece,
    model: '',
    quantity: '0',
    value_cents: 'beaucoup',
    purchased_on: 'jamais',
    notes: 'Gardez-moi'
  }
  const { statusCode, body } = await house.manager.post('/equipment', wrong)
  t.equal(statusCode, 422)
  for (const field of ['model', 'quantity', 'value_cents', 'purchased_on'])
    t.match(body, `id="f-${field}-error"`, field)
  t.match(body, 'Gardez-moi')
  t.match(body, 'value="beaucoup"')
  t.equal(
    (await house.manager.post('/equipment', { ...piece, room_id: 999 })).statusCode,
    422,
    'a room that is not there'
  )
  t.equal((await house.assistant.post('/equipment', piece)).statusCode, 403)
  t.equal((await house.stranger.get('/equipment')).statusCode, 404)
  t.equal((await house.visitor.get('/equipment')).statusCode, 303)
})

t.test(
  'a photo is turned upright and kept without place or camera; what is no photo is refused at its field',
  async t => {
    const house = await openStudio(t, { work: false })
    const { manager, db, host, studio } = house
    const folder = filesOf(host.env, studio).disk.name
    const kept = () =>
      (existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : []).filter(one =>
        one.isFile()
      )
    const picture = sharp({ create: { width: 2400, height: 1200, channels: 3, background: '#a33' } })
    const photo = await picture
      .withExif({ IFD0: { Make: 'SECRETCAM' }, IFD3: { GPSLatitude: '48/1 52/1 0/1', GPSLatitudeRef: 'N' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    t.ok(photo.includes('SECRETCAM'), 'there is something to take out')
    const sent = await upload(house, manager, '/equipment', text(piece), 'photo', photo)
    t.equal(sent.statusCode, 303)
    const { photo_id, id } = await db('equipment').first()
    const file = await db('files').where({ id: photo_id }).first()
    t.match(
      file,
      { media_type: 'image/webp', width: 800, height: 1600, name: 'Neumann U87 Ai' },
      'upright, and not too large'
    )
    t.equal(kept().length, 1)
    const bytes = readFileSync(join(kept()[0]?.parentPath ?? '', kept()[0]?.name ?? ''))
    t.notOk(bytes.includes('SECRETCAM'), 'nothing of the camera is left')
    const meta = await sharp(bytes).metadata()
    t.equal(meta.exif, undefined)

    const path = `/equipment/${id}/photo?v=${photo_id}`
    const answer = await house.assistant.get(path)
    t.equal(answer.headers['content-type'], 'image/webp')
    t.match(answer.headers, {
      'x-content-type-options': 'nosniff',
      'cache-control': /private.*immutable/,
      'content-disposition': /^inline/
    })
    t.same(answer.rawPayload, bytes)
    const again = await house.assistant.get(path, { 'if-none-match': String(answer.headers['etag']) })
    t.equal(again.statusCode, 304)
    t.match((await house.assistant.get(`/equipment/${id}/photo`)).headers['cache-control'], 'no-cache')
    t.equal((await house.stranger.get(path)).statusCode, 404)

    const bomb = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    const half = Buffer.concat([photo.subarray(0, 900), Buffer.alloc(50)])
    for (const [what, bad] of [
      ['an SVG', bomb],
      ['half a photo', half],
      ['a text', Buffer.from('salut')]
    ] as const) {
      const refused = await upload(house, manager, '/equipment', { ...text(piece), model: 'Gardé' }, 'photo', bad)
      t.equal(refused.statusCode, 422, what)
      t.match(refused.body, 'id="f-photo-error"')
      t.match(refused.body, 'value="Gardé"')
    }
    const wide = await sharp({ create: { width: 9000, height: 9000, channels: 3, background: '#fff' } })
      .png({ compressionLevel: 9 })
      .toBuffer()
    t.equal(
      (await upload(house, manager, '/equipment', text(piece), 'photo', wide)).statusCode,
      422,
      'a bomb of pixels'
    )
    const large = await upload(
      house,
      manager,
      '/equipment',
      { ...text(piece), model: 'Gardé' },
      'photo',
      Buffer.alloc(11_000_000, 1)
    )
    t.equal(large.statusCode, 422, 'eleven megabytes')
    t.match(large.body, /10 Mo au plus/)
    t.match(large.body, 'value="Gardé"')
    const mistaken = await upload(house, manager, '/equipment', { ...text(piece), model: '' }, 'photo', photo)
    t.equal(mistaken.statusCode, 422)
    t.equal(kept().length, 1, 'nothing that was refused is left on the disk')
    const lost = await upload(house, manager, '/equipment', { ...text(piece), room_id: '999' }, 'photo', photo)
    t.equal(lost.statusCode, 422, 'the photo was good, the room is not there')
    await new Promise(resolve => setTimeout(resolve, 100))
    t.equal(kept().length, 1, 'and the bytes went with the transaction')
    t.equal(
      (await upload(house, manager, '/equipment', text(piece), 'photo', Buffer.alloc(0))).statusCode,
      303,
      'no file was chosen'
    )

    const other = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#3a3' } })
      .png()
      .toBuffer()
    t.equal((await upload(house, manager, `/equipment/${id}`, text(piece), 'photo', other)).statusCode, 303)
    await new Promise(resolve => setTimeout(resolve, 100))
    t.equal((await db('files')).length, 1, 'the new one took the place of the old')
    t.equal(kept().length, 1)
    t.equal((await manager.post(`/equipment/${id}`, { ...piece, remove_photo: 'on' })).statusCode, 303)
    await new Promise(resolve => setTimeout(resolve, 100))
    t.same([(await db('files')).length, kept().length], [0, 0])
    t.equal((await manager.get(`/equipment/${id}/photo`)).statusCode, 404)
  }
)

t.test('the list reads as many statements with 30 rows as with 1, and pages both ways', async t => {
  const house = await openStudio(t, { work: false })
  const { manager, db } = house
  await enter(house)
  await manager.get('/equipment')
  const one = await countQueries(house, () => manager.get('/equipment'))
  const rows = Array.from({ length: 130 }, (_, at) => ({
    code: `ABC${String(at).padStart(4, '0')}`,
    category: at % 2 ? 'stand' : 'preamp',
    model: `Modèle ${String(at).padStart(3, '0')}`
  }))
  await db('equipment').insert(rows.slice(0, 29))
  const thirty = await countQueries(house, () => manager.get('/equipment'))
  t.equal(thirty, one)
  t.ok(thirty <= 8, `${thirty} statements`)
  await db('equipment').insert(rows.slice(29))
  const seen: string[] = []
  let page = await manager.api('GET', '/equipment/list')
  for (;;) {
    const { rows, next, count } = page.json()
    t.equal(count, 131)
    seen.push(...rows.map((row: { label: string }) => row.label))
    if (!next) break
    page = await manager.api('GET', `/equipment/list?after=${next}`)
  }
  t.equal(new Set(seen).size, 131)
  const back = await manager.api('GET', `/equipment/list?before=${page.json().previous}`)
  t.equal(back.json().rows.length, pageSize)
  t.notMatch(page.body, 'value_cents', 'the list says nothing of money')
  const small = await manager.api('GET', '/equipment/list?category=stand&sort=-label')
  t.equal(small.json().rows[0].label, 'Modèle 129')
})

t.test('gear goes out and comes back, once, and what is lent cannot be booked meanwhile', async t => {
  const house = await openStudio(t)
  const { assistant, manager, db } = house
  const id = await enter(house)
  const { code } = await db('equipment').where({ id }).first()
  const [client] = await db('clients').insert({ kind: 'person', name: 'Zoé Élan' }).returning<{ id: number }[]>('id')
  const tomorrow = time.addDays(time.today('Europe/Paris'), 1)
  const me = { holder: `person:${assistant.id}`, due_day: tomorrow, due_clock: '18h' }
  t.equal(
    (await assistant.get(`/equipment/scan?code=${code.toLowerCase().replace('0', 'o')}`)).location,
    `/s/${house.studio.slug}/equipment/scan/${code}`
  )
  t.equal(
    (await assistant.get(`/equipment/scan?code=${encodeURIComponent(`https://x.test/s/a/equipment/scan/${code}`)}`))
      .statusCode,
    303
  )
  const lost = await assistant.get('/equipment/scan?code=NIX')
  t.equal(lost.statusCode, 404)
  t.match(lost.body, 'Aucun matériel n’a le code « NIX »')
  t.equal((await house.stranger.get(`/equipment/scan/${code}`)).statusCode, 404)
  t.match((await assistant.get(`/equipment/scan/${code}`)).body, '>Sortir</button>')

  const refusals: [object, string][] = [
    [{ holder: 'client', client_name: 'zoe elan' }, 'due_day'],
    [{ ...me, due_day: '1/1/2020' }, 'due_day'],
    [{ ...me, quantity: 3 }, 'quantity'],
    [{ ...me, holder: 'person:999999' }, 'holder'],
    [{ ...me, holder: 'session:999999' }, 'holder'],
    [{ ...me, holder: 'client', client_name: 'Personne' }, 'client_name']
  ]
  for (const [fields, field] of refusals) {
    const { statusCode, body } = await assistant.post(`/equipment/${id}/checkouts`, { note: 'Gardez-moi', ...fields })
    t.equal(statusCode, 422, field)
    t.match(body, `#f-${field}"`)
    t.match(body, 'Gardez-moi')
  }
  t.equal((await assistant.post(`/equipment/${id}/checkouts`, me)).statusCode, 303)
  const answers = await Promise.all(
    Array.from({ length: 20 }, () =>
      assistant.post(`/equipment/${id}/checkouts`, { ...me, holder: 'client', client_name: 'zoe elan' })
    )
  )
  t.equal(
    answers.filter(({ statusCode }) => statusCode === 303).length,
    1,
    'there were two: of twenty one more goes out'
  )
  t.equal((await db('equipment_checkouts').where({ client_id: client?.id ?? 0 })).length, 1)
  t.match(answers.find(({ statusCode }) => statusCode === 422)?.body, /Déjà sorti, par (Ana Assistant|Zoé Élan)/)
  t.equal((await manager.post(`/equipment/${id}/archiving`)).statusCode, 422, 'what is out is not put away')

  const [room] = await db('rooms')
    .insert({ name: 'A', kind: 'cabine', always_open: true })
    .returning<{ id: number }[]>('id')
  const wish = { room_id: room?.id ?? 0, title: 'Voix', day: tomorrow, starts: '10h', ends: '12h', gear: String(id) }
  const taken = await manager.post('/sessions', wish)
  t.equal(taken.statusCode, 422)
  t.match(taken.body, /Neumann U87 Ai \(2\) est sorti chez (Ana Assistant|Zoé Élan)/)
  t.equal((await manager.post('/sessions', { ...wish, starts: '20h', ends: '22h' })).statusCode, 303, 'after it is due')

  const [first, second] = await db('equipment_checkouts').orderBy('id')
  t.match((await assistant.get('/equipment/out')).body, 'Zoé Élan')
  const back = `/equipment/${id}/checkouts/${first.id}/return`
  const returns = await Promise.all(Array.from({ length: 20 }, () => assistant.post(back, { state: 'worn' })))
  t.equal(returns.filter(({ statusCode }) => statusCode === 303).length, 1, 'it comes back once')
  t.equal(returns.filter(({ statusCode }) => statusCode === 409).length, 19)
  t.match(await db('equipment').where({ id }).first(), { state: 'worn' })
  t.equal((await manager.post('/sessions', wish)).statusCode, 303, 'and is free again')
  const other = await enter(house, { model: 'KM 184' })
  t.equal(
    (await assistant.post(`/equipment/${other}/checkouts/${second.id}/return`)).statusCode,
    404,
    'of another piece'
  )

  await db('equipment_checkouts')
    .where({ id: second.id })
    .update({ out_at: db.raw(`out_at - interval '9 days'`), due_at: db.raw(`due_at - interval '9 days'`) })
  t.match((await assistant.get('/equipment/out')).body, /En retard, attendu/)
  t.match((await assistant.get('/')).body, 'Matériel en retard')
  t.match((await assistant.get('/equipment')).body, /En retard, attendu/)
  await house.settle()
  const facts = await db('activity')
    .whereIn('action', ['equipment.check_out', 'equipment.check_in'])
    .orderBy('id')
    .pluck('about')
  t.ok(
    facts.some(about => about.includes(`client:${client?.id}`)),
    'the trail names whom it went to'
  )
  t.equal(
    (await house.manager.post(`/clients/${client?.id}/removal`)).statusCode,
    422,
    'a client with gear is not deleted'
  )
})

t.test('kits are booked as one', async t => {
  const house = await openStudio(t, { work: false })
  const { engineer, assistant, db } = house
  const [mic, stand] = [await enter(house), await enter(house, { model: '210/9', quantity: 6, category: 'stand' })]
  await db('rooms').insert({ name: 'A', kind: 'cabine' })
  const kit = { name: 'Batterie', gear: [`${mic}x2`, `${stand}x4`] }
  t.equal((await assistant.post('/equipment/kits', kit)).statusCode, 403)
  t.equal((await engineer.post('/equipment/kits', { name: 'Vide', gear: '' })).statusCode, 422)
  t.equal((await engineer.post('/equipment/kits', { name: 'Rien', gear: '999' })).statusCode, 422)
  t.equal((await engineer.post('/equipment/kits', kit)).statusCode, 303)
  t.match((await engineer.post('/equipment/kits', { ...kit, name: 'BATTERIE' })).body, 'Un kit de ce nom existe déjà')
  const { id } = await db('equipment_kits').first('id')
  const added = await assistant.get(`/equipment/picked?gear=&gear=${mic}&add=k${id}`)
  t.match(added.body, `value="${mic}x3" selected`)
  t.match(added.body, `value="${stand}x4" selected`)
  t.match((await assistant.get('/equipment/picking?q=batt')).body, `data-value="k${id}"`)
  t.match((await assistant.get('/equipment/picking?q=u87')).body, `data-value="${mic}"`)
  const form = await assistant.get(`/sessions/new?title=Gardez-moi&add_kit=k${id}`)
  t.match(form.body, `value="${stand}x4" selected`, 'without script a button brings the form again, with the kit')
  t.match(form.body, 'Gardez-moi')
  t.equal((await engineer.post(`/equipment/kits/${id}`, { ...kit, gear: [`${mic}x1`], version: 1 })).statusCode, 303)
  t.equal((await engineer.post(`/equipment/kits/${id}`, { ...kit, version: 1 })).statusCode, 409)
  t.equal((await engineer.post(`/equipment/kits/${id}/removal`)).statusCode, 303)
  t.same(await db('equipment_kits'), [])
})

t.test('a file of gear is looked at line by line, then imported whole; what is exported is read back', async t => {
  const house = await openStudio(t, { work: false })
  const { manager, engineer, db } = house
  await db('rooms').insert({ name: 'Cabine B', kind: 'cabine' })
  await enter(house, { serial: 'LA2-1' })
  const csv = [
    'Catégorie;Marque;Modèle;N° de série;Quantité;Salle;Valeur;Date d’achat',
    'Microphone;AKG;C414 XLII;C-1;2;cabine b;1 090,00;12/03/2024',
    'Dynamique;Teletronix;LA-2A;la2-1;1;;;',
    'Piano;Steinway;B-211;;1;Nulle part;;',
    'Zinzin;;;x;1;;abc;'
  ].join('\r\n')
  t.equal((await engineer.get('/equipment/imports/new')).statusCode, 403)
  t.equal(
    (await upload(house, manager, '/equipment/imports', {}, 'content', Buffer.from('Titre;Prix\nA;1'))).statusCode,
    422
  )
  t.match(
    (await upload(house, manager, '/equipment/imports', {}, 'content', Buffer.alloc(11_000_000, 65))).body,
    /10 Mo au plus/
  )
  const sent = await upload(house, manager, '/equipment/imports', {}, 'content', Buffer.from(csv, 'latin1'))
  t.equal(sent.statusCode, 303)
  const { id } = await db('equipment_imports').first('id')
  const { body } = await manager.get(`/equipment/imports/${id}`)
  t.match(body, '2 erreurs')
  t.match(body, '1 déjà là')
  t.match(body, 'Aucune salle « Nulle part »')
  t.equal((await house.owner.get(`/equipment/imports/${id}`)).statusCode, 404, 'nobody else’s')
  t.equal((await manager.post(`/equipment/imports/${id}`)).statusCode, 422)
  t.equal((await db('equipment')).length, 1)
  t.equal((await manager.post(`/equipment/imports/${id}`, { leave_errors: 'on', leave_twins: 'on' })).statusCode, 303)
  t.match(await db('equipment').where({ model: 'C414 XLII' }).first(), {
    quantity: 2,
    value_cents: 109_000,
    category: 'microphone',
    purchased_on: '2024-03-12'
  })
  t.equal((await db('equipment')).length, 2)
  t.equal((await manager.post(`/equipment/imports/${id}`)).statusCode, 404, 'once')

  await db('equipment').where({ model: 'C414 XLII' }).update({ notes: '=cmd|calc' })
  const exported = await manager.get('/equipment/export.csv')
  t.match(exported.headers, { 'content-type': /text\/csv/, 'content-disposition': /attachment/ })
  t.ok(exported.body.startsWith('\uFEFF'))
  t.match(exported.body, ";'=cmd|calc", 'a formula is defused')
  t.match(exported.body, '1090,00')
  t.notMatch((await engineer.get('/equipment/export.csv')).body, '1090,00')
  const again = await upload(house, manager, '/equipment/imports', {}, 'content', Buffer.from(exported.body))
  const shown = await manager.get(String(again.headers.location).replace(/^\/s\/[^/]+/, ''))
  t.match(shown.body, '0 erreur')
  t.match(shown.body, '2 déjà là')
})

t.test('labels lead to the piece, and the insurer’s report adds up', async t => {
  const house = await openStudio(t, { work: false })
  const { manager, engineer } = house
  const id = await enter(house, { value_cents: '1000' })
  await enter(house, { model: 'B-211', category: 'piano', quantity: 1, value_cents: '89000,50' })
  await enter(house, { model: 'Sans valeur', quantity: 1 })
  const { body } = await engineer.get(`/equipment/labels?ids=${id}`)
  t.equal(body.split('class="label-one"').length - 1, 2, 'one for each unit')
  t.match(body, /<path d="M2 2h1v1h-1z/)
  t.equal((await engineer.get('/equipment/value')).statusCode, 403)
  t.equal((await engineer.get('/equipment/value.csv')).statusCode, 403)
  const report = await manager.get('/equipment/value')
  t.match(plain(report), '91 000,50 €')
  t.match(report.body, '1 pièce sans valeur')
  t.match((await manager.get('/equipment/value.csv')).body, 'Piano;Neumann;B-211;;;;;1;89000,50;89000,50')
})

t.test('a studio without it knows nothing of it', async t => {
  const house = await openStudio(t, { work: false })
  const id = await enter(house)
  await house.db('plugins').insert({ id: 'equipment', enabled: false })
  house.host.switches.forget()
  for (const path of ['/equipment', `/equipment/${id}`, '/equipment/scan', '/equipment/value.csv'])
    t.equal((await house.owner.get(path)).statusCode, 404, path)
  const form = await house.owner.get('/sessions/new')
  t.equal(form.statusCode, 200)
  t.notMatch(form.body, 'name="gear"')
  t.notMatch((await house.owner.get('/search/hits?q=u87')).body, 'U87')
  t.ok(plugins.some(({ id, optional }) => id === 'equipment' && optional))
})
