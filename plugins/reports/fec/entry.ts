/*
 * Entries of the books, as the tax office reads them: arrêté of 29 July 2013, article A47 A-1 of the LPF. Cents of EUR.
 */

export interface EntryLine {
  account: string
  /** Whose, of an account of clients or suppliers; null elsewhere. */
  auxiliary: { number: string; label: string } | null
  label: string
  /** More than nothing: debit; less: credit. */
  cents: number
  /** What settles with what: the same letters; and when. */
  letters?: { code: string; day: string } | null
  /** The amount in the document's own currency, signed as `cents`. */
  foreign?: { cents: number; currency: string } | null
}

export interface Entry {
  journal: Journal
  day: string
  piece: string
  piece_day: string
  label: string
  lines: EntryLine[]
}

export const journals = ['VE', 'AC', 'BQ', 'CB', 'CA', 'CH', 'OD'] as const
export type Journal = (typeof journals)[number]

/** An entry whose lines do not sum to nothing is a mistake of ours, and never written. */
export function balanced(entry: Entry): Entry {
  const rest = entry.lines.reduce((sum, { cents }) => sum + cents, 0)
  if (rest !== 0) throw new Error(`entry ${entry.journal} ${entry.piece} is out by ${rest} cents`)
  return { ...entry, lines: entry.lines.filter(({ cents }) => cents !== 0) }
}

/** The eighteen columns, in their order. */
export const columns = [
  'JournalCode',
  'JournalLib',
  'EcritureNum',
  'EcritureDate',
  'CompteNum',
  'CompteLib',
  'CompAuxNum',
  'CompAuxLib',
  'PieceRef',
  'PieceDate',
  'EcritureLib',
  'Debit',
  'Credit',
  'EcritureLet',
  'DateLet',
  'ValidDate',
  'Montantdevise',
  'Idevise'
] as const

/**
 * The lines of a file, head first, separated by tabs: entries are numbered without gap within each journal.
 * `nameOf` says what an account is called, `journalName` a journal.
 */
export async function* fileLines(
  entries: AsyncIterable<Entry> | Iterable<Entry>,
  { nameOf, journalName }: { nameOf: (account: string) => string; journalName: (journal: Journal) => string }
): AsyncGenerator<string> {
  yield `${columns.join('\t')}\r\n`
  const last = new Map<Journal, number>()
  for await (const entry of entries) {
    if (entry.lines.length === 0) continue
    const number = (last.get(entry.journal) ?? 0) + 1
    last.set(entry.journal, number)
    let text = ''
    for (const line of entry.lines) {
      const cells = [
        entry.journal,
        journalName(entry.journal),
        String(number),
        digits(entry.day),
        line.account,
        nameOf(line.account),
        line.auxiliary?.number ?? '',
        line.auxiliary?.label ?? '',
        entry.piece,
        digits(entry.piece_day),
        line.label,
        amount(Math.max(0, line.cents)),
        amount(Math.max(0, -line.cents)),
        line.letters?.code ?? '',
        line.letters ? digits(line.letters.day) : '',
        digits(entry.day),
        line.foreign ? amount(Math.abs(line.foreign.cents)) : '',
        line.foreign?.currency ?? ''
      ]
      text += `${cells.map(plain).join('\t')}\r\n`
    }
    yield text
  }
}

/** `20261122` */
const digits = (day: string) => day.replaceAll('-', '')

/** `1234,50`: no groups, a comma, two decimals. */
export const amount = (cents: number): string => `${Math.trunc(cents / 100)},${String(cents % 100).padStart(2, '0')}`

/** What separates cells and lines cannot stand in one. */
const plain = (cell: string) => cell.replace(/[\t\r\n|]+/g, ' ').trim()

/** `AAA`, `AAB`… for the nth settlement. */
export function lettersOf(index: number): string {
  let [text, rest] = ['', index]
  do {
    text = String.fromCharCode(65 + (rest % 26)) + text
    rest = Math.floor(rest / 26)
  } while (rest > 0)
  return text.padStart(3, 'A')
}
