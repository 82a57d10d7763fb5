import { action, notFound, refuse, time } from '@patchbay/core'
import type { Asking, Running } from '@patchbay/core'
import { Failure, Refusal } from '@patchbay/core/errors'
import { readStored, saveFile, savePhoto } from '@patchbay/core/storage'
import { DeclineForm, PaperForm } from './forms.ts'
import { quoteTotals } from './money.ts'
import { printQuote } from './printing.ts'
import { changeQuote, chooseLines, listLines, lockQuote } from './queries.ts'
import type { Quote } from './queries.ts'
import { sessionsOf } from './session-queries.ts'
import { documentOf } from './sending.ts'

/* What the client says: yes with their options, online or on paper, or no. */

const about = ({ id, client_id }: { id: number; client_id: number }) => ({ quote: id, client: client_id })

/** `quote:12` → 12; undefined for what is another's. */
export const quoteIdOf = (document: string): number | undefined =>
  /^quote:\d{1,15}$/.test(document) ? Number(document.slice(6)) : undefined

/** Settles which options are taken, before a code is mailed: the paper is printed anew with them. */
export async function settleChoices(
  { wordsIn, folder, studio }: Asking,
  { running, document, choices }: { running: Running; document: string; choices: Record<string, string> }
): Promise<{ pdf: Buffer } | undefined> {
  const id = quoteIdOf(document)
  if (id === undefined) return undefined
  const quote = await openQuote(running, id)
  const pdf = await choose({ ...running, wordsIn, folder, studio }, quote, chosenOf(choices))
  return { pdf }
}

/** The ids of lines that were ticked: `choice_12` of the signing page. */
export const chosenOf = (choices: Record<string, string>): number[] =>
  Object.keys(choices).flatMap(name => {
    const [, id] = /^choice_(\d{1,15})$/.exec(name) ?? []
    return id ? [Number(id)] : []
  })

/** The last signature is there: the quote is accepted, and its sessions are firm if it says so. */
export async function concludeQuote(
  _asking: Asking,
  { running, document, request_id }: { running: Running; document: string; request_id: number }
): Promise<true | undefined> {
  const id = quoteIdOf(document)
  if (id === undefined) return undefined
  const quote = await openQuote(running, id)
  const [signature] = await running.ask('signatures.state', { request_id })
  const accepted_by = signature?.signers[0]?.name ?? quote.recipient_name
  await accept(running, quote, { accepted_by, accepted_way: 'online', accepted_at: new Date() })
  await running.did('quotes.accept', { quote: id, client: quote.client_id })
  return true
}

/** Declined online, with its reason. */
export async function refuseQuote(
  _asking: Asking,
  { running, document, reason }: { running: Running; document: string; reason: string }
): Promise<true | undefined> {
  const id = quoteIdOf(document)
  if (id === undefined) return undefined
  const quote = await lockQuote(running.db, id)
  if (quote?.state !== 'sent') throw refuse({ '': 'quotes.errors.not_open' })
  await decline(running, quote, reason)
  await running.did('quotes.decline', { quote: id, client: quote.client_id })
  return true
}

/** Records that the client accepted on paper: who, when, which options; the signed sheet is kept with it. */
export const acceptOnPaper = action({
  name: 'quotes.accept_on_paper',
  permission: 'quotes.write',
  input: PaperForm,
  confirm: true,
  most_bytes: 15_000_000,
  about,
  async run(running, { id, name, day, chosen, scan }) {
    const { ask, studio } = running
    const quote = await answerable(running, id)
    const today = time.today(studio.timezone)
    if (day > today) throw refuse({ day: 'quotes.errors.future' })
    const paper_file_id = scan === null ? null : await keepScan(running, scan, name)
    await choose(running, quote, chosen)
    const accepted_at = day === today ? new Date() : time.startOfDay(day, studio.timezone)
    await accept(running, quote, { accepted_by: name, accepted_way: 'paper', accepted_at, paper_file_id })
    if (quote.request_id !== null)
      await ask('signatures.withdraw', { running, request_id: quote.request_id, quietly: true })
    return quote
  }
})

/** Records that the client said no by telephone or mail. */
export const declineQuote = action({
  name: 'quotes.decline',
  permission: 'quotes.write',
  input: DeclineForm,
  about,
  async run(running, { id, reason }) {
    const quote = await answerable(running, id)
    await decline(running, quote, reason)
    if (quote.request_id !== null)
      await running.ask('signatures.withdraw', { running, request_id: quote.request_id, quietly: true })
    return quote
  }
})

/** A quote that was sent and may still be answered by its client. @throws refuse for any other. */
async function openQuote({ db, studio }: Running, id: number): Promise<Quote> {
  const quote = await lockQuote(db, id)
  if (quote?.state !== 'sent') throw refuse({ '': 'quotes.errors.not_open' })
  if ((quote.valid_until ?? '') < time.today(studio.timezone)) throw refuse({ '': 'quotes.errors.expired' })
  return quote
}

/** The studio may take an answer that comes late. */
async function answerable({ db }: Running, id: number): Promise<Quote> {
  const quote = await lockQuote(db, id)
  if (!quote) throw notFound()
  if (quote.state !== 'sent' && quote.state !== 'expired') throw refuse({ '': 'quotes.errors.not_open' })
  return quote
}

/** Takes these options and no others. The answer is the paper with them. */
async function choose(running: Running, quote: Quote, chosen: readonly number[]): Promise<Buffer> {
  const { db } = running
  const before = await listLines(db, quote.id)
  const options = before.filter(({ optional }) => optional)
  const wanted = options.map(({ id }) => id).filter(id => chosen.includes(id))
  const same = options.every(line => line.chosen === wanted.includes(line.id))
  if (same) return readStored(running, quote.pdf_file_id)
  await chooseLines(db, quote.id, wanted)
  const lines = await listLines(db, quote.id)
  const { net_cents, vat_cents, total_cents, vat } = quoteTotals(lines, quote)
  const { seller, buyer, valid_until, sent_at: on } = quote
  if (!seller || !buyer || !valid_until || !on) throw new Error(`quote ${quote.id} was sent without its parties`)
  const sessions = await sessionsOf(db, quote.id)
  const pdf = await printQuote(running, { quote, lines, sessions, seller, buyer, valid_until, on, draft: false })
  const name = quote.number ?? ''
  const { id: pdf_file_id, sha256 } = await saveFile(running, pdf, { name, media_type: 'application/pdf' })
  const totals = { net_cents, vat_cents, total_cents, vat: JSON.stringify(vat) }
  await changeQuote(db, quote.id, { ...totals, pdf_file_id, sha256 })
  return pdf
}

type Acceptance = Pick<Quote, 'accepted_by' | 'accepted_way' | 'accepted_at'> & { paper_file_id?: number | null }

async function accept(running: Running, quote: Quote, acceptance: Acceptance): Promise<void> {
  const { db, ask, tell, studio } = running
  await changeQuote(db, quote.id, { state: 'accepted', ended_at: null, ...acceptance })
  const { discount_code: code, client_id, net_cents } = quote
  // what was offered holds, even where the code was used up meanwhile: it is only counted
  if (code !== null)
    await ask('catalogue.discount', {
      code,
      client_id,
      on: time.today(studio.timezone),
      net_cents,
      use: documentOf(quote.id)
    })
  if (quote.confirm_on === 'acceptance') await confirmAll(running, quote.id)
  tell('quotes.accepted', { quote_id: quote.id })
}

/** Makes the sessions of a quote firm. @throws refuse naming the one that cannot be had any more. */
export async function confirmAll(running: Running, quote_id: number): Promise<number> {
  const { db, ask, fmt } = running
  let confirmed = 0
  for (const session of await sessionsOf(db, quote_id)) {
    try {
      const [now] = await ask('sessions.confirm', { running, session_id: session.id })
      if (now) confirmed++
    } catch (error) {
      // what is in the way is said by fields of a form that is not this one
      if (!isInTheWay(error)) throw error
      const values = { session: `${session.room_name}, ${fmt.range(session.starts_at, session.ends_at)}` }
      throw refuse({ '': { key: 'quotes.errors.slot_gone', values } })
    }
  }
  return confirmed
}

/** Whether a session was refused because its time is taken or its state does not allow it. */
export const isInTheWay = (error: unknown): boolean =>
  error instanceof Refusal || (error instanceof Failure && error.status === 409)

async function decline({ db, tell }: Running, quote: Quote, reason: string): Promise<void> {
  await changeQuote(db, quote.id, {
    state: 'declined',
    ended_at: null,
    declined_at: new Date(),
    decline_reason: reason
  })
  tell('quotes.declined', { quote_id: quote.id })
}

/** A signed sheet as it was scanned or photographed. @throws refuse for what is neither PDF nor photo. */
async function keepScan(running: Running, scan: Buffer, name: string): Promise<number> {
  const pdf = scan.subarray(0, 5).equals(Buffer.from('%PDF-'))
  const { id } = pdf
    ? await saveFile(running, scan, { name, media_type: 'application/pdf' })
    : await savePhoto(running, scan, name, { field: 'scan' })
  return id
}
