import { readCsvLines } from '@patchbay/core/csv'
import { centsIn, dayIn } from './csv-cells.ts'
import { squeezed } from './statement.ts'
import type { StatementLine } from './statement.ts'

/** What a column of a bank's file may mean; '' is nothing. Several may be labels. */
export const meanings = [
  '',
  'date',
  'value_date',
  'label',
  'amount',
  'debit',
  'credit',
  'reference',
  'counterparty'
] as const
export type Meaning = (typeof meanings)[number]

export interface CsvFile {
  heads: string[]
  rows: string[][]
}

const mostLines = 20_000

/** The heads and rows of a bank's file, whatever stands above them; the key of a sentence says why it cannot be read. */
export function readCsvFile(text: string): CsvFile | { wrong: string } {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/)
  const at = lines.slice(0, 30).findIndex(line => /date/i.test(line) && /montant|d[ée]bit|cr[ée]dit|amount/i.test(line))
  const read = readCsvLines(lines.slice(Math.max(at, 0)).join('\n'))
  const [heads = [], ...rows] = read ?? []
  if (at < 0 || heads.length < 3 || heads.length > 40) return { wrong: 'bank.errors.not_statement' }
  if (rows.length === 0) return { wrong: 'bank.errors.empty' }
  if (rows.length > mostLines) return { wrong: 'bank.errors.too_many' }
  return { heads: heads.map(head => head.slice(0, 100)), rows }
}

/** What the columns of files with these heads mean, remembered by it. */
export const signatureOf = (heads: readonly string[]): string => heads.map(squeezed).join('|').slice(0, 500)

const words: [Meaning, RegExp][] = [
  ['value_date', /valeur|value/],
  ['date', /date/],
  ['debit', /debit/],
  ['credit', /credit/],
  ['amount', /montant|amount|somme/],
  ['reference', /reference|^ref/],
  ['counterparty', /contrepartie|counterparty|tiers|beneficiaire|emetteur|payee|payer/],
  ['label', /libelle|label|description|detail|operation|nature|motif|communication|intitule|informations/]
]

/** What they look like they mean; each but labels once. */
export function guess(heads: readonly string[]): Meaning[] {
  const taken = new Set<Meaning>()
  return heads.map(head => {
    const [meaning] = words.find(([, pattern]) => pattern.test(squeezed(head))) ?? ['' as const]
    if (meaning === '' || (meaning !== 'label' && taken.has(meaning))) return ''
    taken.add(meaning)
    return meaning
  })
}

/** Whether lines can be made with that: a day, something to read, and an amount in one column or two. */
export function lacking(columns: readonly Meaning[]): string | null {
  if (!columns.includes('date')) return 'bank.errors.no_date'
  if (!columns.includes('label')) return 'bank.errors.no_label'
  if (!columns.includes('amount') && !(columns.includes('debit') && columns.includes('credit')))
    return 'bank.errors.no_amount'
  return null
}

/** The rows as lines; null for one that cannot be read. Rows of nothing but a text go on with the line above, as banks write. */
export function csvLinesOf(
  rows: readonly string[][],
  columns: readonly Meaning[],
  currency: string
): (StatementLine | null)[] {
  return rows.map(row => {
    const of = (meaning: Meaning) =>
      columns
        .flatMap((one, at) => (one === meaning ? [row[at]?.trim() ?? ''] : []))
        .filter(Boolean)
        .join(' ')
    const booked_on = dayIn(of('date'))
    const cents = amountOf(of('amount'), of('debit'), of('credit'))
    if (!booked_on || cents === null) return null
    return {
      bank_reference: null,
      booked_on,
      value_on: dayIn(of('value_date')),
      cents,
      currency,
      label: of('label').replace(/\s+/g, ' ').slice(0, 1000) || '?',
      counterparty: of('counterparty').slice(0, 200) || null,
      counterparty_iban: null,
      reference: of('reference').slice(0, 200) || null
    }
  })
}

/** Of two columns one is filled; a debit takes away, with or without its sign. */
function amountOf(amount: string, debit: string, credit: string): number | null {
  const [out, into] = [centsIn(debit), centsIn(credit)]
  const cents = amount ? centsIn(amount) : out ? -Math.abs(out) : into ? Math.abs(into) : null
  return cents === 0 ? null : cents
}
