import { time } from '@patchbay/core'
import type { Seller } from '../../legal/contract.ts'
import type { Buyer, InvoiceKind } from '../contract.ts'

interface Terms {
  kind: InvoiceKind
  due_date: string | null
  payment_days: number | null
}

/**
 * When it is to be paid: the date that was set, else so many days after its issue by its own terms, the client's, the
 * studio's, and by the studio's custom until the end of that month. Deposits and credit notes are due at once.
 */
export function dueDate(
  issue_date: string,
  { kind, due_date, payment_days }: Terms,
  buyer: Pick<Buyer, 'payment_days'>,
  seller: Pick<Seller, 'payment_days' | 'end_of_month'>
): string {
  if (due_date !== null && due_date >= issue_date) return due_date
  if (kind === 'credit_note') return issue_date
  if (kind === 'deposit' && payment_days === null) return issue_date
  const agreed = payment_days ?? buyer.payment_days
  const day = time.addDays(issue_date, agreed ?? seller.payment_days)
  return agreed === null && seller.end_of_month ? endOfMonth(day) : day
}

function endOfMonth(day: string): string {
  const first = `${day.slice(0, 8)}01`
  return time.addDays(time.addMonths(first, 1), -1)
}
