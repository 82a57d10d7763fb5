import type { Ask, Db } from '@patchbay/core'
import { changeLine, openCredits } from './queries.ts'
import type { Line, Proposal } from './queries.ts'
import { squeezed } from './statement.ts'

/** From so many points on several lines may be confirmed at once. */
export const sure = 95

/** What an invoice or expense is proposed with. */
export interface Proposed extends Proposal {
  score: number
  href: string
  /** What it is called for people: client or supplier, and when it was due. */
  detail: string
}

/**
 * Looks what open lines of money that came in are likely for, and keeps it with them: all, or those given; at most 500, a
 * question each. Those of money that left are looked for when the page is drawn.
 */
export async function proposeFor({ db, ask }: { db: Db; ask: Ask }, ids: readonly number[] | null): Promise<void> {
  for (const line of await openCredits(db, ids, 500)) {
    const [best] = (await ask('invoices.payable-by', wantedOf(line), db)).flat()
    const proposal: Proposal | null = best
      ? {
          kind: 'invoice',
          id: best.invoice_id,
          label: `${best.number} · ${best.client_name}`,
          cents: best.open_cents,
          reasons: best.reasons
        }
      : null
    const score = best?.score ?? null
    if (score !== line.score || proposal?.id !== line.proposal?.id || proposal?.cents !== line.proposal?.cents)
      await changeLine(db, line.id, { proposal, score })
  }
}

/** What the bank says of a line, as invoices are looked for. */
export const wantedOf = ({ cents, currency, label, counterparty, reference }: Line) => ({
  cents,
  currency,
  text: [label, counterparty, reference].filter(Boolean).join(' ')
})

interface Payable {
  expense_id: number
  label: string
  number: string | null
  iban: string | null
  issue_date: string
  due_date: string | null
  open_cents: number
  currency: string
  href: string
}

/** Expenses that money which left (or came back) may have paid, the likeliest first; none below 25 points. */
export function expensesFor(line: Line, payable: readonly Payable[]): Proposed[] {
  const same = payable.filter(one => one.open_cents === -line.cents && one.currency === line.currency).length
  return payable
    .filter(one => Math.sign(one.open_cents) === -Math.sign(line.cents))
    .map(one => {
      const reasons = reasonsOf(line, one, same === 1)
      const score = Math.min(
        100,
        reasons.reduce((sum, reason) => sum + points[reason], 0)
      )
      const { expense_id: id, number, label, href, issue_date } = one
      return {
        kind: 'expense' as const,
        id,
        label: [label, number].filter(Boolean).join(' · '),
        cents: Math.abs(one.open_cents),
        reasons: reasons.map(reason => `bank.reasons.${reason}`),
        score,
        href,
        detail: one.due_date ?? issue_date
      }
    })
    .filter(one => one.score >= 25)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, 10)
}

const points = { amount: 35, only: 15, iban: 40, number: 45, name: 30, near: 10 } as const

function reasonsOf(line: Line, one: Payable, only: boolean): (keyof typeof points)[] {
  const text = squeezed([line.label, line.counterparty, line.reference].filter(Boolean).join(' '))
  const number = squeezed(one.number ?? '')
  const reasons: (keyof typeof points)[] = []
  if (one.open_cents === -line.cents && one.currency === line.currency)
    reasons.push('amount', ...(only ? (['only'] as const) : []))
  if (one.iban && one.iban === line.counterparty_iban) reasons.push('iban')
  if (number.length > 2 && text.includes(number)) reasons.push('number')
  const words = one.label
    .split(/\s+/)
    .map(squeezed)
    .filter(word => word.length > 2)
  if (words.length > 0 && words.every(word => text.includes(word))) reasons.push('name')
  const days = Math.abs(+new Date(line.booked_on) - +new Date(one.due_date ?? one.issue_date)) / 864e5
  if (reasons.length > 0 && days <= 7) reasons.push('near')
  return reasons
}
