import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

/** How a piece of outboard was set. */
export interface RecallNote {
  id: number
  session_id: number | null
  room_id: number
  unit: string
  settings: string | null
  photo_id: number | null
  by_name: string | null
  created_at: Date
  version: number
}

/** A session that has recall notes. */
export interface Recalled {
  id: number
  title: string | null
  client_name: string | null
  starts_at: Date
  room_id: number
  room_name: string
  count: number
}

/** Where recall notes hang: a session with its room, or a room. */
export interface Place {
  session_id: number | null
  room_id: number
}

const columns = `n.id, n.session_id, n.room_id, n.unit, n.settings, n.photo_id, n.created_at, n.version,
  p.name as by_name`
const from = 'from recall_notes n left join people p on p.id = n.created_by'

export function listOfSession(db: Db, sessionId: number): Promise<RecallNote[]> {
  return rowsOf<RecallNote>(db, `select ${columns} ${from} where n.session_id = ? order by n.id limit 200`, [sessionId])
}

/** Notes of a room itself, of no session. */
export function listOfRoom(db: Db, roomId: number): Promise<RecallNote[]> {
  return rowsOf<RecallNote>(
    db,
    `select ${columns} ${from} where n.room_id = ? and n.session_id is null order by n.id limit 200`,
    [roomId]
  )
}

export async function findRecall(db: Db, id: number): Promise<RecallNote | undefined> {
  const [row] = await rowsOf<RecallNote>(db, `select ${columns} ${from} where n.id = ?`, [id])
  return row
}

const recalled = `select s.id, s.title, s.starts_at, s.room_id, r.name as room_name,
    coalesce(c.artist_name, c.name) as client_name,
    (select count(*)::int from recall_notes n where n.session_id = s.id) as count
  from sessions s join rooms r on r.id = s.room_id left join clients c on c.id = s.client_id`

/**
 * The recall to begin a session from: of the same client before it, of the same title if there is one, the latest.
 * Undefined for a session without client, or whose client has none.
 */
export async function latestRecall(db: Db, sessionId: number): Promise<Recalled | undefined> {
  const [row] = await rowsOf<Recalled>(
    db,
    `${recalled}, sessions now
     where now.id = ? and s.client_id = now.client_id and s.id <> now.id and s.starts_at <= now.starts_at
       and exists (select 1 from recall_notes n where n.session_id = s.id)
     order by (s.title is not null and fold(s.title) = fold(coalesce(now.title, ''))) desc, s.starts_at desc limit 1`,
    [sessionId]
  )
  return row
}

/** The last sessions in a room that have notes. */
export function recentOfRoom(db: Db, roomId: number): Promise<Recalled[]> {
  return rowsOf<Recalled>(
    db,
    `${recalled} where s.room_id = ? and exists (select 1 from recall_notes n where n.session_id = s.id)
     order by s.starts_at desc limit 20`,
    [roomId]
  )
}

export async function findRoom(db: Db, id: number): Promise<{ id: number; name: string } | undefined> {
  return db('rooms').where({ id }).first<{ id: number; name: string } | undefined>('id', 'name')
}

export async function addRecall(
  db: Db,
  note: Place & { unit: string; settings: string | null; photo_id: number | null },
  by: number | null
): Promise<number> {
  const created_by = db('people')
    .where({ id: by ?? 0 })
    .select('id')
  const [row] = await db('recall_notes')
    .insert({ ...note, created_by })
    .returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

/** False when it is gone, or another than of `version`. */
export async function changeRecall(
  db: Db,
  id: number,
  note: { unit: string; settings: string | null; photo_id: number | null },
  version: number | null
): Promise<boolean> {
  const query = db('recall_notes').where({ id })
  if (version !== null) void query.where({ version })
  return (await query.update({ ...note, version: db.raw('version + 1') })) === 1
}

export async function removeRecall(db: Db, id: number): Promise<void> {
  await db('recall_notes').where({ id }).delete()
}
