import { cursor, list, pageSize } from '@patchbay/core'
import type { Db, Page } from '@patchbay/core'
import type { BusyKind } from '../contract.ts'
import { BusyQuery } from './forms.ts'
import { rowsOf } from '../queries.ts'

/** An absence or a closure as it is written down. */
export interface BusyRow {
  id: number
  room_id: number | null
  person_id: number | null
  kind: BusyKind
  starts_at: Date
  ends_at: Date
  note: string | null
  name: string
  /** The room's colour; null for a person. */
  colour: number | null
  /** Sessions to come that it meets, which nobody booked over it: somebody must find them another place. */
  meets: { id: number; who: string | null; starts_at: string; ends_at: string }[]
}

/** A session to come that `b` meets without anybody having decided it: what still has to be solved. */
export const unsolved = `s.ends_at > now() and s.state in ('option', 'confirmed', 'in_progress')
  and (s.state <> 'option' or s.expires_at > now()) and s.starts_at < b.ends_at and s.ends_at > b.starts_at
  and not exists (select 1 from session_overlaps o where o.session_id = s.id and o.other_id is null
    and o.room_id is not distinct from b.room_id and o.person_id is not distinct from b.person_id
    and o.starts_at < b.ends_at and o.ends_at > b.starts_at)`

/** The sessions a room's closure `b` meets, and those somebody's absence does: no session is longer than 31 days. */
export const metByRoom = `sessions s where s.room_id = b.room_id
  and s.starts_at > b.starts_at - interval '31 days' and ${unsolved}`
export const metByPerson = `session_people sp join sessions s on s.id = sp.session_id
  where sp.person_id = b.person_id and sp.answer <> 'declined'
  and lower(sp.during) > b.starts_at - interval '31 days' and lower(sp.during) < b.ends_at and ${unsolved}`

const columns = `b.id, b.room_id, b.person_id, b.kind, b.starts_at, b.ends_at, b.note, coalesce(r.name, p.name) as name, r.colour`
const dressed = `select ${columns}, coalesce((select jsonb_agg(jsonb_build_object('id', m.id, 'who', m.who,
      'starts_at', m.starts_at, 'ends_at', m.ends_at) order by m.starts_at, m.id)
    from (select s.id, coalesce(c.artist_name, c.name, s.title) as who, s.starts_at, s.ends_at
      from (select s.* from ${metByRoom} union all select s.* from ${metByPerson}) s
        left join clients c on c.id = s.client_id) m), '[]') as meets
  from busy_times b left join rooms r on r.id = b.room_id left join people p on p.id = b.person_id`

/** Absences and closures, for their page and the API. */
export const busyList = list({
  name: 'sessions.absences',
  permission: 'sessions.read',
  query: BusyQuery,
  run: (db, query) => busyPage(db, query)
})

/** One page with what they meet, the next first; of those past, the last first. One statement. */
export async function busyPage(db: Db, query: BusyQuery): Promise<Page<BusyRow>> {
  const { person, room, when } = query
  const before = cursor.read(query.before ?? undefined, 2)
  const edge = before ?? cursor.read(query.after ?? undefined, 2)
  const descending = (when === 'past') !== Boolean(before)
  const order = descending ? 'desc' : 'asc'
  const rows = await rowsOf<BusyRow>(
    db,
    `${dressed} where b.ends_at ${when === 'past' ? '<=' : '>'} now() ${person ? 'and b.person_id = ?' : ''}
       ${room ? 'and b.room_id = ?' : ''} ${edge ? `and (b.starts_at, b.id) ${descending ? '<' : '>'} (?::timestamptz, ?)` : ''}
     order by b.starts_at ${order}, b.id ${order} limit ${pageSize + 1}`,
    [...(person ? [person] : []), ...(room ? [room] : []), ...(edge ?? [])]
  )
  const more = rows.length > pageSize
  const page = rows.slice(0, pageSize)
  if (before) page.reverse()
  const [first, last] = [page[0], page.at(-1)]
  return {
    rows: page,
    next: last && (before || more) ? cursor.write(last.starts_at.toISOString(), last.id) : undefined,
    previous: first && (before ? more : edge) ? cursor.write(first.starts_at.toISOString(), first.id) : undefined
  }
}

/** The absences and closures a session to come meets, without anybody having decided it. */
export function listMeeting(db: Db, session_id: number): Promise<BlockedTime[]> {
  return rowsOf(
    db,
    `select b.room_id, b.person_id, b.kind, b.starts_at, b.ends_at, b.note, coalesce(r.name, p.name) as name
     from sessions s join busy_times b on (b.room_id = s.room_id or b.person_id = any (array(
         select sp.person_id from session_people sp where sp.session_id = s.id and sp.answer <> 'declined')))
       left join rooms r on r.id = b.room_id left join people p on p.id = b.person_id
     where s.id = ? and b.ends_at > now() and ${unsolved} order by b.starts_at, b.id`,
    [session_id]
  )
}

export async function findBusy(db: Db, id: number): Promise<BusyRow | undefined> {
  const [row] = await rowsOf<BusyRow>(db, `${dressed} where b.id = ?`, [id])
  return row
}

export type NewBusy = Pick<BusyRow, 'room_id' | 'person_id' | 'kind' | 'starts_at' | 'ends_at' | 'note'>

export async function addBusy(db: Db, busy: NewBusy, by: number | null): Promise<number> {
  const [row] = await db('busy_times')
    .insert({
      ...busy,
      created_by: db('people')
        .where({ id: by ?? 0 })
        .select('id')
    })
    .returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

export async function removeBusy(db: Db, id: number): Promise<void> {
  await db('busy_times').where({ id }).delete()
}

/** A stretch the calendar draws. */
export type BlockedTime = Omit<BusyRow, 'meets' | 'id' | 'colour'>

/** Absences and closures between two instants, by start. One statement. */
export function listBlocked(db: Db, { from, to }: { from: Date; to: Date }): Promise<BlockedTime[]> {
  return rowsOf(
    db,
    `select b.room_id, b.person_id, b.kind, b.starts_at, b.ends_at, b.note, coalesce(r.name, p.name) as name
     from busy_times b left join rooms r on r.id = b.room_id left join people p on p.id = b.person_id
     where b.ends_at > ? and b.starts_at < ? and b.starts_at > ?::timestamptz - interval '400 days'
     order by b.starts_at, b.id`,
    [from, to, from]
  )
}
