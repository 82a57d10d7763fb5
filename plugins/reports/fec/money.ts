import { divRound } from '@patchbay/core'
import type { Accounts } from '../../legal/contract.ts'
import { balanced, lettersOf } from './entry.ts'
import type { Entry, EntryLine, Journal } from './entry.ts'
import type { DueRow, MoneyRow, SalesRow } from './queries.ts'
import { clientAccount, pendingOf } from './sales.ts'

/** In which journal and on which account money of a method is. */
export function treasury(method: string, accounts: Accounts): { journal: Journal; account: string } {
  if (method === 'cash') return { journal: 'CA', account: accounts.cash }
  if (method === 'cheque') return { journal: 'CH', account: accounts.cheques }
  if (method === 'card' || method === 'stripe') return { journal: 'CB', account: accounts.card }
  return { journal: 'BQ', account: accounts.bank }
}

/** The entry of money that came in or went back: the client owes less, or more again. Credit stays on the client's account. */
export function moneyEntry(row: MoneyRow, accounts: Accounts): Entry {
  const { journal, account } = treasury(row.method, accounts)
  const label = [row.reference, row.client_name].filter(Boolean).join(' ')
  const foreign = row.currency === 'EUR' ? null : { cents: row.cents, currency: row.currency }
  const lines: EntryLine[] = [{ account, auxiliary: null, label, cents: row.eur_cents, foreign }]
  for (const part of row.parts) {
    const letters =
      part.letters && part.settled_on && part.invoice_id
        ? { code: lettersOf(part.invoice_id), day: part.settled_on }
        : null
    lines.push({
      account: accounts.clients,
      auxiliary: clientAccount(row),
      label: part.number ?? label,
      cents: -part.eur_cents,
      letters
    })
    if (part.exchange_cents !== 0) lines.push(exchangeLine(part.exchange_cents, label, accounts))
  }
  const rest = lines.reduce((sum, { cents }) => sum + cents, 0)
  if (rest !== 0) lines.push({ account: accounts.rounding, auxiliary: null, label, cents: -rest })
  return balanced({ journal, day: row.paid_on, piece: `P${row.id}`, piece_day: row.paid_on, label, lines })
}

/**
 * What follows of a row of the journal: VAT on services falls due with the money (CGI art. 269, 2 c); credit that was used
 * may be worth another sum by now. Undefined when nothing does.
 */
export function dueEntry(row: DueRow, document: SalesRow, accounts: Accounts): Entry | undefined {
  const label = `${row.number} ${row.client_name}`
  const lines: EntryLine[] = []
  const due = vatDue(row, document)
  if (due !== 0) {
    lines.push({ account: accounts.vat_pending, auxiliary: null, label, cents: due })
    lines.push({ account: accounts.vat_collected, auxiliary: null, label, cents: -due })
  }
  if (row.payment_id === null && row.exchange_cents !== 0) {
    lines.push({ account: accounts.clients, auxiliary: clientAccount(row), label, cents: row.exchange_cents })
    lines.push(exchangeLine(row.exchange_cents, label, accounts))
  }
  if (lines.length === 0) return undefined
  return balanced({ journal: 'OD', day: row.day, piece: row.number, piece_day: row.day, label, lines })
}

/** VAT in cents of EUR that falls due with a row of the journal: of what waited for the money, rate by rate. */
export function vatDue(row: Pick<DueRow, 'eur_vat'>, document: SalesRow): number {
  return vatDueByRate(row, document).reduce((sum, { vat_cents }) => sum + vat_cents, 0)
}

/** The same, rate by rate, with its base. */
export function vatDueByRate(
  { eur_vat }: Pick<DueRow, 'eur_vat'>,
  document: SalesRow
): { vat_rate: number; base_cents: number; vat_cents: number }[] {
  const pending = pendingOf(document)
  return eur_vat.flatMap(({ vat_rate, base_cents, vat_cents }) => {
    const of = pending.find(one => one.vat_rate === vat_rate)
    if (!of || of.vat_cents === 0 || of.pending_cents === 0) return []
    const part = (cents: number) => Number(divRound(BigInt(cents) * BigInt(of.pending_cents), BigInt(of.vat_cents)))
    return [{ vat_rate, base_cents: part(base_cents), vat_cents: part(vat_cents) }]
  })
}

/** More than nothing is a gain. */
const exchangeLine = (cents: number, label: string, accounts: Accounts): EntryLine => ({
  account: cents > 0 ? accounts.exchange_gain : accounts.exchange_loss,
  auxiliary: null,
  label,
  cents: -cents
})
