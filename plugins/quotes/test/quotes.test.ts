import { pageSize } from '@patchbay/core'
import t from 'tap'
import { extractText, getDocumentProxy } from 'unpdf'
import { newToken } from '@patchbay/core/secrets'
import { filesOf } from '@patchbay/core/storage'
import { deliver, sealedIn, work } from '../../../core/events.ts'
import { countQueries, openStudio } from '../../../test/helper.ts'
import type { Answer, Fields } from '../../../test/helper.ts'
import { listWaiting } from '../forecast-queries.ts'
import { makeQuote } from './make.ts'

t.setTimeout(240_000)
const house = await openStudio(t)
const { db, studio, manager, engineer, stranger, visitor, host } = house
const folder = filesOf(host.env, studio)
const signing = `//o/${studio.slug}/signatures`
const inDays = (days: number) => new Date(Date.now() + days * 864e5)

interface Mail {
  subject: string
  text: string
}
const mails = (to: string): Promise<Mail[]> =>
  host.tenants.master('mails').where({ recipient: to }).orderBy('id', 'desc').select('subject', 'text')
const linkIn = async (to: string) => {
  await house.settle()
  return /signatures\/([\w-]{43})/.exec((await mails(to))[0]?.text ?? '')?.[1] ?? ''
}
const codeIn = async (to: string) => {
  await house.settle()
  const found = (await mails(to)).find(({ subject }) => subject.includes('code'))
  return /(\d{3} \d{3})/.exec(found?.text ?? '')?.[1]?.replace(' ', '') ?? ''
}

await db('legal_cards').update({
  name: 'Studio Test SARL',
  legal_form: 'SARL',
  capital_cents: 800_000,
  address: '12 rue du Chapitre',
  postal_code: '35000',
  city: 'Rennes',
  siren: '732829320',
  siret: '73282932000074',
  register: 'RCS Rennes',
  vat_number: 'FR44732829320'
})
const [room] = await db('rooms')
  .insert({ name: 'Studio A', kind: 'live_room', always_open: true, hourly_cents: 5000 })
  .returning<{ id: number }[]>('id')
const room_id = room?.id ?? 0
let turn = 0

/** A client with a mail of their own. */
async function addClient(more: Record<string, unknown> = {}): Promise<{ id: number; email: string; name: string }> {
  turn++
  const [client] = await db('clients')
    .insert({
      kind: 'person',
      name: `Zoé Marchal ${turn}`,
      email: `zoe${turn}@example.test`,
      address: '3 rue Haute',
      postal_code: '35000',
      city: 'Rennes',
      ...more
    })
    .returning<{ id: number; email: string; name: string }[]>(['id', 'email', 'name'])
  if (!client) throw new Error('no client')
  return client
}

/** An option of four hours at 50 €, on a day of its own. */
async function addOption(client_id: number, days = 20 + turn, more: Record<string, unknown> = {}): Promise<number> {
  const starts_at = new Date(`${inDays(days).toISOString().slice(0, 10)}T09:00:00Z`)
  const [session] = await db('sessions')
    .insert({
      room_id,
      client_id,
      starts_at,
      ends_at: new Date(+starts_at + 4 * 36e5),
      state: 'option',
      rank: 1,
      expires_at: inDays(15),
      price_cents: 20_000,
      price_override: true,
      price_note: 'Forfait séance',
      ...more
    })
    .returning<{ id: number }[]>('id')
  return session?.id ?? 0
}

const lines: Fields = {
  'lines.0.label': 'Enregistrement',
  'lines.0.quantity': '2',
  'lines.0.unit': 'day',
  'lines.0.unit_micros': '500,00',
  'lines.1.label': 'Livret imprimé',
  'lines.1.quantity': '10',
  'lines.1.unit_micros': '5,00',
  'lines.1.vat': 'S-550',
  'lines.1.nature': 'goods',
  'lines.2.label': 'Mastering',
  'lines.2.unit_micros': '200,00',
  'lines.2.optional': 'on'
}

/** What a refused page says. */
const why = ({ body }: Answer): string =>
  [...body.matchAll(/class="error"[^>]*>([^]*?)<\/p>|notice-bad"[^]*?<p>([^]*?)<\/p>/g)]
    .map(([, ...found]) =>
      found
        .filter(Boolean)
        .join(' ')
        .replace(/<[^>]+>/g, ' ')
    )
    .join(' | ')
    .slice(0, 600)

/** A paper that waits to be signed, as signatures keep it; the answer is its link's token. */
async function openRequest(quote_id: number, email: string): Promise<string> {
  const { pdf_file_id, sha256 } = (await rowOf(quote_id)) as { pdf_file_id: number; sha256: Buffer }
  const row = {
    document: `quote:${quote_id}`,
    title: 'Devis',
    language: 'fr',
    consent: 'Bon pour accord',
    pdf_file_id,
    sha256
  }
  const [request] = await db('signature_requests').insert(row).returning<{ id: number }[]>('id')
  const [signer] = await db('signature_signers')
    .insert({ request_id: request?.id, position: 1, step: 1, name: 'Zoé', email, mailed_at: new Date() })
    .returning<{ id: number }[]>('id')
  const { token, hash } = newToken()
  await db('signature_links').insert({ signer_id: signer?.id, token_hash: hash })
  return token
}

const rowOf = (id: number) => db('quotes').where({ id }).first<Record<string, unknown>>()
const idIn = ({ location }: Answer) => Number(/quotes\/(\d+)/.exec(location)?.[1])

async function draft(client_id: number, more: Fields = {}, session_ids: number[] = []): Promise<number> {
  const begun = await manager.post('/quotes', { client_id, session_ids })
  t.equal(begun.statusCode, 303, why(begun))
  const id = idIn(begun)
  if (session_ids.length > 0 && Object.keys(more).length === 0) return id
  const { version } = (await rowOf(id)) as { version: number }
  const saved = await manager.post(`/quotes/${id}`, { version, deposit: '30 %', ...lines, ...more })
  t.equal(saved.statusCode, 303, why(saved))
  return id
}

async function sent(id: number, fields: Fields = {}): Promise<void> {
  const answer = await manager.post(`/quotes/${id}/sending`, fields)
  t.equal(answer.statusCode, 303, why(answer))
}

/** The client asks for a code with these options ticked, and signs. */
async function sign(token: string, email: string, choices: Fields = {}): Promise<Answer> {
  const asked = await visitor.post(`${signing}/${token}/code`, { choice_asked: '1', ...choices })
  t.equal(asked.statusCode, 303, why(asked))
  const code = await codeIn(email)
  return visitor.post(`${signing}/${token}/signature`, { code, name: 'Zoé Marchal', consent: 'on', early_start: 'on' })
}

const textOf = async (id: number) => {
  const { pdf_file_id } = (await rowOf(id)) as { pdf_file_id: number }
  t.ok(pdf_file_id)
  const pdf = await manager.get(`/quotes/${id}/quote.pdf`)
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(pdf.rawPayload)), { mergePages: true })
  return text.replace(/\s+/g, ' ')
}

t.test('from the draft to the last invoice, through the pages that the client sees', async t => {
  const client = await addClient()
  const session_id = await addOption(client.id)
  const begun = await manager.get(`/quotes/new?session_id=${session_id}`)
  t.match(begun.body, client.name)
  const id = await draft(client.id, {}, [session_id])
  t.match(await db('quote_items').where({ quote_id: id }).first(), {
    source: `session:${session_id}`,
    net_cents: 20_000
  })
  const [item] = await db('quote_items').where({ quote_id: id })
  const kept = {
    'lines.3.label': item.label,
    'lines.3.unit_micros': '200,00',
    'lines.3.source': `session:${session_id}`
  }
  const saved = await manager.post(`/quotes/${id}`, { deposit: '30 %', rounds_included: 2, ...lines, ...kept })
  t.equal(saved.statusCode, 303, why(saved))
  // 1,000 + 200 at 20 %, 50 at 5.5 %; the mastering is an option
  t.match(await rowOf(id), {
    net_cents: 125_000,
    vat_cents: 24_275,
    total_cents: 149_275,
    state: 'draft',
    number: null
  })
  await sent(id)
  const quote = await rowOf(id)
  t.match(quote, { state: 'sent', number: /^D20\d\d-\d{4}$/, confirm_on: 'acceptance' })
  t.equal((await manager.post(`/quotes/${id}`, { title: 'Autre' })).statusCode, 404, 'what was sent has no editor')
  await t.rejects(db('quotes').where({ id }).update({ title: 'Autre' }), /never changes/)
  await t.rejects(db('quote_items').where({ quote_id: id }).update({ unit_micros: 1 }), /never changes/)

  const token = await linkIn(client.email)
  const page = await visitor.get(`${signing}/${token}`)
  t.match(page.body, 'Livret imprimé')
  t.match(page.body, 'Options à votre choix')
  const option = await db('quote_items').where({ quote_id: id, optional: true }).first<{ id: number }>()
  const tried = await visitor.get(`${signing}/${token}?choice_asked=1&choice_${option?.id}=on`)
  t.match(tried.body.replace(/\s/g, ' '), '1 732,75 €', 'the total follows what is ticked')
  t.match(await rowOf(id), { total_cents: 149_275 }, 'and looking changes nothing')
  const before = await textOf(id)
  const done = await sign(token, client.email, { [`choice_${option?.id}`]: 'on' })
  t.equal(done.statusCode, 303, why(done))
  const accepted = await rowOf(id)
  t.match(accepted, { state: 'accepted', accepted_way: 'online', total_cents: 173_275, net_cents: 145_000 })
  const after = await textOf(id)
  t.match(before, '1 492,75')
  t.match(after, '1 732,75')
  for (const mention of [
    'Devis gratuit',
    'Valable jusqu’au',
    'Bon pour accord',
    'Acompte à la commande (30 %)',
    'SIRET',
    'RCS Rennes',
    'rétracter',
    '2 allers-retours'
  ])
    t.match(after, mention, `the paper says ${mention}`)
  t.match(await db('sessions').where({ id: session_id }).first(), { state: 'confirmed' })
  await house.settle()
  t.match(await db('notifications').where({ kind: 'quotes.accepted', person_id: manager.id }), [{}])

  const card = await manager.get(`/quotes/${id}`)
  t.match(card.body, 'Facturer l’acompte')
  t.match((await manager.get('/')).body, 'accepté, à facturer')
  const deposit = await manager.post(`/quotes/${id}/deposit`)
  t.equal(deposit.statusCode, 303, why(deposit))
  const [invoice] = await db('invoices').where({ source: `quote:${id}` })
  t.match(invoice, { kind: 'deposit', state: 'issued', number: /^F/ })
  const items = await db('invoice_items').where({ invoice_id: invoice.id }).orderBy('position')
  t.equal(items.length, 2, 'a line for each rate')
  t.ok(Math.abs(invoice.total_cents - Math.round(173_275 * 0.3)) <= 1)
  t.equal((await manager.post(`/quotes/${id}/deposit`)).statusCode, 422, 'once')
  const final = await manager.post(`/quotes/${id}/final-invoice`)
  t.equal(final.statusCode, 303, why(final))
  const bill = await db('invoices')
    .where({ source: `quote:${id}`, kind: 'invoice' })
    .first()
  t.match(bill, { state: 'draft', total_cents: 173_275, prepaid_cents: invoice.due_cents })
  t.equal((await manager.post(`/quotes/${id}/final-invoice`)).statusCode, 422)
  t.match((await manager.get(`/quotes/${id}`)).body, invoice.number)
})

t.test('fifty signatures at once accept it once; a wrong code accepts nothing', async t => {
  const client = await addClient()
  const session_id = await addOption(client.id)
  const id = await draft(client.id, {}, [session_id])
  await sent(id)
  const token = await linkIn(client.email)
  await visitor.post(`${signing}/${token}/code`, { choice_asked: '1' })
  const code = await codeIn(client.email)
  const wrong = code === '123456' ? '654321' : '123456'
  const all = { name: 'Zoé', consent: 'on', early_start: 'on' }
  t.equal((await visitor.post(`${signing}/${token}/signature`, { ...all, code: wrong })).statusCode, 422)
  t.match(await rowOf(id), { state: 'sent' })
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => visitor.post(`${signing}/${token}/signature`, { ...all, code }))
  )
  t.equal(answers.filter(({ statusCode }) => statusCode === 303).length, 1)
  t.equal(answers.filter(({ statusCode }) => statusCode >= 500).length, 0)
  t.match(await rowOf(id), { state: 'accepted' })
  await house.settle()
  t.equal((await db('activity').where({ action: 'quotes.accept' }).whereRaw(`about @> array['quote:${id}']`)).length, 1)
  t.equal((await db('notifications').where({ kind: 'quotes.accepted', person_id: manager.id })).length, 2)
})

t.test('what is out of date is accepted by nobody, before and after the clock has seen it', async t => {
  const client = await addClient()
  const valid_until = inDays(-2).toISOString().slice(0, 10)
  const id = await makeQuote({ db, folder }, { client_id: client.id, state: 'sent', more: { valid_until } })
  const token = await openRequest(id, client.email)
  t.match((await manager.get(`/quotes/${id}`)).body, 'Expiré')
  t.match((await manager.get('/quotes?state=expired')).body, client.name)
  t.notMatch((await manager.get('/quotes?state=sent')).body, client.name)
  const late = await visitor.post(`${signing}/${token}/code`, { choice_asked: '1' })
  t.equal(late.statusCode, 422)
  t.match(late.body, 'Ce devis a expiré')
  await db('signature_requests')
    .where({ document: `quote:${id}` })
    .update({ expires_at: inDays(-1) })
  t.equal((await visitor.get(`${signing}/${token}`)).statusCode, 410)
  await work(host, studio, 'quotes', 'expire')
  t.match(await rowOf(id), { state: 'expired' })
  await house.settle()
  t.match(await db('notifications').where({ kind: 'quotes.ended', person_id: manager.id }), [{}])
  const paper = await manager.post(`/quotes/${id}/paper-acceptance`, {
    name: 'Zoé',
    day: inDays(-3).toISOString().slice(0, 10)
  })
  t.equal(paper.statusCode, 303, 'an answer on paper may come late')
  t.match(await rowOf(id), { state: 'accepted', accepted_way: 'paper', accepted_by: 'Zoé' })
})

t.test('a new version takes the place of the old one, whose link leads to it', async t => {
  const client = await addClient()
  const id = await draft(client.id)
  await sent(id)
  const old = await linkIn(client.email)
  const [one, two] = await Promise.all([manager.post(`/quotes/${id}/versions`), manager.post(`/quotes/${id}/versions`)])
  t.equal(one?.location, two?.location, 'two at once make one')
  const next = idIn(one)
  t.equal((await visitor.get(`${signing}/${old}`)).statusCode, 200, 'the old one holds until the new one is sent')
  await sent(next)
  const number = String((await rowOf(id))?.['number'])
  t.match(await rowOf(id), { state: 'superseded' })
  t.match(await rowOf(next), { number: `${number}-2`, revision: 2, state: 'sent' })
  const gone = await visitor.get(`${signing}/${old}`)
  t.equal(gone.statusCode, 410)
  const token = /signatures\/([\w-]{43})"/.exec(gone.body.replaceAll(old, ''))?.[1] ?? ''
  t.equal((await visitor.get(`${signing}/${token}`)).statusCode, 200, 'the link there opens the new one')
  await house.settle()
  t.equal((await mails(client.email)).filter(({ subject }) => /retir/i.test(subject)).length, 0)
})

t.test('the client declines with a reason; the studio is told', async t => {
  const client = await addClient()
  const id = await draft(client.id)
  await sent(id)
  const token = await linkIn(client.email)
  t.equal((await visitor.post(`${signing}/${token}/refusal`, { reason: '' })).statusCode, 422)
  t.equal((await visitor.post(`${signing}/${token}/refusal`, { reason: 'Trop cher <b>' })).statusCode, 303)
  t.match(await rowOf(id), { state: 'declined', decline_reason: 'Trop cher <b>' })
  t.match((await manager.get(`/quotes/${id}`)).body, 'Trop cher &lt;b&gt;')
  await house.settle()
  t.match(await db('notifications').where({ kind: 'quotes.declined', person_id: manager.id }), [{}])
})

t.test('sessions: a slot that is gone refuses the acceptance; with the deposit rule, its payment confirms', async t => {
  const client = await addClient()
  const session_id = await addOption(client.id)
  const id = await draft(client.id, {}, [session_id])
  await sent(id)
  await db('sessions')
    .where({ id: session_id })
    .update({ state: 'cancelled', cancelled_at: new Date(), cancelled_from: 'option' })
  const refused = await sign(await linkIn(client.email), client.email)
  t.equal(refused.statusCode, 422)
  t.match(refused.body, 'n’est plus libre')
  t.match(await rowOf(id), { state: 'sent' }, 'nothing is signed then')

  const other = await addClient()
  const option = await addOption(other.id)
  const begun = await draft(other.id, {}, [option])
  const [item] = await db('quote_items').where({ quote_id: begun })
  const kept = { 'lines.0.label': item.label, 'lines.0.unit_micros': '200', 'lines.0.source': item.source }
  await manager.post(`/quotes/${begun}`, { ...kept, confirm_on: 'deposit', deposit: '50,00' })
  await sent(begun)
  t.equal((await sign(await linkIn(other.email), other.email)).statusCode, 303)
  t.match(await db('sessions').where({ id: option }).first(), { state: 'option' })
  t.equal((await manager.post(`/quotes/${begun}/deposit`)).statusCode, 303)
  const invoice = await db('invoices')
    .where({ source: `quote:${begun}` })
    .first()
  t.equal(Number(invoice.due_cents), 5000)
  await pay(invoice)
  t.match(await db('sessions').where({ id: option }).first(), { state: 'confirmed' })
})

/** What a payment of all of it comes to, told as invoices tell it. */
async function pay(invoice: { id: number }): Promise<void> {
  await db('outbox').insert({
    fact: 'invoices.settled',
    ids: JSON.stringify({ invoice_id: invoice.id }),
    by_name: 'Test'
  })
  const [row] = await db('outbox').orderBy('id', 'desc').limit(1).select<{ id: number }[]>('id')
  await deliver(host, studio, row?.id ?? 0)
}

t.test('the deposit is paid but the slot is somebody else’s: it is said, and nothing breaks', async t => {
  const client = await addClient()
  const session_id = await addOption(client.id)
  const more = { confirm_on: 'deposit' }
  const id = await makeQuote({ db, folder }, { client_id: client.id, state: 'sent', session_id, more })
  await db('quotes').where({ id }).update({ state: 'accepted', accepted_at: new Date(), accepted_way: 'paper' })
  await db('sessions')
    .where({ id: session_id })
    .update({ state: 'cancelled', cancelled_at: new Date(), cancelled_from: 'option' })
  t.equal((await manager.post(`/quotes/${id}/deposit`)).statusCode, 303)
  const invoice = await db('invoices')
    .where({ source: `quote:${id}` })
    .first()
  await pay(invoice)
  t.match(await db('quote_sessions').where({ quote_id: id }).first(), { blocked: 'taken' })
  t.match((await manager.get('/')).body, 'séance à replacer')
})

t.test('what cannot be is said by its field, and nothing typed is lost', async t => {
  const client = await addClient()
  const id = await draft(client.id)
  const post = (fields: Fields) => manager.post(`/quotes/${id}`, { ...lines, ...fields })
  const much = await post({ 'lines.0.unit_micros': '1000000000000' })
  t.equal(much.statusCode, 422)
  t.match(much.body, 'cent millions')
  t.match(much.body, 'value="1000000000000"')
  t.match((await post({ 'lines.0.vat': 'S-1960' })).body, 'Ce taux de TVA n’existe pas')
  t.match((await post({ discount_code: 'NIMPORTE' })).statusCode, 422)
  t.match((await post({ version: 999 })).body, 'Quelqu’un a modifié ce devis')
  t.equal((await post({ more_rows: 'on' })).statusCode, 200, 'more rows without script')
  const empty = await manager.post('/quotes', { client_name: 'Personne de ce nom' })
  t.equal(empty.statusCode, 422)
  t.match(empty.body, 'Personne de ce nom')
  const nobody = await addClient({ email: null })
  const silent = await draft(nobody.id)
  const unsent = await manager.post(`/quotes/${silent}/sending`, {})
  t.equal(unsent.statusCode, 422)
  t.match(unsent.body, 'adresse e-mail à laquelle')
  const blank = idIn(await manager.post('/quotes', { client_id: client.id }))
  t.match((await manager.post(`/quotes/${blank}/sending`, {})).body, 'au moins une ligne')
  const foreign = await addOption((await addClient()).id)
  t.equal((await manager.post(`/quotes/${id}/sessions`, { session_ids: [foreign] })).statusCode, 422)
  const future = await makeQuote({ db, folder }, { client_id: client.id, state: 'sent' })
  t.equal((await manager.post(`/quotes/${future}/paper-acceptance`, { name: 'Z', day: '2099-01-01' })).statusCode, 422)
})

t.test('an option that ran out meanwhile is taken up again when its slot is free', async t => {
  const client = await addClient()
  const session_id = await addOption(client.id)
  const id = await draft(client.id, {}, [session_id])
  await sent(id)
  await db('sessions')
    .where({ id: session_id })
    .update({ expires_at: inDays(-1) })
  t.equal((await sign(await linkIn(client.email), client.email)).statusCode, 303)
  t.match(await db('sessions').where({ id: session_id }).first(), { state: 'confirmed' })
})

t.test('it is the studio’s own: strangers find nothing, engineers may not, off is off', async t => {
  const client = await addClient()
  const id = await makeQuote({ db, folder }, { client_id: client.id, state: 'sent' })
  t.equal((await manager.get(`/quotes/${id}`)).statusCode, 200)
  t.equal((await stranger.get(`/quotes/${id}`)).statusCode, 404)
  t.equal((await engineer.get('/quotes')).statusCode, 403)
  t.equal((await engineer.post(`/quotes/${id}/withdrawal`)).statusCode, 403)
  t.match((await manager.get(`/clients/${client.id}`)).body, `quotes/${id}`)
  t.notMatch((await engineer.get(`/clients/${client.id}`)).body, `quotes/${id}`)
  const number = String((await rowOf(id))?.['number'])
  t.match((await manager.get(`/search?q=${number}`)).body, number)
  t.match((await manager.get(`/quotes?q=${number.toLowerCase()}`)).body, client.name)
  const removal = await manager.post(`/clients/${client.id}/removal`)
  t.not(removal.statusCode, 500)
  t.ok(await db('clients').where({ id: client.id }).first(), 'a client with quotes stays')
})

t.test('the list asks as often for 30 as for one, and pages by key', async t => {
  const client = await addClient({ name: 'Groupe aux devis' })
  await makeQuote({ db, folder }, { client_id: client.id, title: 'Page' })
  await house.settle()
  await manager.get('/quotes?q=Groupe')
  const one = await countQueries(house, () => manager.get('/quotes?q=Groupe'))
  for (let n = 0; n < pageSize + 4; n++)
    await makeQuote({ db, folder }, { client_id: client.id, title: 'Page', cents: 1000 * n })
  await manager.get('/quotes?q=Groupe')
  const many = await countQueries(house, () => manager.get('/quotes?q=Groupe'))
  t.equal(many, one)
  t.ok(one <= 8, `${one} statements`)
  for (const sort of ['created', '-created', 'client', 'total', '-total', 'valid_until']) {
    const first = await manager.api('GET', `/quotes/list?q=Groupe&sort=${sort}`)
    const { rows, next, count } = first.json() as { rows: { id: number }[]; next: string; count: number }
    t.equal(rows.length, pageSize, sort)
    t.equal(count, pageSize + 5)
    const second = (await manager.api('GET', `/quotes/list?q=Groupe&sort=${sort}&after=${next}`)).json() as {
      rows: { id: number }[]
      previous: string
    }
    t.equal(second.rows.length, 5)
    t.equal(new Set([...rows, ...second.rows].map(({ id }) => id)).size, pageSize + 5, 'none twice, none lost')
    const back = await manager.api('GET', `/quotes/list?q=Groupe&sort=${sort}&before=${second.previous}`)
    t.same(
      back.json().rows.map(({ id }: { id: number }) => id),
      rows.map(({ id }) => id)
    )
  }
})

t.test('card, editor and Today ask as often for much as for little', async t => {
  const client = await addClient()
  const id = await draft(client.id, { 'lines.1.label': '', 'lines.1.unit_micros': '', 'lines.1.quantity': '' })
  const count = async (path: string) => countQueries(house, () => manager.get(path))
  const paths = [`/quotes/${id}`, `/quotes/${id}/edit`]
  for (const path of paths) await count(path)
  await house.settle()
  await manager.get(paths[0] ?? '')
  const before = [await count(paths[0] ?? ''), await count(paths[1] ?? '')]
  const many = Object.fromEntries(
    Array.from({ length: 30 }, (_, n) => [
      [`lines.${n}.label`, `Ligne ${n}`],
      [`lines.${n}.unit_micros`, '10,00']
    ]).flat()
  ) as Fields
  for (let n = 0; n < 5; n++) await addOption(client.id, 200 + n)
  const ids = await db('sessions').where({ client_id: client.id }).pluck('id')
  t.equal((await manager.post(`/quotes/${id}`, many)).statusCode, 303)
  t.equal((await manager.post(`/quotes/${id}/sessions`, { session_ids: ids })).statusCode, 303)
  await house.settle()
  await manager.get(paths[0] ?? '') // who is signed in is looked up now and then
  const after = [await count(paths[0] ?? ''), await count(paths[1] ?? '')]
  t.same(after, before)
  t.ok((before[0] ?? 99) <= 10 && (before[1] ?? 99) <= 10, `${before.join(' and ')} statements`)
})

t.test('a studio without VAT offers none; a code takes off what it says', async t => {
  const client = await addClient()
  const id = await draft(client.id)
  await db('legal_cards').update({ vat_regime: 'franchise', vat_number: null })
  const refused = await manager.post(`/quotes/${id}/sending`, {})
  t.equal(refused.statusCode, 422)
  t.match(why(refused), 'franchise')
  await db('legal_cards').update({ vat_regime: 'normal', vat_number: 'FR44732829320' })
  await db('legal_cards').update({ siren: null, siret: null })
  t.match(why(await manager.post(`/quotes/${id}/sending`, {})), 'fiche légale')
  await db('legal_cards').update({ siren: '732829320', siret: '73282932000074' })

  await db('discount_codes').insert({ code: 'RENTREE', label: 'Rentrée', discount_bp: 1000, max_uses: 1 })
  const other = await draft(client.id, { discount_code: 'rentree' })
  // 1,050 less 10 %
  t.match(await rowOf(other), { discount_bp: 1000, discount_label: 'Rentrée', net_cents: 94_500 })
  await sent(other)
  t.match(await db('discount_codes').first(), { used: 0 })
  const day = new Date().toISOString().slice(0, 10)
  t.equal((await manager.post(`/quotes/${other}/paper-acceptance`, { name: 'Zoé', day })).statusCode, 303)
  t.match(await db('discount_codes').first(), { used: 1 })
  t.equal((await manager.post(`/quotes/${other}/final-invoice`)).statusCode, 303)
  t.match(
    await db('invoices')
      .where({ source: `quote:${other}` })
      .first(),
    { net_cents: 94_500 }
  )
})

t.test('what may come in: open quotes by the day of their session, less what booked sessions bring anyway', async t => {
  const client = await addClient()
  const session_id = await addOption(client.id, 300)
  const id = await draft(client.id, {}, [session_id])
  await sent(id)
  const today = new Date().toISOString().slice(0, 10)
  const waiting = async () =>
    (await listWaiting(db, { today, after: today, zone: 'Europe/Paris' })).find(one => one.id === id)
  t.match(await waiting(), { cents: 24_000, day: inDays(300).toISOString().slice(0, 10) })
  await db('sessions').where({ id: session_id }).update({ state: 'confirmed' })
  t.equal(await waiting(), undefined, 'the session brings all of it')
})

t.test('a signed sheet is kept as it came, and given only to those who may see quotes', async t => {
  const client = await addClient()
  const id = await makeQuote({ db, folder }, { client_id: client.id, state: 'sent' })
  const day = new Date().toISOString().slice(0, 10)
  const confirmed = { confirm: 'true' }
  const scan = (content: string) =>
    manager.api('POST', '/quotes/accept_on_paper', { id, name: 'Zoé', day, scan: btoa(content) }, confirmed)
  const bad = await scan('MZ not a paper')
  t.equal(bad.statusCode, 422, bad.body)
  t.match(await rowOf(id), { state: 'sent' })
  const good = await scan('%PDF-1.7 signed')
  t.equal(good.statusCode, 200, good.body)
  const paper = await manager.get(`/quotes/${id}/signed-paper`)
  t.equal(paper.body, '%PDF-1.7 signed')
  t.equal((await engineer.get(`/quotes/${id}/signed-paper`)).statusCode, 403)
})

t.test('the client is reminded once, before it runs out', async t => {
  const client = await addClient()
  const valid_until = inDays(2).toISOString().slice(0, 10)
  const seal = (id: number) => sealedIn(host, studio, 'quotes').seal('http://x/o/s/signatures/the-link', `quote:${id}`)
  const of = (more: Record<string, unknown>) =>
    makeQuote(
      { db, folder },
      { client_id: client.id, state: 'sent', more: { recipient_email: client.email, valid_until, ...more } }
    )
  const fresh = await of({})
  const id = await of({ sent_at: inDays(-3) })
  for (const one of [fresh, id])
    await db('quotes')
      .where({ id: one })
      .update({ link_sealed: seal(one) })
  for (let n = 0; n < 3; n++) await work(host, studio, 'quotes', 'remind')
  await house.settle()
  const [mail, ...others] = await mails(client.email)
  t.match(mail?.subject, 'valable jusqu’au')
  t.match(mail?.text, 'the-link')
  t.equal(others.length, 0, 'once, and not on the heels of the quote')
})

t.test('a unit price is read with all its decimals', async t => {
  const client = await addClient()
  const id = await makeQuote({ db, folder }, { client_id: client.id })
  await db('quote_items').where({ quote_id: id }).update({ unit_micros: 333_333 })
  t.match((await manager.get(`/quotes/${id}`)).body, /0,333333\s€/u)
})

t.test('merged clients keep their quotes; a copy is a draft without sessions', async t => {
  const [from, into] = [await addClient(), await addClient()]
  const session_id = await addOption(from.id)
  const id = await draft(from.id, {}, [session_id])
  const copied = idIn(await manager.post(`/quotes/${id}/copies`))
  t.not(copied, id)
  t.equal((await db('quote_items').where({ quote_id: copied }).whereNotNull('source')).length, 0)
  t.equal((await db('quote_sessions').where({ quote_id: copied })).length, 0)
  const quote = await makeQuote({ db, folder }, { client_id: from.id, state: 'sent' })
  await db('quotes').where({ client_id: from.id }).update({ client_id: into.id })
  t.match(await rowOf(quote), { client_id: into.id })
})
