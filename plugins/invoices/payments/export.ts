import type { Format } from '@patchbay/core/format'
import { csvLines, csvMark } from '@patchbay/core/csv'
import type { Translate } from '@patchbay/core/i18n'
import type { PaymentRow } from './list.ts'

/** Payments as a spreadsheet opens them, one chunk for each batch: amounts with a comma, days as they are stored. */
export async function* paymentsCsv(
  batches: AsyncIterable<PaymentRow[]>,
  { t }: { t: Translate; fmt: Format }
): AsyncGenerator<string> {
  const heads = [
    'paid_on',
    'kind',
    'client',
    'payer',
    'method',
    'reference',
    'invoices',
    'cents',
    'currency',
    'eur_cents',
    'credit'
  ]
  yield csvMark + csvLines([heads.map(head => t(`invoices.payments.columns.${head}`))])
  for await (const batch of batches) {
    yield csvLines(
      batch.map(row => [
        row.paid_on,
        t(`invoices.payments.kinds.${row.kind}`),
        row.client_name,
        row.payer ?? '',
        t(`invoices.payments.methods.${row.method}`),
        row.reference ?? '',
        row.invoices.map(({ number }) => number).join(' '),
        decimal(row.cents),
        row.currency,
        decimal(row.eur_cents),
        row.credit_cents === 0 ? '' : decimal(row.credit_cents)
      ])
    )
  }
}

/** `1250,00`, as French spreadsheets read numbers. A refund is no formula: its sign stands before figures. */
export const decimal = (cents: number): string => (cents / 100).toFixed(2).replace('.', ',')
