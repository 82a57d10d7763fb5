import { discountText, lineValues, notFound, vatKey, vatRates } from '@patchbay/core'
import type { VatCategory } from '@patchbay/core'
import type { Translate } from '@patchbay/core/i18n'
import type { FastifyRequest } from 'fastify'
import { daysOf } from './list.ts'
import { quoteTotals } from './money.ts'
import { quoteOf } from './papers.ts'
import { findClient, listLines } from './queries.ts'
import type { Quote } from './queries.ts'
import { clientOfSession, sessionsOf, sessionsToOffer } from './session-queries.ts'
import { vatFor } from './writing.ts'

/** The form of a new quote; with a client or a session in the address, for them and about it. */
export async function newPage(request: FastifyRequest) {
  const { client_id, session_id } = request.query as Record<string, unknown>
  const session = numberIn(session_id)
  const of = session === 0 ? undefined : await clientOfSession(request.db, session)
  const client = await findClient(request.db, of?.client_id ?? numberIn(client_id))
  const sessions = client ? await sessionsToOffer(request.db, client.id, session === 0 ? [] : [session]) : []
  return {
    title: request.words().t('quotes.new.title'),
    styles,
    client,
    sessions,
    values: {
      ...(client && { client_id: client.id, client_name: client.name }),
      session_ids: session === 0 ? [] : [session]
    },
    errors: {}
  }
}

const numberIn = (value: unknown): number => (/^\d{1,15}$/.test(String(value)) ? Number(value) : 0)

const styles = ['/static/invoices/invoices.css', '/static/quotes/quotes.css']

interface Refused {
  errors: Record<string, string>
  values: Record<string, unknown>
}

/** The editor of a draft: as it is stored, or as it was typed when something of that is wrong. */
export async function editPage(request: FastifyRequest, refused?: Refused) {
  const { db, studio } = request
  const quote = await quoteOf(request)
  if (quote.state !== 'draft') throw notFound()
  const { t, locale } = request.words()
  const lines = await listLines(db, quote.id)
  const linked = await sessionsOf(db, quote.id)
  const { today: on } = daysOf(studio.timezone)
  const [seller] = await request.ask('legal.seller', { on, language: quote.language })
  const [buyer] = await request.ask('invoices.buyer', { client_id: quote.client_id })
  const rows = refused?.values['lines']
  return {
    styles,
    title: quote.title ?? t('quotes.draft'),
    quote,
    client: await findClient(db, quote.client_id),
    sessions: await sessionsToOffer(
      db,
      quote.client_id,
      linked.map(({ id }) => id)
    ),
    linked: linked.map(({ id }) => id),
    rows: Array.isArray(rows) ? rows : lines.map(line => lineValues(line, locale)),
    totals: quoteTotals(lines, quote),
    vat: vatChoices(vatFor(seller, buyer), t),
    missing: seller?.missing ?? [],
    more: false,
    values: refused?.values ?? typedOf(quote, locale),
    errors: refused?.errors ?? {}
  }
}

/** A quote as its form shows it. */
function typedOf(quote: Quote, locale: 'fr' | 'en'): Record<string, unknown> {
  const { deposit_bp, deposit_cents } = quote
  return {
    ...quote,
    discount: discountText(quote, locale),
    deposit: discountText({ discount_bp: deposit_bp, discount_cents: deposit_cents }, locale)
  }
}

/** What lines choose from, the likeliest first. */
function vatChoices(one: VatCategory | null, t: Translate): { value: string; label: string }[] {
  const none = (['E', 'AE', 'K', 'G', 'Z', 'O'] as const).map(vat_category => ({
    value: vatKey({ vat_category, vat_rate: 0 }),
    label: t(`invoices.drafts.vat.${vat_category}`)
  }))
  const rates = vatRates
    .filter(rate => rate > 0)
    .map(rate => ({
      value: `S-${rate}`,
      label: t('invoices.drafts.vat.rate', {
        rate: String(rate / 100).replace('.', t('invoices.drafts.vat.mark'))
      })
    }))
  const all = [...rates, ...none]
  const first = one === null ? 'S-2000' : `${one}-0`
  return all.toSorted((a, b) => Number(b.value === first) - Number(a.value === first))
}
