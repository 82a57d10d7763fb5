import { shareOut } from '@patchbay/core'
import type { Asking } from '@patchbay/core'
import type { Cost, Period, Purchase } from '../legal/contract.ts'
import { bookRows } from './books-queries.ts'
import type { BookRow } from './books-queries.ts'

/** What was bought, for VAT and the journal of purchases: to the cent what each expense says. */
export async function purchasesOf({ db, can, t }: Asking, period: Period): Promise<Purchase[] | undefined> {
  if (!can('expenses.read')) return undefined
  return (await bookRows(db, period)).map(row => ({
    id: row.id,
    day: row.day,
    piece: row.number ?? t('expenses.piece', { id: row.id }),
    label: [row.number, row.supplier_name].filter(Boolean).join(' '),
    supplier: { id: row.supplier_id, name: row.supplier_name },
    lines: linesOf(row),
    vat: vatOf(row),
    total_cents: row.eur_total_cents,
    payments: row.payments,
    path: `/expenses/${row.id}`
  }))
}

/** What work cost, without VAT that is recovered. */
export async function costsOf({ db, can }: Asking, period: Period): Promise<Cost[] | undefined> {
  if (!can('expenses.read')) return undefined
  const rows = await bookRows(db, period)
  return rows
    .filter(({ day }) => day >= period.from && day <= period.to)
    .map(row => ({
      day: row.day,
      label: [row.supplier_name, row.number].filter(Boolean).join(' '),
      cents: row.eur_total_cents - row.recoverable_cents,
      client_id: row.client_id,
      project: row.source?.startsWith('project:') ? row.source : null,
      path: `/expenses/${row.id}`
    }))
}

/** By account: all that is not recovered, as the lines weigh. */
function linesOf({ lines, eur_total_cents, recoverable_cents }: BookRow): Purchase['lines'] {
  const weights = lines.map(line => Math.abs(line.base_cents + line.vat_cents - line.recoverable_cents))
  const shares = shareOut(eur_total_cents - recoverable_cents, weights)
  const found = new Map<string | null, number>()
  lines.forEach(({ account }, index) => found.set(account, (found.get(account) ?? 0) + (shares[index] ?? 0)))
  return [...found].map(([account, cents]) => ({ account, cents }))
}

/** By rate: what is recovered, and what it is of. */
function vatOf({ lines, recoverable_cents, eur_total_cents }: BookRow): Purchase['vat'] {
  const taxed = lines.filter(line => line.recoverable_cents !== 0)
  const vat = shareOut(
    recoverable_cents,
    taxed.map(line => Math.abs(line.recoverable_cents))
  )
  const whole = lines.reduce((sum, line) => sum + line.base_cents + line.vat_cents, 0)
  const found = new Map<number, Purchase['vat'][number]>()
  taxed.forEach(({ vat_rate, base_cents }, index) => {
    const at = found.get(vat_rate) ?? { vat_rate, base_cents: 0, vat_cents: 0 }
    const base = whole === 0 ? 0 : Math.round((base_cents * eur_total_cents) / whole)
    found.set(vat_rate, { vat_rate, base_cents: at.base_cents + base, vat_cents: at.vat_cents + (vat[index] ?? 0) })
  })
  return [...found.values()].toSorted((a, b) => b.vat_rate - a.vat_rate)
}
