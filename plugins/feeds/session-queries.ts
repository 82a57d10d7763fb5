import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { SessionState } from '../sessions/contract.ts'
import type { Whose } from './whose.ts'

/** A session as calendars are told of it. */
export interface FedSession {
  id: number
  title: string | null
  client_name: string | null
  room_name: string
  starts_at: Date
  ends_at: Date
  /** An option that ran out is cancelled, swept or not. */
  state: SessionState
  rank: number | null
  /** Somebody whose calendar it is has not answered yet. */
  asked: boolean
  people: string | null
  version: number
  created_at: Date
  updated_at: Date
}

const before = 60
const after = 400
const most = 20_000

/** What is booked of the studio, a room or somebody, called off too, from 60 days ago to 400 days ahead. */
export function listFed(db: Db, { room_id, person_id }: Whose): Promise<FedSession[]> {
  return rowsOf<FedSession>(
    db,
    `select s.id, s.title, coalesce(c.artist_name, c.name) as client_name, r.name as room_name, s.starts_at, s.ends_at,
       case when s.state = 'option' and s.expires_at <= now() then 'cancelled' else s.state end as state, s.rank,
       coalesce(me.answer = 'asked', false) as asked, s.version, s.created_at, s.updated_at,
       (select string_agg(p.name, ', ' order by p.name collate "fr-x-icu") from session_people sp
        join people p on p.id = sp.person_id where sp.session_id = s.id and sp.answer <> 'declined') as people
     from sessions s join rooms r on r.id = s.room_id left join clients c on c.id = s.client_id
       left join session_people me on me.session_id = s.id and me.person_id = ?
     where s.ends_at > now() - interval '${before} days' and s.starts_at < now() + interval '${after} days'
       and (?::bigint is null or s.room_id = ?) and (?::bigint is null or me.answer <> 'declined')
     order by s.starts_at, s.id limit ${most}`,
    [person_id ?? 0, room_id, room_id, person_id]
  )
}
