import { rowsAfresh, rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { SessionState } from './contract.ts'
import { multirange } from './over.ts'
import type { Over } from './over.ts'
import type { PriceLine } from './price.ts'
import { sessionTerms } from './prices/policies.ts'
import type { SessionTerms } from './prices/policies.ts'

export { rowsAfresh, rowsOf }

/** A row of `sessions`, without what only constraints look at. */
export interface SessionRow extends SessionTerms {
  id: number
  room_id: number
  client_id: number | null
  title: string | null
  starts_at: Date
  ends_at: Date
  state: SessionState
  rank: number | null
  expires_at: Date | null
  notes: string | null
  price_cents: number | null
  price_lines: PriceLine[]
  price_override: boolean
  price_note: string | null
  cancelled_from: 'option' | 'confirmed' | null
  cancel_reason: string | null
  cancelled_at: Date | null
  started_at: Date | null
  completed_at: Date | null
  /** The booking of several sessions that it is one of. */
  booking_id: number | null
  version: number
}

/** Somebody who can be on a session: of the studio, or from outside with an id below zero. */
export interface Somebody {
  id: number
  name: string
}

/** A session as pages and calendars show it. */
export interface Shown extends SessionRow {
  room_name: string
  colour: number
  client_name: string | null
  client_phone: string | null
  booking_kind: 'days' | 'series' | null
  /** Without those who declined. */
  people: Somebody[]
  /** Booked over another or over a time that was not to be had, or the other of such two. */
  double: boolean
}

const columns = [
  'id',
  'room_id',
  'client_id',
  'title',
  'starts_at',
  'ends_at',
  'state',
  'rank',
  'expires_at',
  'notes',
  'price_cents',
  'price_lines',
  'price_override',
  'price_note',
  ...sessionTerms,
  'cancelled_from',
  'cancel_reason',
  'cancelled_at',
  'started_at',
  'completed_at',
  'booking_id',
  'version'
]
const own = columns.map(column => `s.${column}`).join(', ')

export const clientNamed = `coalesce(c.artist_name, c.name) as client_name`

/** Is it one of those that meet by decision? They are few, and read once for a statement. */
export const isDouble = `coalesce(s.id in (select unnest(array[o.session_id, o.other_id]) from session_overlaps o), false) as double`

/** Whether a session is one of several days or of a series; null when it stands alone. */
export const ofBooking = `case when s.booking_id is not null then (select b.kind from bookings b where b.id = s.booking_id) end
  as booking_kind`

/** What is shown of a session but who works on it. */
export const shownAlone = `${own}, r.name as room_name, r.colour, ${clientNamed}, c.phone as client_phone, ${isDouble}, ${ofBooking}`

const people = `coalesce((select jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name) order by p.name)
    from session_people sp join people p on p.id = sp.person_id
    where sp.session_id = s.id and sp.answer <> 'declined'), '[]') as people`

/**
 * What is shown of a session. A run-out option is shown as what it is, cancelled, before the job has swept it.
 */
export const shown = `${shownAlone}, ${people}`

/** What a line of the list shows of it: a third of all. */
export type Line = Pick<
  Shown,
  | ('id' | 'title' | 'starts_at' | 'ends_at' | 'state' | 'rank' | 'expires_at' | 'price_cents')
  | ('room_name' | 'colour' | 'client_name' | 'booking_kind' | 'people' | 'double')
>
export const shownLine = `s.id, s.title, s.starts_at, s.ends_at, s.state, s.rank, s.expires_at, s.price_cents,
  r.name as room_name, r.colour, ${clientNamed}, ${isDouble}, ${ofBooking}, ${people}`

export const shownFrom = `from sessions s join rooms r on r.id = s.room_id left join clients c on c.id = s.client_id`

/** True of all but options that ran out, swept or not. */
export const isLive = `(s.state <> 'option' or s.expires_at > now())`

/** Reads a row's run-out option as cancelled. */
export function asIs<Row extends Pick<SessionRow, 'state' | 'expires_at'>>(row: Row, now = new Date()): Row {
  if (row.state !== 'option' || !row.expires_at || row.expires_at > now) return row
  return {
    ...row,
    state: 'cancelled',
    cancelled_from: 'option',
    cancel_reason: 'expired',
    cancelled_at: row.expires_at
  }
}

export async function findSession(db: Db, id: number): Promise<Shown | undefined> {
  const [row] = await rowsOf<Shown>(db, `select ${shown} ${shownFrom} where s.id = ?`, [id])
  return row && asIs(row)
}

/** The row, kept from changing until the transaction ends. A run-out option is read as cancelled. */
export async function lockSession(db: Db, id: number): Promise<SessionRow | undefined> {
  const row = await db('sessions').where({ id }).forUpdate().first<SessionRow | undefined>(columns)
  return row && asIs(row)
}

/** The room a session is in, 0 when there is no such session. */
export async function roomOf(db: Db, id: number): Promise<number> {
  const row = await db('sessions').where({ id }).first<{ room_id: number } | undefined>('room_id')
  return row?.room_id ?? 0
}

/** Who is on it, but those who declined. */
export function peopleOf(db: Db, id: number): Promise<number[]> {
  return db('session_people')
    .where({ session_id: id })
    .whereNot({ answer: 'declined' })
    .orderBy('person_id')
    .pluck('person_id')
}

/** The same client's session before and after this one. */
export async function neighbours(db: Db, session: SessionRow): Promise<{ previous?: Shown; next?: Shown }> {
  if (session.client_id === null) return {}
  const side = (sign: '<' | '>', order: 'asc' | 'desc') =>
    `(select ${shown} ${shownFrom} where s.client_id = ? and (s.starts_at, s.id) ${sign} (?, ?)
      and s.state <> 'cancelled' order by s.starts_at ${order}, s.id ${order} limit 1)`
  const at = [session.client_id, session.starts_at, session.id]
  const rows = await rowsOf<Shown>(db, `${side('<', 'desc')} union all ${side('>', 'asc')}`, [...at, ...at])
  const previous = rows.find(row => row.starts_at < session.starts_at || row.id < session.id)
  const next = rows.find(row => row !== previous)
  return { ...(previous && { previous }), ...(next && { next }) }
}

export type NewSession = Omit<
  SessionRow,
  | 'id'
  | 'booking_id'
  | 'version'
  | 'cancelled_from'
  | 'cancel_reason'
  | 'cancelled_at'
  | 'started_at'
  | 'completed_at'
  | keyof SessionTerms
> &
  Partial<Pick<SessionTerms, 'deposit_cents' | 'policy'>>

export async function addSession(db: Db, session: NewSession, by: number | null, over: Over): Promise<number> {
  const [row] = await db('sessions')
    .insert({
      ...written(session),
      over: multirange(over.room),
      created_by: db('people')
        .where({ id: by ?? 0 })
        .select('id')
    })
    .returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

/**
 * Writes fields and counts the change. Give `from` to write only while the state is one of these: undefined otherwise;
 * `over`, what it leaves to others from now on.
 */
export async function changeSession(
  db: Db,
  id: number,
  fields: Partial<SessionRow>,
  from?: readonly SessionState[],
  over?: Over
): Promise<SessionRow | undefined> {
  const query = db('sessions').where({ id })
  if (from) void query.whereIn('state', from)
  const [row] = await query
    .update({
      ...written(fields),
      ...(over && { over: multirange(over.room) }),
      version: db.raw('version + 1'),
      updated_at: db.fn.now()
    })
    .returning<SessionRow[]>(columns)
  return row
}

/** Ends every option that ran out, and says which. What somebody else is just ending is left to them. */
export function endExpired(db: Db): Promise<Pick<SessionRow, 'id' | 'room_id' | 'starts_at' | 'ends_at'>[]> {
  return rowsOf(
    db,
    `update sessions set state = 'cancelled', cancelled_from = 'option', cancel_reason = 'expired',
       cancelled_at = expires_at, version = version + 1, updated_at = now()
     where id in (select id from sessions where state = 'option' and expires_at <= now()
       order by id for update skip locked)
     returning id, room_id, starts_at, ends_at`
  )
}

/** Who can be put on a session, by name: the studio's people, then those from outside. */
export function listPeople(db: Db): Promise<Somebody[]> {
  return db('people')
    .where({ active: true })
    .orderByRaw('id < 0, name collate "fr-x-icu"')
    .select<Somebody[]>('id', 'name')
}

/** The id of the one client of that name, whatever its accents and case; undefined when there is none or more. */
export async function clientCalled(db: Db, name: string): Promise<number | undefined> {
  const found = await rowsAfresh<{ id: number }>(
    db,
    `select id from clients where merged_into is null and archived_at is null and search like '%' || words_of(?) || '%'
     and words_of(?) in (words_of(name), words_of(artist_name)) limit 2`,
    [name, name]
  )
  return found.length === 1 ? found[0]?.id : undefined
}

export function clientName(db: Db, id: number): Promise<string | undefined> {
  return db('clients')
    .where({ id })
    .first<{ name: string } | undefined>(db.raw('coalesce(artist_name, name) as name'))
    .then(row => row?.name)
}

/** JSON columns are sent as text: the driver would write an array of lines as a PostgreSQL array. */
function written(fields: Partial<SessionRow>): Record<string, unknown> {
  return fields.price_lines ? { ...fields, price_lines: JSON.stringify(fields.price_lines) } : { ...fields }
}
