import { csvLines, csvMark } from '@patchbay/core/csv'
import type { Format } from '@patchbay/core/format'
import type { Translate } from '@patchbay/core/i18n'
import type { Valued } from './report-queries.ts'

/** The columns of the inventory's file, which the import reads back. Money stands only where it may be seen. */
export const exported = [
  'code',
  'category',
  'brand',
  'model',
  'serial',
  'quantity',
  'room_id',
  'state',
  'purchased_on',
  'purchase_cents',
  'value_cents',
  'warranty_until',
  'notes'
] as const
const money = new Set<string>(['purchase_cents', 'value_cents'])

interface Words {
  t: Translate
  fmt: Format
}

/** The inventory as a file that spreadsheets open. `values`: with prices. */
export function inventoryCsv(pieces: readonly Valued[], { t }: Words, values: boolean): string {
  const columns = exported.filter(column => values || !money.has(column))
  const heads = columns.map(column => t(`equipment.fields.${column}`))
  return csvMark + csvLines([heads, ...pieces.map(piece => columns.map(column => cell(piece, column, t)))])
}

/** What the insurer reads: one line a piece, with the value of all its units. */
export function valueCsv(pieces: readonly Valued[], { t }: Words): string {
  const columns = [
    'category',
    'brand',
    'model',
    'serial',
    'room_id',
    'purchased_on',
    'purchase_cents',
    'quantity'
  ] as const
  const heads = [...columns.map(column => t(`equipment.fields.${column}`)), t('equipment.fields.value_cents')]
  const rows = pieces.map(piece => [
    ...columns.map(column => cell(piece, column, t)),
    cell(piece, 'value_cents', t),
    euros(piece.value_cents === null ? null : piece.value_cents * piece.quantity)
  ])
  return csvMark + csvLines([[...heads, t('equipment.value.total')], ...rows])
}

function cell(piece: Valued, column: (typeof exported)[number], t: Translate): string {
  if (column === 'category') return t(`equipment.categories.${piece.category}`)
  if (column === 'state') return t(`equipment.states.${piece.state}`)
  if (column === 'room_id') return piece.room_name ?? ''
  if (column === 'purchase_cents' || column === 'value_cents') return euros(piece[column])
  return String(piece[column] ?? '')
}

const euros = (cents: number | null) => (cents === null ? '' : (cents / 100).toFixed(2).replace('.', ','))
