import { pageSize, time } from '@patchbay/core'
import t from 'tap'
import { countQueries, openStudio } from '../../../test/helper.ts'
import type { House, Visitor } from '../../../test/helper.ts'
import { findClients, findDuplicates } from '../finding.ts'

const idOf = (location: string) => Number(/\/clients\/(\d+)/.exec(location)?.[1])

async function enter(who: Visitor, fields: Record<string, string>): Promise<number> {
  return idOf((await who.post('/clients', { kind: 'person', ...fields })).location)
}

const names = (body: string) => [...body.matchAll(/class="row-link"[^>]*>([^<]*)</g)].map(match => match[1])

void t.test('clients are entered, found, changed and put away', async t => {
  const house: House = await openStudio(t)
  const { owner, engineer, assistant, stranger, visitor, db } = house

  await t.test('an empty list offers the next step', async t => {
    const page = await owner.get('/clients')
    t.equal(page.statusCode, 200)
    t.match(page.body, 'Aucun client')
    t.match(page.body, '/clients/new')
  })

  await t.test('a client is entered as people write and shown back plainly', async t => {
    const id = await enter(engineer, {
      name: '  Élodie Martin ',
      artist_name: 'Elvä',
      email: 'Elodie@Exemple.FR',
      phone: '06 12 34 56 78',
      website: 'elva.fr',
      links: 'elva.bandcamp.com\nhttps://instagram.com/elva',
      genres: 'folk, dream pop, folk',
      tags: 'fidèle',
      siren: '732 829 320'
    })
    const row = await db('clients').where({ id }).first<Record<string, unknown>>()
    t.match(row, {
      name: 'Élodie Martin',
      email: 'elodie@exemple.fr',
      phone: '+33612345678',
      website: 'https://elva.fr',
      links: ['https://elva.bandcamp.com', 'https://instagram.com/elva'],
      genres: ['folk', 'dream pop'],
      siren: '732829320',
      country: 'FR'
    })
    const card = await assistant.get(`/clients/${id}`)
    t.equal(card.statusCode, 200)
    t.match(card.body, 'href="tel:+33612345678"')
    t.match(card.body, '06 12 34 56 78')
    t.match(card.body, 'a créé la fiche')
  })

  await t.test('what is wrong answers 422 and keeps what was typed', async t => {
    const answer = await owner.post('/clients', {
      kind: 'band',
      name: '',
      email: 'pas une adresse',
      phone: '12',
      siren: '123'
    })
    t.equal(answer.statusCode, 422)
    t.match(answer.body, 'value="pas une adresse"')
    t.match(answer.body, 'value="12"')
    t.match(answer.body, 'Un SIREN a 9 chiffres')
    const mass = await owner.post('/clients', { kind: 'band', name: 'X', merged_into: 1 })
    t.equal(mass.statusCode, 422, 'a field that the form does not name is refused')
  })

  await t.test('search forgives accents, case and typos, and finds phones and mails', async t => {
    await enter(owner, { name: 'Dupont & Fils', kind: 'company', email: 'contact@dupont.test' })
    await enter(owner, { name: 'Zébulon' })
    const found = async (q: string) => names((await owner.get(`/clients?q=${encodeURIComponent(q)}`)).body)
    for (const q of [
      'elodie',
      'MARTIN',
      'élo mar',
      'elva',
      '06 12',
      '+33 6 12 34',
      'elodie@exemple',
      'elodei',
      'elodi martn'
    ]) {
      t.strictSame(await found(q), ['Élodie Martin'], q)
    }
    t.strictSame(await found('z'), ['Zébulon'], 'one letter: names that begin with it')
    t.strictSame(await found('dupond'), ['Dupont &amp; Fils'])
    await enter(owner, { name: 'Disques Marronnier', kind: 'label' })
    for (const q of ['dispues maronier', 'diqsues', 'marronnnier'])
      t.strictSame(await found(q), ['Disques Marronnier'], q)
    t.strictSame(await found('xyzzy'), [])
    t.match((await owner.get('/clients?q=dupond')).body, 'Rien d’exact')
    t.strictSame(await found('🎸'), [])
  })

  await t.test('suggestions and duplicates answer fragments', async t => {
    const some = await assistant.get('/clients/suggestions?q=elodie')
    t.match(some.body, /^<ul>|data-text="Élodie Martin"/)
    t.notMatch(some.body, '<html')
    const twins = await owner.get('/clients/duplicates?name=Elodie%20Martine&email=&phone=')
    t.match(twins.body, 'C’est ce client : Élodie Martin')
    const phone = await owner.get('/clients/duplicates?name=&phone=0612345678&kind=band')
    t.match(phone.body, 'même téléphone')
    t.notMatch((await owner.get('/clients/duplicates?name=Personne%20du%20tout')).body, '<li>')
    t.equal((await findDuplicates(db, { name: 'elodie martin', email: null, phone: null }))[0]?.name, 'Élodie Martin')
  })

  await t.test('two tabs do not overwrite each other', async t => {
    const id = await enter(owner, { name: 'Deux Onglets' })
    const first = await owner.post(`/clients/${id}`, { kind: 'person', name: 'Premier', version: 1 })
    t.equal(first.statusCode, 303)
    const second = await owner.post(`/clients/${id}`, { kind: 'person', name: 'Second', version: 1 })
    t.equal(second.statusCode, 422)
    t.match(second.body, 'value="Second"', 'what was typed is still there')
    t.match(second.body, 'entre-temps')
    t.match((await owner.get(`/clients/${id}`)).body, 'Premier')
  })

  await t.test('archived clients leave lists and suggestions, and come back', async t => {
    const id = await enter(owner, { name: 'Bertille Archivée', tags: 'vieux' })
    t.equal((await engineer.post(`/clients/${id}/archiving`)).statusCode, 303)
    t.notOk(names((await owner.get('/clients?q=bertille')).body).length)
    t.strictSame(names((await owner.get('/clients?q=bertille&archived=1')).body), ['Bertille Archivée'])
    t.strictSame(await findClients(db, 'bertille'), [])
    t.match((await owner.get(`/clients/${id}`)).body, 'Restaurer')
    await engineer.post(`/clients/${id}/restoring`)
    t.strictSame(names((await owner.get('/clients?tag=vieux')).body), ['Bertille Archivée'])
    const many = await owner.post('/clients/selection', { ids: [id], change: 'tag', tag: 'neuf' })
    t.equal(many.statusCode, 303)
    t.strictSame(names((await owner.get('/clients?tag=neuf')).body), ['Bertille Archivée'])
  })

  await t.test('a new client in place lands in the picker of the other form', async t => {
    const wrong = await owner.post('/clients/quick', { kind: 'person', name: '' }, { 'hx-request-type': 'partial' })
    t.equal(wrong.statusCode, 422)
    t.match(wrong.body, 'id="quick-client-form"')
    t.notMatch(wrong.body, '<html')
    const right = await owner.post(
      '/clients/quick',
      { kind: 'band', name: 'Vite Fait' },
      { 'hx-request-type': 'partial' }
    )
    t.equal(right.statusCode, 200)
    t.match(
      right.body,
      /hx-target="#client-picker"[^]*name="client_name" value="Vite Fait"[^]*name="client_id" value="\d+"/
    )
    t.match(right.body, /hx-target="#quick-client"[^]*name="name" value=""/)
  })

  await t.test('deleting takes contacts and notes along, and needs the permission', async t => {
    const id = await enter(owner, { name: 'À Supprimer' })
    await owner.post(`/clients/${id}/notes`, { body: 'bientôt parti' })
    t.match((await owner.get(`/clients/${id}/removal`)).body, '1 note')
    t.equal((await engineer.post(`/clients/${id}/removal`)).statusCode, 403)
    t.equal((await owner.post(`/clients/${id}/removal`)).location, `/s/${house.studio.slug}/clients`)
    t.equal((await owner.get(`/clients/${id}`)).statusCode, 404)
    t.equal((await db('client_notes').where({ client_id: id })).length, 0)
    t.ok(
      await db('activity')
        .whereRaw(`about @> array[?]`, [`client:${id}`])
        .where('action', 'clients.remove')
        .first(),
      'the trail keeps it'
    )
  })

  await t.test('nobody from elsewhere sees anything', async t => {
    const id = await enter(owner, { name: 'Secret' })
    t.equal((await owner.get(`/clients/${id}`)).statusCode, 200, 'there is something to leak')
    for (const path of [
      '/clients',
      `/clients/${id}`,
      `/clients/${id}/edit`,
      '/clients/suggestions?q=secret',
      '/clients/export.csv'
    ]) {
      t.equal((await stranger.get(path)).statusCode, 404, path)
      t.equal((await visitor.get(path)).statusCode, 303, `${path} leads to the sign-in`)
    }
    t.equal((await stranger.post(`/clients/${id}`, { kind: 'person', name: 'volé' })).statusCode, 404)
    for (const path of [
      '/clients/export.csv',
      `/clients/${id}/merging`,
      '/clients/imports/new',
      `/clients/${id}/removal`
    ]) {
      t.equal((await assistant.get(path)).statusCode, 403, path)
    }
    for (const path of ['/clients/999999', '/clients/0', '/clients/9999999999999999', '/clients/abc']) {
      t.equal((await owner.get(path)).statusCode, 404, path)
    }
  })

  await t.test('facts are told and pages in English are complete', async t => {
    await house.settle()
    await house.host.tenants.master('users').where({ id: owner.id }).update({ locale: 'en' })
    house.host.people.signIns.forget()
    t.match((await owner.get('/clients')).body, 'New client')
    t.match((await owner.get('/clients/new')).body, 'Collecting society')
  })
})

void t.test('contacts and notes', async t => {
  const { owner, manager, engineer, db } = await openStudio(t)
  const band = await enter(owner, { name: 'Les Lucioles', kind: 'band' })
  const singer = await enter(owner, { name: 'Anouk Weber' })

  await t.test('a note belongs to its author', async t => {
    t.equal(
      (
        await engineer.post(`/clients/${band}/notes`, { body: 'Aiment le noir', noted_on: '24/11/2025' })
      ).location.endsWith('#notes'),
      true
    )
    const note = await db('client_notes').where({ client_id: band }).first<{ id: number; noted_on: string }>()
    t.match(note, { noted_on: '2025-11-24' })
    const path = `/clients/${band}/notes/${note?.id}`
    t.equal((await manager.post(path, { body: 'récrit' })).statusCode, 403)
    t.equal((await manager.post(`${path}/removal`)).statusCode, 403)
    t.notMatch((await manager.get(`/clients/${band}?note=${note?.id}`)).body, `action="/s/studio-test${path}"`)
    t.match((await engineer.get(`/clients/${band}?note=${note?.id}`)).body, `action="/s/studio-test${path}"`)
    t.equal((await engineer.post(path, { body: '' })).statusCode, 422)
    t.equal((await engineer.post(path, { body: 'Aiment la lumière' })).statusCode, 303)
    t.match((await owner.get(`/clients/${band}`)).body, 'Aiment la lumière')
    t.equal(
      (await engineer.post(`/clients/${singer}/notes/${note?.id}`, { body: 'x' })).statusCode,
      404,
      'only through its own client'
    )
    t.equal((await engineer.post(`${path}/removal`)).statusCode, 303)
    // a note is of what was: the day that comes tomorrow is last week's
    const tomorrow = time.addDays(time.today('Europe/Paris'), 1)
    const days = ['lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi', 'dimanche']
    const said = { body: 'Il y a six jours', noted_on: days[time.weekday(tomorrow) - 1] }
    t.equal((await engineer.post(`/clients/${band}/notes`, said)).statusCode, 303)
    const last = await db('client_notes').where({ body: said.body }).first<{ id: number; noted_on: string }>()
    t.equal(last?.noted_on, time.addDays(tomorrow, -7))
    await engineer.post(`/clients/${band}/notes/${last?.id}/removal`)
    const wrong = await engineer.post(`/clients/${band}/notes`, { body: 'Le jour est faux', noted_on: 'jamais' })
    t.equal(wrong.statusCode, 422)
    t.match(wrong.body, 'Le jour est faux')
  })

  await t.test('members are other clients or just names, once each, one of them main', async t => {
    const add = (fields: Record<string, string | number>) => owner.post(`/clients/${band}/contacts`, fields)
    t.equal(
      (await add({ name: 'Anouk Weber', member_client_id: singer, role: 'chant', is_main: 'on' })).statusCode,
      303
    )
    t.equal((await add({ name: 'Jean Régie', role: 'manager', phone: '0611223344', is_main: 'on' })).statusCode, 303)
    t.equal((await add({ name: 'x', member_client_id: singer })).statusCode, 422)
    t.equal((await add({ name: 'x', member_client_id: band })).statusCode, 422)
    t.equal((await add({ name: '' })).statusCode, 422)
    t.equal((await db('client_contacts').where({ client_id: band, is_main: true })).length, 1)
    const card = await owner.get(`/clients/${band}`)
    t.match(card.body, /Jean Régie[^]*principal[^]*Anouk Weber/)
    t.match((await owner.get(`/clients/${singer}`)).body, /Fait partie de[^]*Les Lucioles/)
    t.strictSame(names((await owner.get('/clients?q=regie')).body), ['Les Lucioles'], 'a band is found by its people')
    t.match((await owner.get(`/clients/${singer}/removal`)).body, 'membre de Les Lucioles')
    t.equal((await owner.post(`/clients/${singer}/removal`)).statusCode, 422)
    const contact = await db('client_contacts').where({ member_client_id: singer }).first<{ id: number }>()
    t.equal((await owner.post(`/clients/${band}/contacts/${contact?.id}/removal`)).statusCode, 303)
    t.equal((await owner.post(`/clients/${singer}/removal`)).statusCode, 303)
  })
})

void t.test('the list pages and sorts with a fixed number of statements', async t => {
  const house = await openStudio(t)
  const { owner, db } = house
  const rows = (from: number, n: number) =>
    Array.from({ length: n }, (_, i) => ({
      kind: 'band',
      name: `Groupe ${String(from + i).padStart(3, '0')}`,
      tags: ['série']
    }))
  await db('clients').insert(rows(0, 1))
  await owner.get('/clients')
  const few = await countQueries(house, () => owner.get('/clients?tag=s%C3%A9rie'))
  await db('clients').insert(rows(1, 119))
  t.equal(await countQueries(house, () => owner.get('/clients?tag=s%C3%A9rie')), few)
  for (const query of ['?', '?sort=-updated_at', '?q=groupe', '?kind=band&sort=-name']) {
    t.ok((await countQueries(house, () => owner.get(`/clients${query}`))) <= 8, query)
    const seen: (string | undefined)[] = []
    let next: string | undefined = `/clients${query}`
    let pages = 0
    let previous: string | undefined
    while (next && pages < 5) {
      const page: string = (await owner.get(next)).body
      seen.push(...names(page))
      previous = /rel="prev" href="([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&')
      const link: string | undefined = /rel="next" href="([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&')
      next = link && `/clients${link}`
      pages++
    }
    t.equal(new Set(seen).size, 120, `${query} shows each client once`)
    t.equal(pages, 120 / pageSize)
    const back = await owner.get(`/clients${previous}`)
    t.strictSame(names(back.body), seen.slice(-2 * pageSize, -pageSize), `${query} goes back a page`)
  }
  t.strictSame(
    names((await owner.get('/clients?sort=nonsense&after=garbage&kind=robot')).body).length,
    pageSize,
    'a wrong address still shows the list'
  )
  const api = await owner.api('GET', '/clients/list?q=groupe%20005')
  if (api.statusCode === 200) t.match(api.json(), { rows: [{ name: 'Groupe 005' }] })
})
