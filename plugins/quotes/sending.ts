import { action, isPriced, notFound, refuse, time } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { saveFile } from '@patchbay/core/storage'
import type { Buyer } from '../invoices/contract.ts'
import type { Seller } from '../legal/contract.ts'
import { SendForm, WithdrawForm } from './forms.ts'
import { printQuote } from './printing.ts'
import { changeQuote, findClient, listLines, lockQuote, nextNumber } from './queries.ts'
import type { Quote } from './queries.ts'
import { sessionsOf } from './session-queries.ts'
import type { QuoteSession } from './session-queries.ts'
import { olderOpen } from './version-queries.ts'
import { vatFor } from './writing.ts'

/* A draft becomes an offer: numbered, frozen, printed, and on its way to be signed. */

const about = ({ id, client_id }: { id: number; client_id: number }) => ({ quote: id, client: client_id })

/** What a quote is called among those that have it signed. */
export const documentOf = (id: number): string => `quote:${id}`

/** Freezes a draft and mails its private link to the client. Older versions of it that wait for an answer are over. */
export const sendQuote = action({
  name: 'quotes.send',
  permission: 'quotes.write',
  input: SendForm,
  about,
  async run(running, input) {
    const { db, ask, studio, tell } = running
    const quote = await lockQuote(db, input.id)
    if (!quote) throw notFound()
    if (quote.state !== 'draft') throw refuse({ '': 'quotes.errors.sent' })
    const lines = await listLines(db, quote.id)
    if (!lines.some(isPriced)) throw refuse({ '': 'quotes.errors.empty' })
    const today = time.today(studio.timezone)
    const { seller, buyer } = await partiesOf(running, quote, today)
    const one = vatFor(seller, buyer)
    if (one !== null && lines.some(line => isPriced(line) && line.vat_category === 'S'))
      throw refuse({ '': one === 'E' ? 'quotes.errors.vat_franchise' : 'quotes.errors.vat_abroad' })
    const signer = await signerOf(running, { quote, buyer, ...input })
    const number = await numberOf(running, quote, today)
    const valid_until = time.addDays(today, quote.valid_days)
    const sessions = await sessionsOf(db, quote.id)
    const on = new Date()
    const named = { ...quote, number, recipient_name: signer.name, recipient_email: signer.email }
    const pdf = await printQuote(running, {
      quote: named,
      lines,
      sessions,
      seller,
      buyer,
      valid_until,
      on,
      draft: false
    })
    const { t, fmt } = running.wordsIn(quote.language)
    const { id: pdf_file_id, sha256 } = await saveFile(running, pdf, {
      name: t('quotes.paper.whole', { number }),
      media_type: 'application/pdf'
    })
    const [asked] = await ask('signatures.ask', {
      running,
      document: documentOf(quote.id),
      title: t('quotes.paper.whole', { number }),
      language: quote.language,
      pdf,
      signers: [{ ...signer, role: null, step: 1 }],
      consent: seller.wordings.quote_acceptance || t('quotes.paper.signature'),
      message: input.message ?? t('quotes.mail.message', { until: fmt.date(valid_until) }),
      may_decline: true,
      expires_at: time.startOfDay(time.addDays(valid_until, 1), studio.timezone).toISOString(),
      early_start: isEarly(buyer, sessions, quote, valid_until) ? seller.wordings.withdrawal || null : null
    })
    if (!asked) throw new Error('nobody answers signatures.ask')
    await changeQuote(db, quote.id, {
      state: 'sent',
      number,
      valid_until,
      seller,
      buyer,
      pdf_file_id,
      sha256,
      request_id: asked.request_id,
      link_sealed: running.sealed.seal(asked.links[0] ?? '', documentOf(quote.id)),
      recipient_name: signer.name,
      recipient_email: signer.email,
      sent_at: on,
      sent_by: running.person.id
    })
    for (const older of await olderOpen(db, quote)) await end(running, older, 'superseded')
    tell('quotes.sent', { quote_id: quote.id })
    return { id: quote.id, client_id: quote.client_id, number }
  }
})

/** Takes an offer back: nobody can accept it any more. */
export const withdrawQuote = action({
  name: 'quotes.withdraw',
  permission: 'quotes.write',
  input: WithdrawForm,
  about,
  async run(running, { id }) {
    const quote = await lockQuote(running.db, id)
    if (!quote) throw notFound()
    if (quote.state !== 'sent') throw refuse({ '': 'quotes.errors.not_open' })
    await end(running, quote, 'withdrawn')
    return quote
  }
})

async function end(
  running: Running,
  { id, request_id }: Pick<Quote, 'id' | 'request_id'>,
  by: 'superseded' | 'withdrawn'
): Promise<void> {
  const { db, ask, tell } = running
  await changeQuote(db, id, { state: by, ended_at: new Date() })
  // a newer version's mail says enough
  const quietly = by === 'superseded'
  if (request_id !== null) await ask('signatures.withdraw', { running, request_id, quietly })
  tell('quotes.ended', { quote_id: id, by })
}

/** Who offers to whom. @throws refuse when the studio's card lacks what a quote must say. */
async function partiesOf(
  { ask }: Running,
  { client_id, language }: Quote,
  on: string
): Promise<{ seller: Seller; buyer: Buyer }> {
  const [seller] = await ask('legal.seller', { on, language })
  const [buyer] = await ask('invoices.buyer', { client_id })
  if (!seller || seller.missing.length > 0) throw refuse({ '': 'quotes.errors.seller' })
  if (!buyer) throw notFound()
  return { seller, buyer }
}

interface Recipient {
  quote: Quote
  buyer: Buyer
  recipient_name: string | null
  recipient_email: string | null
}

/** Who signs for the client: whom one says, else whom the draft names, else the client. */
async function signerOf({ db }: Running, { quote, buyer, ...typed }: Recipient) {
  const client = await findClient(db, quote.client_id)
  const email = typed.recipient_email ?? quote.recipient_email ?? buyer.recipients[0] ?? client?.email
  if (!email) throw refuse({ recipient_email: 'quotes.errors.no_email' })
  return { name: typed.recipient_name ?? quote.recipient_name ?? buyer.contact ?? buyer.name, email }
}

/** `D2026-0012`; its second version is `D2026-0012-2`. */
async function numberOf({ db }: Running, { root_id, revision, number }: Quote, today: string): Promise<string> {
  if (number !== null) return number
  const root = root_id === null ? undefined : await lockQuote(db, root_id)
  return root?.number ? `${root.number}-${revision}` : nextNumber(db, Number(today.slice(0, 4)))
}

/**
 * May the service begin before a consumer's 14 days to withdraw are over, even if they accept on the last day? Then they
 * must ask for it expressly (L221-25 of the Code de la consommation).
 */
function isEarly(
  buyer: Buyer,
  sessions: readonly QuoteSession[],
  { service_from }: Quote,
  valid_until: string
): boolean {
  const end = time.addDays(valid_until, 15)
  const soon = sessions.some(({ starts_at, state }) => state !== 'cancelled' && starts_at < new Date(`${end}T00:00Z`))
  return !buyer.is_business && (soon || (service_from !== null && service_from < end))
}
