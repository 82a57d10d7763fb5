import { inEuros } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { Period, Purchase } from '../legal/contract.ts'
import { vatDueByRate } from './fec/money.ts'
import { dueAfter, salesAfter, salesOf } from './fec/queries.ts'
import { pendingOf } from './fec/sales.ts'
import type { SalesRow } from './fec/queries.ts'
import type { Making, Report } from './report.ts'
import { documentsHref } from './report.ts'

/** What a document or a payment of it brings in VAT, at one rate. Cents of EUR. */
export interface VatDue {
  document_id: number
  number: string
  client_id: number
  client_name: string
  day: string
  vat_rate: number
  base_cents: number
  vat_cents: number
  why: 'issued' | 'cash'
}

const batch = 1000

/**
 * VAT that falls due in a period, document by document: services with the money, goods with the invoice, all with the
 * invoice where the studio opted for débits (CGI art. 269). The same sums as account 44571 of the entries.
 */
export async function vatDue(db: Db, period: Period): Promise<VatDue[]> {
  const found: VatDue[] = []
  for (let last = 0; ;) {
    const rows = await salesAfter(db, period, last, batch)
    const replaced = new Map(
      (
        await salesOf(
          db,
          rows.flatMap(({ replaces }) => replaces ?? [])
        )
      ).map(row => [row.id, row])
    )
    for (const row of rows) {
      found.push(...issuedOf(row, row, row.kind === 'credit_note' ? -1 : 1))
      const old = row.replaces === null ? undefined : replaced.get(row.replaces)
      if (old) found.push(...issuedOf(row, old, -1))
    }
    if (rows.length < batch) break
    last = rows.at(-1)?.position ?? last
  }
  for (let last = 0; ;) {
    const rows = await dueAfter(db, period, last, batch)
    const documents = new Map(
      (await salesOf(db, [...new Set(rows.map(({ document_id }) => document_id))])).map(row => [row.id, row])
    )
    for (const row of rows) {
      const document = documents.get(row.document_id)
      if (!document) continue
      const { document_id, number, client_id, client_name, day } = row
      for (const part of vatDueByRate(row, document)) {
        if (part.vat_cents !== 0) found.push({ document_id, number, client_id, client_name, day, why: 'cash', ...part })
      }
    }
    if (rows.length < batch) break
    last = rows.at(-1)?.position ?? last
  }
  return found
}

/** What falls due with the paper itself: VAT that waits for no money, less what deposits brought. */
function issuedOf(shown: SalesRow, { vat, deductions, rate, ...row }: SalesRow, sign: 1 | -1): VatDue[] {
  const { id: document_id, number, client_id, client_name, issue_date: day } = shown
  const taken = deductions.flatMap(deduction => deduction.vat)
  return pendingOf({ vat, deductions, rate, ...row }).flatMap(({ vat_rate, vat_cents, pending_cents }) => {
    const whole = vat.find(one => one.vat_rate === vat_rate)
    const before = row.on_debits ? taken.filter(one => one.vat_rate === vat_rate) : []
    const off = (key: 'base_cents' | 'vat_cents') => before.reduce((sum, one) => sum + one[key], 0)
    const due = vat_cents - pending_cents - off('vat_cents')
    if (due === 0 || vat_cents === 0 || !whole) return []
    const base = Math.round((whole.base_cents * (vat_cents - pending_cents)) / vat_cents) - off('base_cents')
    const part = { vat_rate, base_cents: sign * inEuros(base, rate), vat_cents: sign * inEuros(due, rate) }
    return [{ document_id, number, client_id, client_name, day, why: 'issued' as const, ...part }]
  })
}

/** VAT due by rate, what is recovered on purchases, and what is left to pay. */
export async function vat({ db, ask, base, t }: Making, period: Period): Promise<Report> {
  const due = await vatDue(db, period)
  const bought = (await ask('legal.purchases', period)).flat()
  // those of other days are there for what was paid of them
  const purchases = bought.filter(({ day }) => day >= period.from && day <= period.to)
  const rates = [...new Set(due.map(({ vat_rate }) => vat_rate))].toSorted((a, b) => b - a)
  const sum = (rows: readonly { base_cents: number; vat_cents: number }[], key: 'base_cents' | 'vat_cents') =>
    rows.reduce((all, row) => all + row[key], 0)
  const recovered = byRate(purchases)
  const collected = sum(due, 'vat_cents')
  const back = sum(recovered, 'vat_cents')
  const columns = [
    { key: 'rate', label: t('reports.fields.rate'), type: 'share' as const },
    { key: 'base', label: t('reports.fields.base'), type: 'money' as const },
    { key: 'vat', label: t('reports.fields.vat'), type: 'money' as const }
  ]
  return {
    note: t('reports.vat.note'),
    tables: [
      {
        id: 'due',
        title: t('reports.vat.due'),
        empty: t('reports.nothing'),
        columns,
        rows: rates.map(rate => {
          const rows = due.filter(({ vat_rate }) => vat_rate === rate)
          const href = documentsHref(base, { ...period, what: 'vat', rate })
          return { cells: [rate, sum(rows, 'base_cents'), sum(rows, 'vat_cents')], links: { base: href, vat: href } }
        }),
        foot: [t('reports.total'), sum(due, 'base_cents'), collected]
      },
      {
        id: 'recovered',
        title: t('reports.vat.recovered'),
        empty: t('reports.vat.no_purchases'),
        columns,
        rows: recovered.map(({ vat_rate, base_cents, vat_cents }) => ({ cells: [vat_rate, base_cents, vat_cents] })),
        foot: [t('reports.total'), sum(recovered, 'base_cents'), back]
      },
      {
        id: 'left',
        title: t('reports.vat.left'),
        empty: '',
        columns: [
          { key: 'what', label: t('reports.fields.what'), type: 'text' },
          { key: 'cents', label: t('reports.fields.vat'), type: 'money' }
        ],
        rows: [{ cells: [t('reports.vat.due'), collected] }, { cells: [t('reports.vat.recovered'), -back] }],
        foot: [t(collected - back >= 0 ? 'reports.vat.to_pay' : 'reports.vat.credit'), Math.abs(collected - back)]
      }
    ]
  }
}

function byRate(purchases: readonly Purchase[]): Purchase['vat'] {
  const found = new Map<number, Purchase['vat'][number]>()
  for (const { vat_rate, base_cents, vat_cents } of purchases.flatMap(purchase => purchase.vat)) {
    const at = found.get(vat_rate) ?? { vat_rate, base_cents: 0, vat_cents: 0 }
    found.set(vat_rate, { vat_rate, base_cents: at.base_cents + base_cents, vat_cents: at.vat_cents + vat_cents })
  }
  return [...found.values()].toSorted((a, b) => b.vat_rate - a.vat_rate)
}
