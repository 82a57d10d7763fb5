import { cursor, pageSize, rowsOf } from '@patchbay/core'
import type { Db, Page } from '@patchbay/core'
import type { EventState } from './contract.ts'
import type { EventsQuery } from './forms.ts'

/** What Stripe told us once. */
export interface StripeEvent {
  id: number
  event_id: string
  type: string
  object_id: string | null
  account_id: string | null
  happened_at: Date
  received_at: Date
  state: EventState
  outcome: string | null
  details: Record<string, string | number>
  invoice_id: number | null
  error: string | null
  attempts: number
  next_try_at: Date | null
  done_at: Date | null
}

/** Writes an event; undefined when it is known already. */
export async function addEvent(db: Db, row: Partial<StripeEvent>): Promise<number | undefined> {
  const [added] = await db('stripe_events')
    .insert(row)
    .onConflict('event_id')
    .ignore()
    .returning<{ id: number }[]>('id')
  return added?.id
}

/** One event, locked: it is worked on by one at a time. */
export const lockEvent = (db: Db, id: number): Promise<StripeEvent | undefined> =>
  db('stripe_events').where({ id }).forUpdate().first<StripeEvent | undefined>()

export const findEvent = (db: Db, event_id: string): Promise<{ id: number } | undefined> =>
  db('stripe_events').where({ event_id }).first<{ id: number } | undefined>('id')

export const changeEvent = (db: Db, id: number, row: Record<string, unknown>): Promise<number> =>
  db('stripe_events').where({ id }).update(row)

/** Those whose time to be tried again has come, locked: two that look at once tell each of them once. */
export const eventsDue = (db: Db): Promise<{ id: number }[]> =>
  rowsOf(
    db,
    `select id from stripe_events where state = 'waiting' and next_try_at <= now() order by id limit 100
      for update skip locked`
  )

/** How many a person should look at. */
export async function countTroubles(db: Db): Promise<number> {
  const [row] = await rowsOf<{ n: number }>(
    db,
    `select count(*)::integer as n from stripe_events where state in ('kept', 'failed')
        and received_at > now() - interval '30 days'`
  )
  return row?.n ?? 0
}

/** A line of the list. */
export interface EventRow extends StripeEvent {
  number: string | null
}

/** Events as asked for, the latest first, a page at once. Two statements. */
export async function listEvents(db: Db, query: EventsQuery): Promise<Page<EventRow>> {
  const back = !query.after && Boolean(query.before)
  const edge = cursor.read(query.after ?? query.before ?? undefined, 1)
  const where = query.state ? 'e.state = ?' : 'true'
  const bindings = query.state ? [query.state] : []
  const order = back ? 'asc' : 'desc'
  const found = await rowsOf<EventRow>(
    db,
    `select e.*, i.number from stripe_events e left join invoices i on i.id = e.invoice_id
      where ${where} ${edge ? `and e.id ${back ? '>' : '<'} ?` : ''} order by e.id ${order} limit ${pageSize + 1}`,
    [...bindings, ...(edge ?? [])]
  )
  const [counted] = await rowsOf<{ n: number }>(
    db,
    `select count(*)::integer as n from stripe_events e where ${where}`,
    bindings
  )
  const more = found.length > pageSize
  const cut = found.slice(0, pageSize)
  const rows = back ? cut.toReversed() : cut
  const write = (row: EventRow | undefined) => row && cursor.write(row.id)
  return {
    rows,
    next: back || more ? write(rows.at(-1)) : undefined,
    previous: (back ? more : Boolean(query.after)) ? write(rows[0]) : undefined,
    count: counted?.n ?? 0
  }
}
