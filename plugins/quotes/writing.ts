import { notFound, refuse, time } from '@patchbay/core'
import type { Running, TypedLine } from '@patchbay/core'
import type { Buyer } from '../invoices/contract.ts'
import type { Seller } from '../legal/contract.ts'
import { quoteTotals, withNets } from './money.ts'
import { changeQuote, findClient, listLines, lockQuote, replaceLines } from './queries.ts'
import type { Quote, QuoteFields } from './queries.ts'
import { linesOfSessions } from './session-lines.ts'
import type { OneVat } from './session-lines.ts'
import { linkSessions, ownSessions, sessionsOf } from './session-queries.ts'
import { settingsOf } from './settings.ts'

/* What all drafts are written with. */

/** A quote, kept from changing. @throws notFound when there is none. */
export async function found({ db }: Running, id: number): Promise<Quote> {
  const quote = await lockQuote(db, id)
  if (!quote) throw notFound()
  return quote
}

/** The quote, kept from changing. @throws refuse when it was sent. */
export async function draft(running: Running, id: number): Promise<Quote> {
  const quote = await found(running, id)
  if (quote.state !== 'draft') throw refuse({ '': 'quotes.errors.sent' })
  return quote
}

/** What a new quote begins with: the client's language and currency, the studio's terms. */
export async function usualFields(running: Running, client_id: number): Promise<QuoteFields> {
  const { db, ask, settings, studio } = running
  const client = await findClient(db, client_id)
  const language = client?.language ?? 'fr'
  const [buyer] = await ask('invoices.buyer', { client_id })
  const [cancellation] = await ask('sessions.cancellation-words', { language })
  const { valid_days, deposit_percent, deposit_kind, confirm_on } = settingsOf(settings)
  return {
    ...blank,
    language,
    currency: buyer?.currency ?? studio.currency,
    valid_days,
    deposit_bp: deposit_percent * 100,
    deposit_kind,
    confirm_on,
    cancellation: cancellation ?? null
  }
}

/** What nobody says of a quote. */
export const blank = {
  title: null,
  recipient_name: null,
  recipient_email: null,
  order_number: null,
  introduction: null,
  terms: null,
  internal_note: null,
  execution: null,
  service_from: null,
  service_to: null,
  rounds_included: null,
  discount_bp: 0,
  discount_cents: 0,
  discount_label: null,
  discount_code: null,
  deposit_cents: 0
}

/** Lines in place of those there were, and what the whole comes to. */
export async function writeLines({ db }: Running, quote: QuoteFields & { id: number }, lines: readonly TypedLine[]) {
  const { net_cents, vat_cents, total_cents, vat } = quoteTotals(lines, quote)
  await replaceLines(db, quote.id, withNets(lines))
  await changeQuote(db, quote.id, { net_cents, vat_cents, total_cents, vat: JSON.stringify(vat) })
}

/** Links sessions of the quote's client; lines follow: those of new sessions at the end, those of others gone. */
export async function aboutSessions(
  running: Running,
  quote: QuoteFields & { id: number; client_id: number },
  wanted: readonly number[]
): Promise<void> {
  const { db, ask } = running
  const before = (await sessionsOf(db, quote.id)).map(session => session.id)
  const ids = await ownSessions(db, quote.client_id, wanted)
  if (ids.length < wanted.length) throw refuse({ session_ids: 'quotes.errors.sessions' })
  const kept = (await listLines(db, quote.id)).filter(
    ({ source }) => !before.some(id => source === `session:${id}` && !ids.includes(id))
  )
  const added = ids.filter(id => !kept.some(({ source }) => source === `session:${id}`))
  const lines = added.length > 0 ? await linesOfSessions(ask, added, await oneVat(running, quote)) : []
  await linkSessions(db, quote.id, ids)
  await writeLines(running, quote, [...kept, ...lines])
}

/** A studio without VAT has none on anything, nor has who buys from elsewhere. */
export async function oneVat({ ask, studio }: Running, { client_id, language }: Pick<Quote, 'client_id' | 'language'>) {
  const [seller] = await ask('legal.seller', { on: time.today(studio.timezone), language })
  const [buyer] = await ask('invoices.buyer', { client_id })
  return vatFor(seller, buyer)
}

/** The one VAT category of what this seller sells to this buyer; null: the usual rates. */
export function vatFor(seller: Seller | undefined, buyer: Buyer | undefined): OneVat {
  if (seller?.vat_regime === 'franchise') return 'E'
  const of = { standard: null, reverse_charge: 'AE', intra_community: 'K', export: 'G' } as const
  return of[buyer?.vat_treatment ?? 'standard']
}
