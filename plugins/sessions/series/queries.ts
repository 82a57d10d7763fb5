import type { Db } from '@patchbay/core'
import { asIs, lockSession, rowsOf, shown, shownFrom } from '../queries.ts'
import type { SessionRow, Shown } from '../queries.ts'

/** Several sessions booked as one. */
export interface BookingRow {
  id: number
  kind: 'days' | 'series'
  client_id: number | null
  title: string | null
  notes: string | null
  /** A series: its rule and the hours and room of what is to come. All null for single days. */
  rule: string | null
  starts_on: string | null
  starts: string | null
  ends: string | null
  minutes: number | null
  room_id: number | null
  timezone: string
  exdates: string[]
  version: number
}

/** A booking that has a rule. */
export type SeriesRow = BookingRow & { [Field in 'rule' | 'starts_on' | 'starts']: string } & {
  minutes: number
  room_id: number
}

const columns = [
  'id',
  'kind',
  'client_id',
  'title',
  'notes',
  'rule',
  'starts_on',
  'starts',
  'ends',
  'minutes',
  'room_id',
  'timezone',
  'exdates',
  'version'
]

export type NewBooking = Omit<BookingRow, 'id' | 'version'>

export async function addBooking(db: Db, booking: NewBooking, by: number | null): Promise<number> {
  const created_by = db('people')
    .where({ id: by ?? 0 })
    .select('id')
  const [row] = await db('bookings')
    .insert({ ...booking, created_by })
    .returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

export function findBooking(db: Db, id: number): Promise<BookingRow | undefined> {
  return db('bookings').where({ id }).first<BookingRow | undefined>(columns)
}

/** The booking, kept from changing until the transaction ends. */
export function lockBooking(db: Db, id: number): Promise<BookingRow | undefined> {
  return db('bookings').where({ id }).forNoKeyUpdate().first<BookingRow | undefined>(columns)
}

/** Writes fields and counts the change; sessions changed in the same transaction were changed with it. */
export async function changeBookingRow(db: Db, id: number, fields: Partial<NewBooking>): Promise<void> {
  await db('bookings')
    .where({ id })
    .update({ ...fields, version: db.raw('version + 1'), updated_at: db.fn.now() })
}

/** What a session is in its booking. */
export interface Member {
  session_id: number
  /** What the rule gave, `2026-11-24T14:00`; null on a day of its own. */
  occurrence: string | null
  /** Is it somewhere else than the rule says? */
  moved: boolean
}

/** Makes sessions part of a booking, or places them in it anew. One statement. */
export async function joinBooking(db: Db, booking_id: number, members: readonly Member[]): Promise<void> {
  await db.raw(
    `update sessions s set booking_id = ?, occurrence = m.occurrence, moved = m.moved
     from jsonb_to_recordset(?::jsonb) as m (session_id bigint, occurrence text, moved boolean) where s.id = m.session_id`,
    [booking_id, JSON.stringify(members)]
  )
}

/** A session of a booking, with its place in it. */
export type MemberRow = Shown & { occurrence: string | null; moved: boolean }

/** All of a booking's sessions, by time. */
export async function listMembers(db: Db, booking_id: number): Promise<MemberRow[]> {
  const rows = await rowsOf<MemberRow>(
    db,
    `select ${shown}, s.occurrence, s.moved ${shownFrom} where s.booking_id = ? order by s.starts_at, s.id`,
    [booking_id]
  )
  return rows.map(row => asIs(row))
}

/** Where a session stands among those of its booking that are not called off, and which are next to it. */
export interface PlaceInBooking {
  id: number
  kind: 'days' | 'series'
  rule: string | null
  n: number
  total: number
  previous_id: number | null
  next_id: number | null
}

/** Undefined for a session that stands alone. One called off stands where it was. */
export async function placeInBooking(
  db: Db,
  session: Pick<SessionRow, 'id' | 'booking_id'>
): Promise<PlaceInBooking | undefined> {
  if (session.booking_id === null) return undefined
  const [row] = await rowsOf<PlaceInBooking>(
    db,
    `select b.id, b.kind, b.rule, m.n::integer, m.total::integer, m.previous_id, m.next_id from bookings b join (
       select id, booking_id, row_number() over w as n, count(*) over (partition by booking_id) as total,
         lag(id) over w as previous_id, lead(id) over w as next_id
       from sessions where booking_id = ? and (state <> 'cancelled' or id = ?)
       window w as (partition by booking_id order by starts_at, id)) m on m.booking_id = b.id
     where m.id = ?`,
    [session.booking_id, session.id, session.id]
  )
  return row
}

/**
 * A booking's options and confirmed sessions that have not begun, from a session on or all, by time; each kept from
 * changing until the transaction ends.
 */
export async function lockComing(db: Db, booking_id: number, from: number | null): Promise<SessionRow[]> {
  const ids = await comingIds(db, booking_id, from)
  const found: SessionRow[] = []
  for (const id of ids) {
    const session = await lockSession(db, id)
    if (session && (session.state === 'option' || session.state === 'confirmed')) found.push(session)
  }
  return found
}

export function comingIds(db: Db, booking_id: number, from: number | null): Promise<number[]> {
  return db('sessions')
    .where({ booking_id })
    .whereIn('state', ['option', 'confirmed'])
    .where('starts_at', '>', db.fn.now())
    .modify(query => {
      if (from !== null)
        void query.where('starts_at', '>=', db('sessions').where({ id: from, booking_id }).select('starts_at'))
    })
    .orderBy(['starts_at', 'id'])
    .pluck('id')
}

/** The rooms and people that these sessions have. */
export async function resourcesOf(db: Db, sessions: readonly number[]): Promise<{ rooms: number[]; people: number[] }> {
  const [row] = await rowsOf<{ rooms: number[]; people: number[] }>(
    db,
    `select to_jsonb(array(select distinct room_id from sessions where id = any(?))) as rooms,
       to_jsonb(array(select distinct person_id from session_people where session_id = any(?))) as people`,
    [sessions, sessions]
  )
  return row ?? { rooms: [], people: [] }
}

/** What each of these sessions is in its series, by its id. */
export async function placesOf(
  db: Db,
  sessions: readonly number[]
): Promise<Map<number, Pick<MemberRow, 'occurrence' | 'moved'>>> {
  const rows = await rowsOf<Pick<MemberRow, 'id' | 'occurrence' | 'moved'>>(
    db,
    'select id, occurrence, moved from sessions where id = any(?)',
    [sessions]
  )
  return new Map(rows.map(({ id, ...place }) => [id, place]))
}

/** People of each of these sessions, by its id. */
export async function crewsOf(db: Db, sessions: readonly number[]): Promise<Map<number, number[]>> {
  const rows = await rowsOf<{ session_id: number; people: number[] }>(
    db,
    `select session_id, to_jsonb(array_agg(person_id order by person_id)) as people from session_people
     where session_id = any(?) and answer <> 'declined' group by session_id`,
    [sessions]
  )
  return new Map(rows.map(({ session_id, people }) => [session_id, people]))
}

/** Gives one client's bookings to another; how many moved. */
export function giveBookings(db: Db, from: number, into: number): Promise<number> {
  return db('bookings').where({ client_id: from }).update({ client_id: into })
}

/** What bookings are called: their client, else their title; and how many sessions they have. */
export function namesOfBookings(
  db: Db,
  ids: readonly number[]
): Promise<{ id: number; name: string | null; n: number }[]> {
  return rowsOf(
    db,
    `select b.id, coalesce(c.artist_name, c.name, b.title) as name,
       (select count(*)::integer from sessions s where s.booking_id = b.id) as n
     from bookings b left join clients c on c.id = b.client_id where b.id = any(?)`,
    [ids]
  )
}
