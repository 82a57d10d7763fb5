import { transferCode } from '@patchbay/core/documents/codes'
import { addressLines, grouped, groupedIban, issuerParty, legalLine } from '@patchbay/core/documents/letterhead'
import { pricedPaper } from '@patchbay/core/documents/priced'
import type { PaperRow, PaymentBox, PricedPaper } from '@patchbay/core/documents/priced'
import { discountLabel, words } from '@patchbay/core/documents/priced-words'
import type { Words } from '@patchbay/core/documents/priced-words'
import type { Translate } from '@patchbay/core/i18n'
import { cii } from './cii.ts'
import type { IssuedDocument } from './document.ts'
import { facturX } from './factur-x.ts'
import { printedNotes } from './notes.ts'

const key = (name: string) => `invoices.issuing.paper.${name}`

/** The archived paper of an issued document: a PDF/A-3 with `factur-x.xml` inside. The same document gives the same bytes. */
export async function invoicePdf(document: IssuedDocument, logo: Buffer | null, t: Translate): Promise<Buffer> {
  const archival = facturX(cii(document, t))
  return pricedPaper({ ...paperOf(document, logo, t), archival }, t)
}

/** The same page of a draft, marked as such, without XML. */
export async function draftPdf(document: IssuedDocument, logo: Buffer | null, t: Translate): Promise<Buffer> {
  const paper = paperOf(document, logo, t)
  const title = t(key(`kind_${document.kind}`))
  return pricedPaper({ ...paper, title, number: null, payment: null, stamp: t(key('draft')) }, t)
}

function paperOf(document: IssuedDocument, logo: Buffer | null, t: Translate): PricedPaper {
  const { kind, number, language, seller, buyer, totals, currency } = document
  const say = words(t, language, currency)
  const voice = { t, locale: language }
  const title = t(key(`kind_${kind}`))
  return {
    title: `${title} ${number}`,
    locale: language,
    created: new Date(document.issued_at),
    kind: title,
    number,
    subject: document.title,
    from: { ...issuerParty(seller, voice), logo, colour: seller.colour },
    to: { label: t(key('to')), name: buyer.name, lines: buyerLines(document, t) },
    facts: factsOf(document, t),
    introduction: seller.introduction,
    currency,
    rows: document.lines.map(rowOf),
    totals,
    discount_label: discountLabel(document.discount_label, document.discount_bp, say),
    deducted: deducted(document, t),
    due: { label: t(key(kind === 'credit_note' ? 'credited' : 'due')), cents: document.payable_cents },
    remarks: remarks(document, say),
    payment: paymentBox(document, say),
    notes: printedNotes(document, t),
    legal_line: legalLine(seller, voice),
    footer: seller.footer
  }
}

function buyerLines({ buyer, language }: IssuedDocument, t: Translate): string[] {
  return [
    buyer.contact && buyer.contact !== buyer.name ? buyer.contact : '',
    ...addressLines(buyer, language),
    buyer.siret
      ? t('papers.siret', { number: grouped(buyer.siret, [3, 3, 3, 5]) })
      : buyer.siren
        ? t('papers.siren', { number: grouped(buyer.siren, [3, 3, 3]) })
        : '',
    buyer.vat_number ? t('papers.vat_number', { number: buyer.vat_number }) : ''
  ].filter(line => line !== '')
}

function factsOf(document: IssuedDocument, t: Translate): { label: string; value: string }[] {
  const { issue_date, due_date, service_from, service_to, order_number, buyer_reference, refers_to, kind } = document
  const period =
    service_from && service_to && service_to !== service_from
      ? `${printedDate(service_from)} – ${printedDate(service_to)}`
      : printedDate(service_from ?? service_to ?? '')
  const facts: [string, string][] = [
    ['issue_date', printedDate(issue_date)],
    ['due_date', kind === 'credit_note' ? '' : printedDate(due_date)],
    ['service', period],
    ['order_number', order_number ?? ''],
    ['buyer_reference', buyer_reference ?? ''],
    [
      kind === 'corrected' ? 'replaces' : 'takes_back',
      refers_to.map(({ number, issue_date: date }) => t(key('of'), { number, date: printedDate(date) })).join('\n')
    ]
  ]
  return facts.filter(([, value]) => value !== '').map(([name, value]) => ({ label: t(key(name)), value }))
}

function rowOf(line: IssuedDocument['lines'][number]): PaperRow {
  const { kind, label, description } = line
  if (kind === 'section') return { kind, label }
  if (kind === 'text') return { kind, label, description }
  return { ...line, kind, net_cents: line.net_cents ?? 0 }
}

function deducted({ deposits, paid }: IssuedDocument, t: Translate): { label: string; cents: number }[] {
  return [
    ...deposits.map(({ number, issue_date, cents }) => ({
      label: t(key('deposit'), { number, date: printedDate(issue_date) }),
      cents
    })),
    ...(paid ? [{ label: t(key('paid'), { date: printedDate(paid.paid_on) }), cents: paid.cents }] : [])
  ]
}

/** French law wants VAT in euros on what is billed in another currency (CGI, art. 289-0; BT-111). */
function remarks(
  { exchange, currency, eur_vat_cents, eur_total_cents, language }: IssuedDocument,
  { t }: Words
): string[] {
  if (!exchange || eur_vat_cents === null || eur_total_cents === null) return []
  const euros = words(t, language, 'EUR')
  const numbers = new Intl.NumberFormat(language === 'fr' ? 'fr-FR' : 'en-GB', { maximumFractionDigits: 8 })
  const { rate, source, on } = exchange
  const values = {
    currency,
    rate: numbers.format(Number(rate)),
    source,
    date: printedDate(on),
    vat: euros.money(eur_vat_cents),
    total: euros.money(eur_total_cents)
  }
  return [t(key('exchange'), values)]
}

/** How to pay what is left: account, squares of a transfer and of a payment by card. */
function paymentBox(document: IssuedDocument, { t, money }: Words): PaymentBox | null {
  const { kind, seller, payable_cents: cents, currency, number, payment_link } = document
  if (kind === 'credit_note' || cents <= 0 || (!seller.iban && !payment_link)) return null
  const { iban, bic } = seller
  const name = seller.account_holder ?? seller.name
  const transfer = iban ? transferCode({ name, iban, bic, cents, currency, text: number }) : undefined
  const facts: [string, string | null][] = [
    ['amount', money(cents)],
    ['account_holder', iban && name],
    ['iban', iban && groupedIban(iban)],
    ['bic', iban && bic],
    ['reference', number]
  ]
  return {
    heading: t(key('payment'), { date: printedDate(document.due_date) }),
    facts: facts.flatMap(([name_, value]) => (value ? [{ label: t(key(name_)), value }] : [])),
    codes: [
      ...(payment_link ? [{ content: payment_link, caption: t(key('code_card')) }] : []),
      ...(transfer ? [{ content: transfer, caption: t(key('code_transfer')) }] : [])
    ]
  }
}

/** `24/11/2026`, as both languages write it on papers. */
export const printedDate = (day: string): string => day.split('-').toReversed().join('/')
