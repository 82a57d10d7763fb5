import type { Db } from '@patchbay/core'
import { rowsOf } from '@patchbay/core/database/reading'

/** A session to come that holds units of a piece. */
export interface Coming {
  id: number
  name: string | null
  room_name: string
  colour: number
  starts_at: Date
  ends_at: Date
  state: string
  rank: number | null
  quantity: number
  /** One of its units is away or broken then: it needs another. */
  missing: boolean
}

/** The next 20 sessions with units of a piece. */
export const comingOf = (db: Db, equipment_id: number): Promise<Coming[]> =>
  rowsOf(
    db,
    `select s.id, coalesce(c.artist_name, c.name, s.title) as name, r.name as room_name, r.colour, s.starts_at, s.ends_at,
       s.state, s.rank, count(*)::integer as quantity,
       bool_or(e.state in ('broken', 'out') or exists (select 1 from equipment_away a
         where a.equipment_id = h.equipment_id and a.unit = h.unit and a.during && h.blocks)) as missing
     from session_equipment h join equipment e on e.id = h.equipment_id join sessions s on s.id = h.session_id
       join rooms r on r.id = s.room_id left join clients c on c.id = s.client_id
     where h.equipment_id = ? and upper(h.during) > now() and not isempty(h.lane)
       and (s.state <> 'option' or s.expires_at > now())
     group by s.id, c.artist_name, c.name, r.name, r.colour order by s.starts_at, s.id limit 20`,
    [equipment_id]
  )
