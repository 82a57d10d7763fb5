import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { CostKind, MusicianRole, Verdict } from './contract.ts'

/** Time somebody worked; a running timer has no end. */
export interface TimeEntry {
  id: number
  session_id: number
  person_id: number
  person: string
  task_type_id: number | null
  task_key: string | null
  task_name: string | null
  started_at: Date
  ended_at: Date | null
  billable: boolean
  note: string | null
  raw_started_at: Date | null
  raw_ended_at: Date | null
  corrected_at: Date | null
  corrected_by: string | null
  correction_reason: string | null
}

export interface Arrival {
  id: number
  name: string
  role: string | null
  arrived_at: Date
  left_at: Date | null
}

export interface Take {
  id: number
  number: number
  verdict: Verdict | null
  note: string | null
  at: Date
}

export interface Title {
  id: number
  title: string
  takes: Take[]
}

export interface Musician {
  id: number
  name: string
  instrument: string | null
  role: MusicianRole
  society: string | null
  society_number: string | null
  from_at: Date | null
  to_at: Date | null
}

export interface Cost {
  id: number
  kind: CostKind
  label: string
  quantity: number
  unit_cents: number
  /** Hundredths of a percent. */
  vat_rate: number
  billable: boolean
}

export interface Overtime {
  id: number
  minutes: number
  from_at: Date
  price_cents: number
  vat_rate: number
  vat_category: string
  vat_included: boolean
  accepted_by: string
  at: Date
}

/** All that is known of one session's day: what the room's page edits and a report is made of. */
export interface Room {
  id: number
  title: string | null
  starts_at: Date
  ends_at: Date
  state: string
  started_at: Date | null
  completed_at: Date | null
  room_id: number
  room_name: string
  colour: number
  client_id: number | null
  client_name: string | null
  client_email: string | null
  notes: string | null
  producer: string | null
  first_destination: string | null
  signed_report_id: number | null
  reopening_reason: string | null
  /** The last signed version, of which the next one is a correction. */
  signed_version: number | null
  signed_hash: string | null
  people: { id: number; name: string; role: string }[]
  arrivals: Arrival[]
  titles: Title[]
  musicians: Musician[]
  costs: Cost[]
  overtime: Overtime[]
  times: TimeEntry[]
}

const listed = (what: string) => `coalesce((select jsonb_agg(${what}), '[]')`

/** One statement, so that what a report freezes is of one moment. */
export async function findRoom(db: Db, id: number): Promise<Room | undefined> {
  const [row] = await rowsOf<Room>(
    db,
    `select s.id, s.title, s.starts_at, s.ends_at, s.started_at, s.completed_at, s.room_id, s.client_id,
       case when s.state = 'option' and s.expires_at <= now() then 'cancelled' else s.state end as state,
       r.name as room_name, r.colour, coalesce(c.artist_name, c.name) as client_name, c.email as client_email,
       l.notes, l.producer, l.first_destination, l.signed_report_id, l.reopening_reason,
       p.version as signed_version, p.hash as signed_hash,
       ${listed(`jsonb_build_object('id', x.id, 'name', x.name, 'role', sp.role) order by x.name)
         from session_people sp join people x on x.id = sp.person_id
         where sp.session_id = s.id and sp.answer <> 'declined'`)} as people,
       ${listed(`to_jsonb(x) - 'session_id' - 'added_by' order by x.arrived_at, x.id)
         from session_arrivals x where x.session_id = s.id`)} as arrivals,
       ${listed(`jsonb_build_object('id', x.id, 'title', x.title, 'takes', ${listed(`to_jsonb(y) - 'title_id' - 'added_by' order by y.number)
         from session_takes y where y.title_id = x.id`)}) order by x.id)
         from session_titles x where x.session_id = s.id`)} as titles,
       ${listed(`to_jsonb(x) - 'session_id' - 'added_by' order by x.id)
         from session_musicians x where x.session_id = s.id`)} as musicians,
       ${listed(`to_jsonb(x) - 'session_id' - 'added_by' order by x.id)
         from session_costs x where x.session_id = s.id`)} as costs,
       ${listed(`to_jsonb(x) - 'session_id' - 'added_by' order by x.id)
         from session_overtime x where x.session_id = s.id`)} as overtime,
       ${listed(`to_jsonb(e) || jsonb_build_object('person', w.name, 'corrected_by', b.name, 'task_key', k.key, 'task_name', k.name)
         order by e.started_at, e.id)
         from time_entries e join people w on w.id = e.person_id left join people b on b.id = e.corrected_by
           left join task_types k on k.id = e.task_type_id
         where e.session_id = s.id`)} as times
     from sessions s join rooms r on r.id = s.room_id left join clients c on c.id = s.client_id
       left join session_logs l on l.session_id = s.id
       left join lateral (select version, hash from session_reports
         where session_id = s.id and version is not null order by version desc limit 1) p on true
     where s.id = ?`,
    [id]
  )
  return row && dated(row)
}

/** JSON has no instants: what is called `…_at` or `at` is read as one. */
function dated<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(dated) as Value
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      typeof inner === 'string' && (key === 'at' || key.endsWith('_at')) ? new Date(inner) : dated(inner)
    ])
  ) as Value
}

export type RowTable = 'session_arrivals' | 'session_titles' | 'session_musicians' | 'session_costs'

/** A row's id after it was written; undefined when the session has no such row. */
export async function addRow(db: Db, table: RowTable, row: object): Promise<number> {
  const [added] = await db(table).insert(row).returning<{ id: number }[]>('id')
  return added?.id ?? 0
}

export async function changeRow(
  db: Db,
  table: RowTable,
  key: { session_id: number; id: number },
  row: object
): Promise<boolean> {
  return (await db(table).where(key).update(row)) > 0
}

export async function removeRow(db: Db, table: RowTable, key: { session_id: number; id: number }): Promise<boolean> {
  return (await db(table).where(key).delete()) > 0
}

/** The next take of a title, now or then; undefined when the session has no such title. */
export async function addTake(
  db: Db,
  { session_id, title_id }: { session_id: number; title_id: number },
  { verdict, added_by, at = null }: { verdict: Verdict | null; added_by: number | null; at?: Date | null }
): Promise<number | undefined> {
  const [row] = await rowsOf<{ id: number }>(
    db,
    `insert into session_takes (title_id, number, verdict, at, added_by)
     select t.id, 1 + coalesce((select max(number) from session_takes where title_id = t.id), 0), ?,
       coalesce(?::timestamptz, now()),
       (select id from people where id = ?)
     from session_titles t where t.id = ? and t.session_id = ? returning id`,
    [verdict, at, added_by, title_id, session_id]
  )
  return row?.id
}

const ownTakes = (db: Db, { session_id, id }: { session_id: number; id: number }) =>
  db('session_takes').where({ id }).whereIn('title_id', db('session_titles').where({ session_id }).select('id'))

export async function changeTake(db: Db, key: { session_id: number; id: number }, take: object): Promise<boolean> {
  return (await ownTakes(db, key).update(take)) > 0
}

export async function removeTake(db: Db, key: { session_id: number; id: number }): Promise<boolean> {
  return (await ownTakes(db, key).delete()) > 0
}

/** What is needed to know whether a session's report may be written. */
export interface Log {
  session_id: number
  client_id: number | null
  state: string
  starts_at: Date
  ends_at: Date
  signed_report_id: number | null
  reopening_reason: string | null
}

/** The session's log, made if need be and kept from others until the transaction ends; undefined without such a session. */
export async function lockLog(db: Db, session_id: number): Promise<Log | undefined> {
  await db.raw(`insert into session_logs (session_id) select id from sessions where id = ? on conflict do nothing`, [
    session_id
  ])
  const [row] = await rowsOf<Log>(
    db,
    `select l.session_id, s.client_id, s.state, s.starts_at, s.ends_at, l.signed_report_id, l.reopening_reason
     from session_logs l join sessions s on s.id = l.session_id where l.session_id = ? for update of l`,
    [session_id]
  )
  return row
}

export async function writeLog(db: Db, session_id: number, fields: object): Promise<void> {
  await db('session_logs').where({ session_id }).update(fields)
}

/** Somebody who played or sang in a session, with the titles worked on in it. */
export interface PlayedRow extends Omit<Musician, 'id' | 'from_at' | 'to_at'> {
  session_id: number
  titles: string[]
}

/** The musicians of these sessions, as they were entered. */
export const listPlayed = (db: Db, session_ids: readonly number[]): Promise<PlayedRow[]> =>
  rowsOf(
    db,
    `select m.session_id, m.name, m.instrument, m.role, m.society, m.society_number,
       coalesce((select array_agg(t.title order by t.id) from session_titles t where t.session_id = m.session_id), '{}')
         as titles
     from session_musicians m where m.session_id = any(?) order by m.session_id, m.id`,
    [session_ids as number[]]
  )
