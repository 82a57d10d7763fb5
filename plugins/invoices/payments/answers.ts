import type { Asking, Plugin, RecordName } from '@patchbay/core'
import { payableBy } from './matching.ts'
import { paidFor } from './of-project.ts'
import { openInvoice } from './opening.ts'
import { paidPart } from './pages.ts'
import { namesOfPayments } from './reading.ts'
import { recordPayment } from './recording.ts'
import { correctPayment, recordRefund } from './taking-back.ts'

/** What payments say where others ask. */
export const paymentAnswers: NonNullable<Plugin['answers']> = {
  async 'invoices.sections'(asking, { invoice_id }) {
    const data = await paidPart(asking, invoice_id)
    return data && { view: 'invoices/payments/_paid', data }
  },
  'invoices.open': (asking, by) => openInvoice(asking, by),
  'deliveries.paid': (asking, of) => paidFor(asking, of),
  'invoices.payable-by': ({ db, can }, line) =>
    can('invoices.read') ? payableBy(db, line) : Promise.resolve(undefined),
  'invoices.record-payment': (_asking, { running, ...money }) => recordPayment(running, money),
  'invoices.record-refund': (_asking, { running, ...back }) => recordRefund(running, back),
  'invoices.correct-payment': (_asking, { running, ...wrong }) => correctPayment(running, wrong)
}

/** Names of payments in the trail, for `core.records`. */
export async function paymentRecords(
  { db, can, base, t, fmt }: Asking,
  about: readonly string[]
): Promise<Record<string, RecordName>> {
  const ids = about.filter(record => record.startsWith('payment:')).map(record => Number(record.slice(8)))
  if (ids.length === 0 || !can('invoices.read')) return {}
  const named = await namesOfPayments(db, ids)
  return Object.fromEntries(
    named.map(({ id, kind, cents, currency }) => [
      `payment:${id}`,
      {
        label: t(`invoices.payments.heading.${kind}`, { amount: fmt.money(Math.abs(cents), currency) }),
        href: `${base}/invoices/payments/${id}`
      }
    ])
  )
}
