import type { Ask, Db, Studio } from '@patchbay/core'
import type { Format } from '@patchbay/core/format'
import type { Translate } from '@patchbay/core/i18n'
import type { Period } from '../legal/contract.ts'
import type { BarChart } from './chart.ts'
import type { Table } from './tables.ts'

/** What a report is made with. */
export interface Making {
  db: Db
  ask: Ask
  base: string
  studio: Studio
  t: Translate
  fmt: Format
}

/** What a report's page, CSV and sheet are made of. The first table is the CSV. */
export interface Report {
  chart?: BarChart
  tables: Table[]
  /** A sentence under the heading: what is counted, and how. */
  note?: string
}

/** Where the documents are that make a figure. */
export function documentsHref(
  base: string,
  asked: Period & { what: 'revenue' | 'cash' | 'vat'; client?: number; rate?: number }
): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(asked)) query.set(name, String(value))
  return `${base}/reports/documents?${query.toString()}`
}
