import type { Period } from '../legal/contract.ts'
import type { DocumentsAsked } from './forms.ts'
import { cashRows, earnedRows } from './queries.ts'
import type { Making, Report } from './report.ts'
import type { Row, Table } from './tables.ts'
import { vatDue } from './vat.ts'

/** More are in the file only. */
const most = 5000

/** The documents and payments that make a figure, by the same conditions. */
export async function documents(making: Making, period: Period, asked: DocumentsAsked): Promise<Report> {
  const { db, base, t } = making
  const table = (rows: Row[], middle: Table['columns'][number]): Table => ({
    id: 'documents',
    title: t(`reports.documents.${asked.what}`),
    empty: t('reports.nothing'),
    columns: [
      { key: 'number', label: t('reports.fields.number'), type: 'text' },
      { key: 'day', label: t('reports.fields.day'), type: 'day' },
      { key: 'client', label: t('reports.fields.client'), type: 'text' },
      middle,
      { key: 'cents', label: t('reports.fields.amount'), type: 'money' }
    ],
    rows,
    foot: [t('reports.total'), null, null, sumOf(rows, 3), sumOf(rows, 4)]
  })
  const kind = { key: 'kind', label: t('reports.fields.kind'), type: 'text' as const, hide: 'phone' as const }
  if (asked.what === 'vat') {
    const rows = (await vatDue(db, period)).filter(row => asked.rate === null || row.vat_rate === asked.rate)
    return {
      tables: [
        table(
          rows.map(row => ({
            cells: [row.number, row.day, row.client_name, row.base_cents, row.vat_cents],
            href: `${base}/invoices/${row.document_id}`
          })),
          { key: 'base', label: t('reports.fields.base'), type: 'money', hide: 'phone' }
        )
      ]
    }
  }
  if (asked.what === 'cash') {
    const rows = await cashRows(db, period, asked.client, most)
    const name = (row: (typeof rows)[number]) => row.reference ?? t('reports.documents.payment', { id: row.id })
    return {
      tables: [
        table(
          rows.map(row => ({
            cells: [name(row), row.day, row.client_name, t(`invoices.payments.methods.${row.method}`), row.cents],
            href: `${base}/invoices/payments/${row.id}`
          })),
          { ...kind, label: t('reports.fields.method') }
        )
      ]
    }
  }
  const rows = await earnedRows(db, period, asked.client, most)
  return {
    tables: [
      table(
        rows.map(row => ({
          cells: [row.number, row.day, row.client_name, t(`invoices.kinds.${row.kind}`), row.cents],
          href: `${base}/invoices/${row.id}`
        })),
        kind
      )
    ]
  }
}

/** Of a column of amounts; nothing of one of words. */
function sumOf(rows: readonly Row[], column: number): number | null {
  const cells = rows.map(({ cells }) => cells[column])
  return cells.every(cell => typeof cell === 'number') ? cells.reduce((sum, cell) => sum + cell, 0) : null
}
