import { addressLines, grouped, issuerParty, legalLine } from '@patchbay/core/documents/letterhead'
import type { Fact } from '@patchbay/core/documents/paper'
import { pricedPaper } from '@patchbay/core/documents/priced'
import type { PaperParty, PaperRow } from '@patchbay/core/documents/priced'
import { discountLabel, words } from '@patchbay/core/documents/priced-words'
import { isPriced } from '@patchbay/core'
import type { Context } from '@patchbay/core'
import { readStored } from '@patchbay/core/storage'
import type { Buyer } from '../invoices/contract.ts'
import type { Seller } from '../legal/contract.ts'
import { depositParts, depositTotal, quoteTotals } from './money.ts'
import type { Quote, QuoteLine } from './queries.ts'
import type { QuoteSession } from './session-queries.ts'

type Voice = ReturnType<Context['wordsIn']>

/** All that is printed of a quote. */
export interface Printed {
  quote: Quote
  lines: readonly QuoteLine[]
  sessions: readonly QuoteSession[]
  seller: Seller
  buyer: Buyer
  /** `YYYY-MM-DD` */
  valid_until: string
  /** The day on it; with the same one, the same content gives the same bytes. */
  on: Date
  /** Not sent yet: it says so across the page. */
  draft: boolean
}

/** A quote on paper, with all that a French devis says, in its own language. */
export async function printQuote(
  { db, folder, wordsIn, studio }: Pick<Context, 'db' | 'folder' | 'wordsIn' | 'studio'>,
  printed: Printed
): Promise<Buffer> {
  const { quote, lines, seller, buyer, draft } = printed
  const locale = quote.language
  const voice = wordsIn(locale)
  const { t } = voice
  const number = quote.number ?? t('quotes.paper.draft')
  const logo = seller.logo_file_id === null ? null : await readStored({ db, folder }, seller.logo_file_id)
  const rows = lines.map(rowOf)
  return pricedPaper(
    {
      kind: t('quotes.paper.title'),
      title: t('quotes.paper.whole', { number }),
      number: quote.number,
      subject: quote.title,
      locale,
      created: printed.on,
      from: { ...issuerParty(seller, { t, locale }), logo, colour: seller.colour },
      to: { ...buyerParty(buyer, quote, voice), label: t('quotes.paper.to') },
      facts: factsOf(printed, voice),
      introduction: quote.introduction ?? seller.introduction,
      currency: quote.currency,
      rows,
      totals: quoteTotals(lines, quote),
      discount_label: discountLabel(quote.discount_label, quote.discount_bp, words(t, locale, quote.currency)),
      deducted: [],
      due: null,
      remarks: remarksOf(printed, voice),
      payment: null,
      signatures: [
        {
          label: seller.wordings.quote_acceptance || t('quotes.paper.signature'),
          lines: [t('quotes.paper.signature_help')]
        }
      ],
      notes: notesOf(printed, voice),
      legal_line: legalLine(seller, { t, locale }),
      footer: seller.footer,
      stamp: draft ? t('quotes.paper.stamp', { studio: studio.name }) : null
    },
    t
  )
}

function rowOf(line: QuoteLine): PaperRow {
  if (line.kind === 'section') return { kind: 'section', label: line.label }
  if (line.kind === 'text') return { kind: 'text', label: line.label, description: line.description }
  return { ...line, kind: 'line', optional: line.optional && !line.chosen }
}

function buyerParty(buyer: Buyer, { recipient_name, language }: Quote, { t }: Voice): PaperParty {
  const contact = recipient_name ?? buyer.contact
  const lines = [
    contact && contact !== buyer.name ? contact : '',
    ...addressLines(buyer, language),
    buyer.siren ? t('papers.siren', { number: grouped(buyer.siren, [3, 3, 3]) }) : '',
    buyer.vat_number ? t('papers.vat_number', { number: buyer.vat_number }) : ''
  ]
  return { name: buyer.name, lines: lines.filter(line => line !== '') }
}

function factsOf({ quote, sessions, valid_until, on }: Printed, { t, fmt }: Voice): Fact[] {
  const dated = sessions.filter(({ state }) => state !== 'cancelled')
  const when =
    quote.execution ??
    (dated.length > 0
      ? dated.map(({ starts_at, ends_at }) => fmt.range(starts_at, ends_at)).join('\n')
      : quote.service_from && period(quote.service_from, quote.service_to, { t, fmt }))
  const facts = [
    { label: t('quotes.paper.date'), value: fmt.date(on) },
    { label: t('quotes.paper.valid'), value: fmt.date(valid_until) },
    { label: t('quotes.paper.execution'), value: when || t('quotes.paper.to_agree') },
    { label: t('quotes.paper.order'), value: quote.order_number ?? '' },
    { label: t('quotes.paper.rounds'), value: quote.rounds_included === null ? '' : String(quote.rounds_included) }
  ]
  return facts.filter(({ value }) => value !== '')
}

const period = (from: string, to: string | null, { t, fmt }: Voice): string =>
  to === null || to === from ? fmt.date(from) : t('quotes.paper.period', { from: fmt.date(from), to: fmt.date(to) })

/** Under the totals: what options come to, the deposit. */
function remarksOf({ quote, lines }: Printed, { t }: Voice): string[] {
  const say = words(t, quote.language, quote.currency)
  const totals = quoteTotals(lines, quote)
  const deposit = depositTotal(depositParts(totals, quote))
  const rest = totals.total_cents - deposit
  const percent = quote.deposit_bp > 0 ? ` (${say.percent(quote.deposit_bp)})` : ''
  const open = lines.filter(line => isPriced(line) && line.optional && !line.chosen)
  return [
    ...(deposit > 0
      ? [
          t(`quotes.paper.deposit_${quote.deposit_kind}`, { amount: say.money(deposit), percent }),
          t('quotes.paper.rest', { amount: say.money(rest) })
        ]
      : []),
    ...(open.length > 0 ? [t('quotes.paper.options')] : [])
  ]
}

/** Sentences of law and terms: what a consumer must read, what VAT is left out for, what calling off costs. */
function notesOf({ quote, lines, seller, buyer, valid_until }: Printed, { t, fmt }: Voice): string[] {
  const { wordings } = seller
  const categories = new Set(lines.filter(isPriced).map(({ vat_category }) => vat_category))
  const exempt = { E: seller.vat_regime === 'franchise' ? wordings.franchise : wordings.exempt }
  const reasons = { ...exempt, AE: wordings.reverse_charge, K: wordings.intra_community, G: wordings.export }
  const asks = quote.deposit_bp > 0 || quote.deposit_cents > 0
  return [
    ...Object.entries(reasons).flatMap(([category, text]) => (categories.has(category as 'E') ? [text] : [])),
    t('quotes.paper.free'),
    t('quotes.paper.offer', { until: fmt.date(valid_until) }),
    ...(asks ? [quote.deposit_kind === 'arrhes' ? wordings.arrhes : wordings.deposit] : []),
    ...(quote.rounds_included === null ? [] : [t('quotes.paper.rounds_note', { n: quote.rounds_included })]),
    ...(quote.cancellation
      ? [t('quotes.paper.cancellation', { terms: quote.cancellation.replaceAll('\n', ' ; ') })]
      : []),
    ...(buyer.is_business ? [wordings.late_penalty, wordings.recovery_fee] : [wordings.withdrawal]),
    ...(quote.terms ? quote.terms.split(/\n{2,}/) : [])
  ].filter(note => note.trim() !== '')
}
