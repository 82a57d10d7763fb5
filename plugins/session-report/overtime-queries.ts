import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

export async function addOvertime(db: Db, row: object): Promise<number> {
  const [added] = await db('session_overtime').insert(row).returning<{ id: number }[]>('id')
  return added?.id ?? 0
}

/** What comes after a session in its room, to its people, or keeps them: the first of all. */
export interface Next {
  session_id: number | null
  starts_at: Date
  /** Who comes, or why the room or person is not to be had. */
  who: string | null
  /** Whose time it is, when it is not the room's. */
  person: string | null
}

/** The first thing that begins at or after a session's end in its room or with its people. Options that ran out are none. */
export async function findNext(db: Db, session_id: number): Promise<Next | undefined> {
  const [row] = await rowsOf<Next>(
    db,
    `with own as (select * from sessions where id = ?),
       crew as (select person_id from session_people where session_id = ? and answer <> 'declined')
     select * from (
       (select s.id as session_id, s.starts_at, coalesce(c.artist_name, c.name, s.title) as who, null::text as person
        from own join sessions s on s.room_id = own.room_id and s.starts_at >= own.ends_at and s.id <> own.id
          left join clients c on c.id = s.client_id
        where not isempty(s.lane) and (s.state <> 'option' or s.expires_at > now())
        order by s.starts_at limit 1)
       union all
       (select s.id, s.starts_at, coalesce(c.artist_name, c.name, s.title), p.name
        from own join sessions s on s.starts_at >= own.ends_at and s.id <> own.id
          join session_people sp on sp.session_id = s.id and sp.person_id in (select person_id from crew)
            and sp.answer <> 'declined'
          join people p on p.id = sp.person_id left join clients c on c.id = s.client_id
        where not isempty(s.lane) and (s.state <> 'option' or s.expires_at > now()) and s.starts_at < own.ends_at + interval '2 days'
        order by s.starts_at limit 1)
       union all
       (select null, b.starts_at, b.kind, p.name
        from own join busy_times b on b.starts_at >= own.ends_at
          and (b.room_id = own.room_id or b.person_id in (select person_id from crew))
          left join people p on p.id = b.person_id
        order by b.starts_at limit 1)
     ) later order by starts_at limit 1`,
    [session_id, session_id]
  )
  return row
}
