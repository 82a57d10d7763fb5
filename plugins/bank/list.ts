import { cursor, list, pageSize, rowsAfresh } from '@patchbay/core'
import type { Page } from '@patchbay/core'
import { LinesQuery } from './forms.ts'
import { lineColumns } from './queries.ts'
import type { Line } from './queries.ts'

/** A line with what it paid, if it did. */
export interface LineRow extends Line {
  paid: { label: string; cents: number; invoice_id: number | null; expense_id: number | null }[]
}

/** The lines of the statements, the newest first; without a state, those that nobody has said yet what they are. One statement. */
export const linesList = list({
  name: 'bank.lines',
  permission: 'bank.read',
  query: LinesQuery,
  async run(db, query): Promise<Page<LineRow>> {
    const { sql, bindings } = filtersOf(query)
    const backwards = !query.after && Boolean(query.before)
    const edge = cursor.read(query.after ?? query.before ?? undefined, 2)
    const order = backwards ? 'asc' : 'desc'
    const found = await rowsAfresh<LineRow>(
      db,
      `select ${lineColumns}, coalesce((select jsonb_agg(jsonb_build_object('label', m.label, 'cents', m.cents,
           'invoice_id', m.invoice_id, 'expense_id', m.expense_id) order by m.id) from bank_matches m where m.line_id = l.id), '[]') as paid
       from (select * from bank_lines l where ${sql}
         ${edge ? `and (l.booked_on, l.id) ${backwards ? '>' : '<'} (?::date, ?)` : ''}
         order by l.booked_on ${order}, l.id ${order} limit ${pageSize + 1}) l
       join bank_accounts a on a.id = l.account_id order by l.booked_on ${order}, l.id ${order}`,
      [...bindings, ...(edge ?? [])]
    )
    const more = found.length > pageSize
    const cut = found.slice(0, pageSize)
    const rows = backwards ? cut.toReversed() : cut
    const [first, last] = [rows[0], rows.at(-1)]
    return {
      rows,
      next: last && (backwards || more) ? cursor.write(last.booked_on, last.id) : undefined,
      previous: first && (backwards ? more : edge) ? cursor.write(first.booked_on, first.id) : undefined
    }
  }
})

function filtersOf({ q, state = q ? 'all' : 'open', account, side }: LinesQuery): { sql: string; bindings: unknown[] } {
  const words = (q ?? '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .slice(0, 8)
  const wanted: [sql: string, ...values: unknown[]][] = words.map(word => ["l.search like '%' || fold(?) || '%'", word])
  if (state !== 'all') wanted.push(['l.state = ?', state])
  if (account) wanted.push(['l.account_id = ?', account])
  if (side) wanted.push([side === 'in' ? 'l.cents > 0' : 'l.cents < 0'])
  return {
    sql: wanted.map(([sql]) => sql).join(' and ') || 'true',
    bindings: wanted.flatMap(([, ...values]) => values)
  }
}
