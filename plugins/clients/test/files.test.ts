import t from 'tap'
import { openStudio, origin } from '../../../test/helper.ts'
import type { House, Visitor } from '../../../test/helper.ts'
import { guessColumns } from '../import-columns.ts'
import { decode, readSheet } from '../import-files.ts'

const idOf = (location: string) => Number(/(\d+)$/.exec(location)?.[1])

/** Sends a file as a browser does. */
async function upload(house: House, who: Visitor, content: string) {
  const boundary = 'a-boundary-of-the-test'
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="content"; filename="clients.csv"\r\ncontent-type: text/csv\r\n\r\n`
  const answer = await house.app.inject({
    method: 'POST',
    url: `/s/${house.studio.slug}/clients/imports`,
    headers: {
      origin,
      host: new URL(origin).host,
      cookie: `sign-in=${who.token}`,
      'content-type': `multipart/form-data; boundary=${boundary}`
    },
    payload: `${head}${content}\r\n--${boundary}--\r\n`
  })
  return { statusCode: answer.statusCode, location: answer.headers.location ?? '' }
}

void t.test('columns are recognised by their French and English heads', async t => {
  t.strictSame(guessColumns(['Nom', 'Prénom', 'Adresse e-mail', 'N° de téléphone', 'Truc']), [
    'last_name',
    'first_name',
    'email',
    '',
    ''
  ])
  t.strictSame(guessColumns(['Name', 'E-mail', 'Phone', 'Tags', 'City', 'ZIP code']), [
    'name',
    'email',
    'phone',
    'tags',
    'city',
    'postal_code'
  ])
  t.strictSame(guessColumns(['NOM', 'Nom']), ['name', ''], 'a meaning is given once')
})

void t.test('files are read whatever wrote them', async t => {
  t.equal(decode(Buffer.from([0x45, 0xe9, 0x6c])), 'Eél', 'Windows-1252, as Excel writes')
  t.equal(decode(Buffer.from('\ufeffé', 'utf16le')), 'é')
  t.match(readSheet('nom,mail\n"Doe, John",a@b.fr\n'), { rows: [['Doe, John', 'a@b.fr']] })
  t.match(readSheet('Nom\tTél.\nZoé\t06'), { rows: [['Zoé', '06']] })
  t.match(readSheet('nom;mail\n'), { wrong: 'clients.imports.errors.no_rows' })
  const card = [
    'BEGIN:VCARD',
    'VERSION:3.0',
    'N:Martin;Zoé;;;',
    'FN:Zoé Martin',
    'TEL;TYPE=CELL:06 12 34 56 78',
    'EMAIL:zoe@b.fr',
    'ADR:;;1 rue X;Lyon;;69001;France',
    'END:VCARD'
  ]
  t.match(readSheet(card.join('\r\n')), {
    format: 'vcard',
    rows: [['person', 'Zoé Martin', '', 'zoe@b.fr', '06 12 34 56 78', '', '1 rue X', '69001', 'Lyon', 'France']]
  })
  t.match(readSheet(`${card.join('\n')}\nBEGIN:VCARD\nnonsense\nEND:VCARD\n`), { rows: [['person'], ['']] })
})

void t.test('import shows first, then takes all or nothing', async t => {
  const house = await openStudio(t)
  const { owner, manager, assistant, stranger, db } = house
  await owner.post('/clients', { kind: 'person', name: 'Déjà Là', email: 'deja@la.fr' })
  const csv = [
    'Nom;Téléphone;Mail;Type;Étiquettes;Pays;Notes',
    'Les Nouveaux;06 11 22 33 44;nouveaux@b.fr;Groupe;a, b;France;Viennent de Lyon',
    'Deja la;;;;;;',
    'Faux Numéro;12;pas-un-mail;Licorne;;Narnia;',
    'Les nouveaux;;NOUVEAUX@b.fr;;;;'
  ].join('\r\n')
  const sent = await upload(house, manager, csv)
  t.equal(sent.statusCode, 303)
  const id = idOf(sent.location)
  t.equal((await owner.get(`/clients/imports/${id}`)).statusCode, 404, 'a file is its sender’s')
  t.equal((await stranger.get(`/clients/imports/${id}`)).statusCode, 404)
  t.equal((await upload(house, assistant, csv)).statusCode, 403)

  const preview = await manager.get(`/clients/imports/${id}`)
  t.equal(preview.statusCode, 200)
  t.match(preview.body, '4 fiches')
  t.match(preview.body, '1 ligne en erreur')
  t.match(preview.body, '2 doublons probables')
  t.match(preview.body, /« 12 »[^]*« pas-un-mail »|« pas-un-mail »[^]*« 12 »/)
  t.match(preview.body, '« Licorne »', 'a type nobody knows is said, not guessed')
  t.match(preview.body, 'Comme la ligne 2')
  t.match(preview.body, 'Proche de Déjà Là')
  t.equal((await db('clients')).length, 1, 'nothing is imported yet')

  const columns = ['name', 'phone', 'email', 'kind', 'tags', 'country', 'note']
  const remapped = await manager.get(
    `/clients/imports/${id}?${columns.map((c, i) => `columns=${i === 1 ? '' : c}`).join('&')}`
  )
  t.notMatch(remapped.body, '« 12 »', 'a column left out has no errors')
  const refused = await manager.post(`/clients/imports/${id}`, { columns })
  t.equal(refused.statusCode, 422)
  t.match(refused.body, 'Une ligne est en erreur')
  t.equal((await db('clients')).length, 1, 'nothing half imported')
  const done = await manager.post(`/clients/imports/${id}`, { columns, leave_errors: 'on', leave_twins: 'on' })
  t.equal(done.statusCode, 303)
  const rows = await db('clients').orderBy('id').select('name', 'kind', 'phone', 'tags')
  t.match(rows[1], { name: 'Les Nouveaux', kind: 'band', phone: '+33611223344', tags: ['a', 'b'] })
  t.equal(rows.length, 2)
  t.match(await db('client_notes').first(), { body: 'Viennent de Lyon', author_id: manager.id })
  t.equal((await manager.post(`/clients/imports/${id}`, { columns })).statusCode, 404, 'once')
  t.equal((await upload(house, manager, '')).statusCode, 422)
})

void t.test('a file whose names stand under an unknown head is asked about once, not line by line', async t => {
  const house = await openStudio(t)
  const { manager, db } = house
  const sent = await upload(house, manager, 'Désignation;Mail\nMarée Haute;maree@b.fr\nMarée Basse;basse@b.fr')
  const here = `/clients/imports/${idOf(sent.location)}`
  const preview = await manager.get(here)
  t.match(preview.body, 'Aucune colonne ne donne le nom')
  for (const words of ['Lignes à corriger', 'lignes en erreur', 'Laisser de côté']) t.notMatch(preview.body, words)
  t.equal((await manager.post(here, { columns: ['', 'email'] })).statusCode, 422)
  const named = await manager.get(`${here}?columns=name&columns=email`)
  t.notMatch(named.body, 'Aucune colonne ne donne le nom')
  t.equal((await manager.post(here, { columns: ['name', 'email'] })).statusCode, 303)
  t.same(await db('clients').orderBy('id').pluck('name'), ['Marée Haute', 'Marée Basse'])
})

void t.test('what is exported can be imported again, and is no formula', async t => {
  const house = await openStudio(t)
  const { owner, db } = house
  await owner.post('/clients', {
    kind: 'company',
    name: '=HYPERLINK("x")',
    phone: '+44 20 7946 0018',
    tags: 'un, deux',
    address: '1 rue X\n2e étage',
    city: 'Paris; Est'
  })
  await owner.post('/clients', {
    kind: 'band',
    name: 'Élan, "Vital"',
    email: 'e@b.fr',
    artist_name: 'É;V',
    address: '3 rue Y',
    postal_code: '75001',
    city: 'Paris'
  })
  await owner.post('/clients', { kind: 'person', name: 'Loin de Tout', tags: 'à part' })
  const csv = await owner.get('/clients/export.csv')
  t.equal(csv.headers['content-type'], 'text/csv; charset=utf-8')
  t.ok(csv.body.startsWith('\ufeffType;Nom;'))
  t.match(csv.body, `'=HYPERLINK`)
  t.equal(csv.body.split('\r\n').length, 5)
  t.equal((await owner.get('/clients/export.csv?tag=%C3%A0%20part')).body.split('\r\n').length, 3, 'filters are kept')
  const cards = await owner.get('/clients/export.vcf')
  t.equal(cards.body.match(/BEGIN:VCARD\r\nVERSION:4.0/g)?.length, 3)
  const before = await db('clients')
    .orderBy('name')
    .select('kind', 'name', 'artist_name', 'email', 'phone', 'city', 'tags', 'address')

  for (const file of [csv.body, cards.body]) {
    await db('clients').delete()
    const sent = await upload(house, owner, file)
    const page = await owner.get(`/clients/imports/${idOf(sent.location)}`)
    const columns = [...page.body.matchAll(/<option value="([a-z_]*)" selected|name="columns" value="([a-z_]*)"/g)].map(
      m => m[1] ?? m[2] ?? ''
    )
    t.equal((await owner.post(`/clients/imports/${idOf(sent.location)}`, { columns })).statusCode, 303)
    const after = await db('clients')
      .orderBy('name')
      .select('kind', 'name', 'artist_name', 'email', 'phone', 'city', 'tags', 'address')
    t.strictSame(after, before)
  }
})

void t.test('merging loses nothing', async t => {
  const { owner, manager, engineer, db, settle } = await openStudio(t)
  const enter = async (fields: Record<string, string>) =>
    idOf((await owner.post('/clients', { kind: 'person', ...fields })).location)
  const into = await enter({ name: 'Marie Dupont', email: 'marie@a.fr', tags: 'a' })
  const from = await enter({
    name: 'Marie Dupond',
    email: 'marie@b.fr',
    phone: '0612345678',
    tags: 'b',
    genres: 'jazz'
  })
  const band = await enter({ name: 'Le Groupe' })
  await owner.post(`/clients/${from}/notes`, { body: 'note de l’autre' })
  await owner.post(`/clients/${from}/contacts`, { name: 'Agent', is_main: 'on' })
  await owner.post(`/clients/${into}/contacts`, { name: 'Manager', is_main: 'on' })
  await owner.post(`/clients/${band}/contacts`, { name: 'x', member_client_id: from })

  t.equal((await engineer.get(`/clients/${into}/merging`)).statusCode, 403)
  t.match((await manager.get(`/clients/${into}/merging`)).body, 'Marie Dupond', 'likely duplicates are offered')
  const page = await manager.get(`/clients/${into}/merging?other=${from}`)
  t.match(page.body, 'L’autre valeur va dans une note')
  const swapped = await manager.get(`/clients/${into}/merging?other=${from}&keep=${from}`)
  t.match(swapped.body, `name="into" value="${from}"`)
  t.equal((await manager.post(`/clients/${into}/merging`, { into, from: into })).statusCode, 422)
  t.equal((await manager.post(`/clients/${into}/merging`, { into, from })).location, `/s/studio-test/clients/${into}`)

  t.match(await db('clients').where({ id: into }).first(), {
    email: 'marie@a.fr',
    phone: '+33612345678',
    tags: ['a', 'b'],
    genres: ['jazz']
  })
  const notes = await db('client_notes').where({ client_id: into }).orderBy('id')
  t.match(notes[1].body, /marie@b\.fr/)
  t.match(notes[1].body, /Marie Dupond/)
  t.equal(notes[0].body, 'note de l’autre')
  t.strictSame(
    (await db('client_contacts').where({ client_id: into }).orderBy('id')).map(c => [c.name, c.is_main]),
    [
      ['Agent', false],
      ['Manager', true]
    ]
  )
  t.match((await owner.get(`/clients/${band}`)).body, `/clients/${into}">Marie Dupont`)
  t.equal(
    (await owner.get(`/clients/${from}`)).location,
    `/s/studio-test/clients/${into}`,
    'the old address leads to the kept one'
  )
  t.notMatch((await owner.get('/clients?q=marie')).body, 'Marie Dupond<')
  t.equal((await manager.post(`/clients/${into}/merging`, { into, from })).statusCode, 404, 'once')
  await settle()
})
