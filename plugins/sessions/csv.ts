import type { Format } from '@patchbay/core/format'
import type { Translate } from '@patchbay/core/i18n'
import { lazily } from '@patchbay/core/lazily'
import type { Shown } from './queries.ts'

const writer = lazily<typeof import('csv-stringify/sync')>('csv-stringify/sync', import.meta.url)

const columns = [
  'day',
  'starts',
  'ends',
  'minutes',
  'room',
  'client',
  'title',
  'people',
  'state',
  'price',
  'notes'
] as const

/** Sessions as a file that spreadsheets open: `;`, CRLF, a mark of UTF-8, formulas defused. Page by page. */
export async function* csvOf(
  pages: AsyncIterable<Shown[]>,
  words: { t: Translate; fmt: Format }
): AsyncGenerator<string> {
  yield `\uFEFF${lines([columns.map(column => words.t(`sessions.csv.${column}`))])}`
  for await (const page of pages) yield lines(page.map(session => cells(session, words)))
}

function cells(session: Shown, { t, fmt }: { t: Translate; fmt: Format }): string[] {
  const [from, to] = [fmt.field(session.starts_at), fmt.field(session.ends_at)]
  return [
    from.day,
    from.clock,
    to.clock,
    String((session.ends_at.getTime() - session.starts_at.getTime()) / 60_000),
    session.room_name,
    session.client_name ?? '',
    session.title ?? '',
    session.people.map(person => person.name).join(', '),
    t(`sessions.states.${session.state}`),
    session.price_cents === null ? '' : (session.price_cents / 100).toFixed(2).replace('.', ','),
    session.notes ?? ''
  ]
}

const lines = (rows: string[][]) =>
  writer().stringify(
    rows.map(row => row.map(defused)),
    { delimiter: ';', record_delimiter: 'windows' }
  )

/** A cell that a spreadsheet would run as a formula begins with an apostrophe. */
const defused = (text: string) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text)
