import type { Context } from '@patchbay/core'
import { document } from '@patchbay/core/documents'
import { grouped, groupedIban } from '@patchbay/core/documents/letterhead'
import type { Locale } from '@patchbay/core/i18n'
import type { Seller } from '../../legal/contract.ts'
import type { NamedClient, ShownPayment } from './reading.ts'
import type { Statement, StatementLine } from './statement.ts'

/** In which words, and by whom. */
export interface Printing extends Pick<Context, 't' | 'fmt'> {
  locale: Locale
  seller: Seller | undefined
  studio: string
  today: string
}

/** The lines under the studio's name: where it is, and its numbers. */
function letterhead({ seller, studio, t }: Printing) {
  if (!seller) return { name: studio, lines: [] }
  const place = [seller.address, [seller.postal_code, seller.city].filter(Boolean).join(' ')].filter(Boolean)
  const numbers = [
    seller.siret ? t('papers.siret', { number: grouped(seller.siret, [3, 3, 3, 5]) }) : null,
    seller.vat_number ? t('invoices.payments.paper.vat_number', { number: seller.vat_number }) : null
  ].filter(line => line !== null)
  return { name: seller.trade_name ?? seller.name, lines: [...place, ...numbers], colour: seller.colour }
}

const addressOf = ({ legal_name, address, postal_code, city }: NamedClient): string =>
  [legal_name, address, [postal_code, city].filter(Boolean).join(' ')].filter(Boolean).join('\n')

/** What was received, of whom, for what: a receipt that discharges. `invoices` are those it was for, `rest` what was not. */
export function receiptPdf(
  printing: Printing,
  payment: ShownPayment,
  client: NamedClient,
  invoices: readonly { number: string; cents: number }[],
  rest: number
): Promise<Buffer> {
  const { t, fmt, locale } = printing
  const say = (key: string, values?: Record<string, string | number>) => t(`invoices.payments.paper.${key}`, values)
  const money = (cents: number) => fmt.money(cents, payment.currency)
  const back = payment.cents < 0
  const head = {
    title: say(back ? 'refund_title' : 'receipt_title', { id: payment.id }),
    subtitle: fmt.date(payment.paid_on),
    locale,
    studio: letterhead(printing),
    created: payment.created_at
  }
  return document(head, paper => {
    paper.facts([
      { label: say(back ? 'paid_to' : 'received_of'), value: payment.payer ?? client.legal_name },
      { label: say('amount'), value: money(Math.abs(payment.cents)) },
      { label: say('method'), value: t(`invoices.payments.methods.${payment.method}`) },
      { label: say('reference'), value: payment.reference ?? '' },
      { label: say('account_of'), value: addressOf(client), wide: true }
    ])
    if (invoices.length > 0 || rest !== 0) {
      paper.heading(say('for')).table({
        columns: [
          { label: say('invoice'), width: 3 },
          { label: say('amount'), align: 'right' }
        ],
        rows: [
          ...invoices.map(({ number, cents }) => [number, money(Math.abs(cents))]),
          ...(rest === 0 ? [] : [[say('credit'), money(Math.abs(rest))]])
        ],
        foot: [[say('total'), money(Math.abs(payment.cents))]]
      })
    }
    if (payment.currency !== 'EUR' && payment.exchange_rate) {
      const values = {
        amount: fmt.money(Math.abs(payment.eur_cents), 'EUR'),
        rate: payment.exchange_rate.replace(/0+$/, '')
      }
      paper.paragraph(say('in_euros', values), 'small')
    }
    paper.paragraph(say(back ? 'refund_words' : 'discharge', { amount: money(Math.abs(payment.cents)) }))
    paper.signatures([{ label: say('for_studio', { studio: letterhead(printing).name }) }])
  })
}

/** A client's account on paper. */
export function statementPdf(printing: Printing, client: NamedClient, statement: Statement): Promise<Buffer> {
  const { t, fmt, locale, today } = printing
  const say = (key: string, values?: Record<string, string | number>) => t(`invoices.payments.paper.${key}`, values)
  const money = (cents: number) => fmt.money(cents, statement.currency)
  const { from, to, opening_cents, closing_cents, lines } = statement
  const head = {
    title: say('statement_title'),
    subtitle: say('period', { from: fmt.date(from), to: fmt.date(to) }),
    locale,
    studio: letterhead(printing),
    created: new Date(`${today}T12:00:00Z`)
  }
  return document(head, paper => {
    paper.facts([{ label: say('account_of'), value: addressOf(client), wide: true }])
    paper.table({
      columns: [
        { label: say('day'), width: 1.4 },
        { label: say('what'), width: 3.4 },
        { label: say('debit'), width: 1.4, align: 'right' },
        { label: say('credit_column'), width: 1.4, align: 'right' },
        { label: say('balance'), width: 1.5, align: 'right' }
      ],
      rows: [
        [fmt.day(from), say('opening'), '', '', money(opening_cents)],
        ...lines.map(line => [
          fmt.day(line.day),
          lineInWords(t, line),
          line.cents > 0 ? money(line.cents) : '',
          line.cents < 0 ? money(-line.cents) : '',
          money(line.balance_cents)
        ])
      ],
      foot: [[fmt.day(to), say('closing'), '', '', money(closing_cents)]]
    })
    paper.note(
      say(closing_cents > 0 ? 'owes' : closing_cents < 0 ? 'has' : 'even', { amount: money(Math.abs(closing_cents)) })
    )
    if (closing_cents > 0 && printing.seller?.iban) {
      paper.paragraph(
        say('pay_to', { iban: groupedIban(printing.seller.iban), bic: printing.seller.bic ?? '' }),
        'small'
      )
    }
  })
}

/** `Facture F2026-000012`, `Virement VIR 4521`. */
export function lineInWords(t: Context['t'], { kind, number, method, reference }: StatementLine): string {
  if (number !== null) return `${t(`invoices.payments.line_kinds.${kind}`)} ${number}`
  const how = method === null ? '' : t(`invoices.payments.methods.${method}`)
  return [`${t(`invoices.payments.kinds.${kind}`)} – ${how}`, reference].filter(Boolean).join(' ')
}
