import { inEuros, shareOut } from '@patchbay/core'
import type { Accounts } from '../../legal/contract.ts'
import { balanced, lettersOf } from './entry.ts'
import type { Entry, EntryLine } from './entry.ts'
import type { SalesRow } from './queries.ts'

/** Whose account it is, of those under 411. */
export const clientAccount = ({ client_id, client_name }: { client_id: number; client_name: string }) => ({
  number: `C${String(client_id).padStart(6, '0')}`,
  label: client_name
})

/**
 * The entry of a document. An invoice: the client owes, work and VAT are earned; deposits taken off come back from 4191. A
 * deposit stands on 4191 until then. A credit note is its mirror; a corrected invoice also takes back what it stands for.
 */
export function salesEntry(row: SalesRow, accounts: Accounts, replaced: SalesRow | undefined): Entry {
  const sign = row.kind === 'credit_note' ? -1 : 1
  const lines = linesOf(row, accounts, sign)
  if (replaced) lines.push(...linesOf(replaced, accounts, -1))
  return balanced({
    journal: 'VE',
    day: row.issue_date,
    piece: row.number,
    piece_day: row.issue_date,
    label: `${row.number} ${row.client_name}`,
    lines
  })
}

/** VAT of a document by rate in its own currency, and how much of it waits for the money. */
export function pendingOf(row: SalesRow): { vat_rate: number; vat_cents: number; pending_cents: number }[] {
  return row.vat.map(({ vat_category, vat_rate, vat_cents }) => {
    if (row.on_debits) return { vat_rate, vat_cents, pending_cents: 0 }
    // a deposit's VAT falls due with the money, goods too (CGI art. 269, 2 a)
    if (row.kind === 'deposit') return { vat_rate, vat_cents, pending_cents: vat_cents }
    const mine = row.parts.filter(part => part.vat_rate === vat_rate && part.vat_category === vat_category)
    const of = (nature: string) =>
      mine.filter(part => part.nature === nature).reduce((sum, part) => sum + part.net_cents, 0)
    const [pending = 0] = shareOut(vat_cents, [Math.max(0, of('service')), Math.max(0, of('goods'))])
    return { vat_rate, vat_cents, pending_cents: pending }
  })
}

function linesOf(row: SalesRow, accounts: Accounts, sign: 1 | -1): EntryLine[] {
  const label = `${row.number} ${row.client_name}`
  const foreign = (cents: number) => (row.rate === null ? null : { cents: sign * cents, currency: row.currency })
  const line = (account: string, cents: number): EntryLine => ({
    account,
    auxiliary: null,
    label,
    cents: sign * inEuros(cents, row.rate),
    foreign: foreign(cents)
  })
  const letters =
    row.settled_on && row.credited_cents === 0 && sign === 1 ? { code: lettersOf(row.id), day: row.settled_on } : null
  const lines: EntryLine[] = [
    { ...line(accounts.clients, row.due_cents), auxiliary: clientAccount(row), letters },
    ...earned(row, accounts).map(([account, cents]) => line(account, -cents)),
    ...vatLines(row, accounts).map(([account, cents]) => line(account, -cents)),
    line(accounts.deposits, deducted(row))
  ].filter(({ cents }) => cents !== 0)
  // each amount is rounded by itself: what is left of it is a difference of exchange, never more than some cents
  const rest = lines.reduce((sum, { cents }) => sum + cents, 0)
  if (rest !== 0 && row.rate !== null) lines.push({ account: accounts.rounding, auxiliary: null, label, cents: -rest })
  return lines
}

/** Net work and goods by account, the discount of the whole taken off rate by rate; a deposit's on its own account. */
function earned(row: SalesRow, accounts: Accounts): [account: string, cents: number][] {
  if (row.kind === 'deposit') return [[accounts.deposits, row.vat.reduce((sum, { base_cents }) => sum + base_cents, 0)]]
  const found = new Map<string, number>()
  for (const { vat_category, vat_rate, base_cents } of row.vat) {
    const parts = row.parts.filter(part => part.vat_rate === vat_rate && part.vat_category === vat_category)
    const net = parts.reduce((sum, part) => sum + part.net_cents, 0)
    const off = shareOut(
      net - base_cents,
      parts.map(part => Math.max(0, part.net_cents))
    )
    parts.forEach((part, index) => {
      const account = part.account ?? (part.nature === 'goods' ? accounts.goods : accounts.services)
      found.set(account, (found.get(account) ?? 0) + part.net_cents - (off[index] ?? 0))
    })
  }
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1))
}

/** VAT that falls due now, and VAT that waits for the money; less what deposits brought already. */
function vatLines(row: SalesRow, accounts: Accounts): [account: string, cents: number][] {
  const taken = row.deductions.flatMap(({ vat }) => vat).reduce((sum, { vat_cents }) => sum + vat_cents, 0)
  const all = pendingOf(row)
  const pending = all.reduce((sum, { pending_cents }) => sum + pending_cents, 0)
  const due = all.reduce((sum, { vat_cents, pending_cents }) => sum + vat_cents - pending_cents, 0)
  // what deposits brought waited for the money as well, unless VAT is due on invoices
  const [fromPending, fromDue] = row.on_debits ? [0, taken] : [Math.min(taken, pending), Math.max(0, taken - pending)]
  return [
    [accounts.vat_collected, due - fromDue],
    [accounts.vat_pending, pending - fromPending]
  ]
}

const deducted = ({ deductions }: SalesRow): number =>
  deductions.flatMap(({ vat }) => vat).reduce((sum, { base_cents }) => sum + base_cents, 0)
