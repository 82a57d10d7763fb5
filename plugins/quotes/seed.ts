import { time } from '@patchbay/core'
import type { Running, Seeding, TypedLine } from '@patchbay/core'
import { saveFile } from '@patchbay/core/storage'
import { acceptOnPaper } from './accepting.ts'
import { draftQuote } from './drafting.ts'
import { invoiceDeposit } from './following.ts'
import { quoteTotals, withNets } from './money.ts'
import { printQuote } from './printing.ts'
import { changeQuote, findQuote, listLines, nextNumber, replaceLines } from './queries.ts'
import { seedClients, seedSessions } from './seed-queries.ts'
import { offers } from './seed-words.ts'
import type { Offer } from './seed-words.ts'
import { sendQuote } from './sending.ts'
import { sessionsOf } from './session-queries.ts'

/** Quotes of half a year: accepted, declined, run out, waiting for their client, and one being prepared. */
export async function seed(seeding: Seeding): Promise<void> {
  const clients = await seedClients(seeding.db)
  if (clients.length === 0) return
  const past = offers.filter(({ days }) => days !== null)
  for (const [turn, offer] of past.entries()) await send(seeding, offer, clients[turn % clients.length] ?? 0)
  await present(seeding)
}

/** As it was sent then, and what was answered. */
async function send(seeding: Seeding, offer: Offer, client_id: number): Promise<void> {
  const { db, studio, people, did, told, ask } = seeding
  const person = people[0]?.id ?? null
  const sent_at = new Date(Date.now() - (offer.days ?? 0) * 864e5)
  const day = time.localOf(sent_at, studio.timezone).day
  const { id } = await draftQuote.run(runningOf(seeding), {
    client_id,
    client_name: null,
    title: offer.title,
    session_ids: []
  })
  await write(seeding, id, offer)
  const quote = await findQuote(db, id)
  const [seller] = await ask('legal.seller', { on: day, language: quote?.language ?? 'fr' })
  const [buyer] = await ask('invoices.buyer', { client_id })
  if (!quote || !seller || !buyer) return
  const number = await nextNumber(db, Number(day.slice(0, 4)))
  const valid_until = time.addDays(day, quote.valid_days)
  const named = { ...quote, number }
  const lines = await listLines(db, id)
  const pdf = await printQuote(seeding, {
    quote: named,
    lines,
    sessions: [],
    seller,
    buyer,
    valid_until,
    on: sent_at,
    draft: false
  })
  const { id: pdf_file_id, sha256 } = await saveFile(seeding, pdf, { name: number, media_type: 'application/pdf' })
  const frozen = { number, valid_until, seller, buyer, pdf_file_id, sha256, sent_at, sent_by: person }
  await changeQuote(db, id, { ...frozen, state: 'sent', recipient_name: buyer.contact ?? buyer.name })
  did('quotes.send', sent_at, { quote: id, client: client_id }, person)
  const at = new Date(+sent_at + 3 * 864e5)
  if (offer.fate === 'accepted') {
    await changeQuote(db, id, {
      state: 'accepted',
      accepted_at: at,
      accepted_by: buyer.contact ?? buyer.name,
      accepted_way: 'paper'
    })
    did('quotes.accept_on_paper', at, { quote: id, client: client_id }, person)
    told('quotes.accepted', at, { quote_id: id }, person)
  } else if (offer.fate === 'declined') {
    await changeQuote(db, id, { state: 'declined', declined_at: at, decline_reason: offer.reason ?? null })
    did('quotes.decline', at, { quote: id, client: client_id }, person)
    told('quotes.declined', at, { quote_id: id }, person)
  } else {
    await changeQuote(db, id, {
      state: 'expired',
      ended_at: time.startOfDay(time.addDays(valid_until, 1), studio.timezone)
    })
  }
}

/** Two that wait for an answer about options, one accepted with its deposit invoiced, one not sent yet. */
async function present(seeding: Seeding): Promise<void> {
  const { db, did, people } = seeding
  const now = offers.filter(({ days }) => days === null)
  const sessions = await seedSessions(db)
  for (const [turn, offer] of now.entries()) {
    const session = sessions[turn]
    if (!session) return
    const running = runningOf(seeding)
    const wanted = { client_id: session.client_id, client_name: null, title: offer.title, session_ids: [session.id] }
    const { id, client_id } = await draftQuote.run(running, wanted)
    await write(seeding, id, offer)
    if (offer.fate === 'draft') continue
    await sendQuote.run(running, { id, recipient_name: null, recipient_email: 'client@demo.test', message: null })
    did('quotes.send', new Date(), { quote: id, client: client_id }, people[0]?.id ?? null)
    if (offer.fate !== 'accepted') continue
    const name = (await findQuote(db, id))?.recipient_name ?? ''
    const day = time.today(seeding.studio.timezone)
    await acceptOnPaper.run(running, { id, name, day, chosen: [], scan: null })
    did('quotes.accept_on_paper', new Date(), { quote: id, client: client_id }, people[0]?.id ?? null)
    await invoiceDeposit.run(running, { id })
    did('quotes.invoice_deposit', new Date(), { quote: id, client: client_id }, people[0]?.id ?? null)
  }
}

/** The offer's lines after those of its sessions, and what it all comes to. */
async function write({ db }: Seeding, id: number, { lines, rounds }: Offer): Promise<void> {
  const quote = await findQuote(db, id)
  if (!quote) return
  const sessions = await sessionsOf(db, id)
  const before: TypedLine[] = sessions.length > 0 ? await listLines(db, id) : []
  const all = [...before, ...lines]
  const { net_cents, vat_cents, total_cents, vat } = quoteTotals(all, quote)
  await replaceLines(db, id, withNets(all))
  const totals = { net_cents, vat_cents, total_cents, vat: JSON.stringify(vat) }
  await changeQuote(db, id, { ...totals, rounds_included: rounds ?? null })
}

/** The seed at work as an action would be; nobody is told of what it made. */
function runningOf(seeding: Seeding): Running {
  const [owner] = seeding.people
  return {
    ...seeding,
    person: { id: owner?.id ?? null, name: owner?.name ?? seeding.studio.name, role: 'owner' },
    from: { ip: null, agent: null },
    can: () => true,
    tell: () => undefined,
    did: async () => undefined,
    changed: () => undefined,
    hint: () => undefined
  }
}
