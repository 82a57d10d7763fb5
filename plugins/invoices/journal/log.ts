import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import { linkHash } from '../chain.ts'

/** What was done with the records themselves, and by whom. */
export type EventKind = 'closing' | 'archive' | 'export' | 'attestation' | 'verification'

export interface Who {
  id: number | null
  name: string
}

export interface LoggedEvent {
  position: number
  kind: EventKind
  details: Record<string, unknown>
  by_id: number | null
  by_name: string
  at: Date
  previous_hash: Buffer
  hash: Buffer
}

/** Writes into the log of technical events, which is chained and never changes. Inside a transaction. */
export async function logEvent(db: Db, by: Who, kind: EventKind, details: Record<string, unknown>): Promise<void> {
  await db.raw(`select pg_advisory_xact_lock(hashtextextended('compliance_events', 0))`)
  const [last] = await rowsOf<{ position: number; hash: Buffer }>(
    db,
    'select position, hash from compliance_events order by position desc limit 1'
  )
  const [clock] = await rowsOf<{ at: Date }>(db, `select date_trunc('milliseconds', clock_timestamp()) as at`)
  const event = {
    position: (last?.position ?? 0) + 1,
    kind,
    details,
    by_id: by.id,
    by_name: by.name,
    at: clock?.at ?? new Date()
  }
  const previous_hash = last?.hash ?? Buffer.alloc(0)
  await db('compliance_events').insert({
    ...event,
    details: JSON.stringify(details),
    previous_hash,
    hash: linkHash(previous_hash, eventContent(event))
  })
}

/** What an event's hash is of. */
export const eventContent = ({
  position,
  kind,
  details,
  by_id,
  by_name,
  at
}: Omit<LoggedEvent, 'hash' | 'previous_hash'>) => ({
  position,
  kind,
  details,
  by_id,
  by_name,
  at: at.toISOString()
})

export const listEvents = (db: Db, limit: number): Promise<LoggedEvent[]> =>
  rowsOf(db, 'select * from compliance_events order by position desc limit ?', [limit])

/** The log, oldest first, in batches of 500. */
export async function* allEvents(db: Db): AsyncGenerator<LoggedEvent[]> {
  let last = 0
  for (;;) {
    const batch = await rowsOf<LoggedEvent>(
      db,
      'select * from compliance_events where position > ? order by position limit 500',
      [last]
    )
    if (batch.length > 0) yield batch
    if (batch.length < 500) return
    last = batch.at(-1)?.position ?? 0
  }
}
