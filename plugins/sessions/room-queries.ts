import { conflict } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { RoomKind } from './contract.ts'
import type { OpenHours, Opening } from './opening.ts'
import type { Rates } from './price.ts'
import { rowsOf } from './queries.ts'

export interface Room extends Rates, Opening {
  id: number
  /** Those who work on a session are in its price. */
  engineer_included: boolean
  /** Hundredths of a per cent. */
  vat_rate: number
  name: string
  kind: RoomKind
  colour: number
  capacity: number | null
  bookable: boolean
  position: number
  notes: string | null
  archived_at: Date | null
  version: number
}

const room = `r.id, r.name, r.kind, r.colour, r.capacity, r.hourly_cents, r.half_day_cents, r.day_cents, r.engineer_included, r.vat_rate, r.always_open,
  r.bookable, r.position, r.notes, r.archived_at, r.version,
  coalesce((select jsonb_agg(jsonb_build_object('weekday', h.weekday, 'opens', to_char(h.opens, 'HH24:MI'),
    'closes', to_char(h.closes, 'HH24:MI')) order by h.weekday, h.opens)
    from room_hours h where h.room_id = r.id), '[]') as hours`

/** The rooms in use, in the studio's order, each with its hours. */
export function listRooms(db: Db): Promise<Room[]> {
  return rowsOf(db, `select ${room} from rooms r where r.archived_at is null order by r.position, r.id`)
}

/** What the rooms in use are called, in the same order: to choose from. */
export function namedRooms(db: Db): Promise<Pick<Room, 'id' | 'name'>[]> {
  return rowsOf(db, 'select r.id, r.name from rooms r where r.archived_at is null order by r.position, r.id')
}

/** The rooms in use, and when each is closed between two instants by what was entered as such, not by its hours. */
export function listRoomsAndClosures(
  db: Db,
  { from, to }: { from: Date; to: Date }
): Promise<(Room & { closures: { starts_at: string; ends_at: string }[] })[]> {
  return rowsOf(
    db,
    `select ${room}, coalesce((select jsonb_agg(jsonb_build_object('starts_at', b.starts_at, 'ends_at', b.ends_at))
        from busy_times b where b.room_id = r.id and b.during && tstzrange(?, ?)), '[]') as closures
     from rooms r where r.archived_at is null order by r.position, r.id`,
    [from, to]
  )
}

/** All of them, those out of use last. */
export function listAllRooms(db: Db): Promise<Room[]> {
  return rowsOf(db, `select ${room} from rooms r order by r.archived_at is not null, r.position, r.id`)
}

export async function findRoom(db: Db, id: number): Promise<Room | undefined> {
  const [found] = await rowsOf<Room>(db, `select ${room} from rooms r where r.id = ?`, [id])
  return found
}

export type RoomFields = Omit<Room, 'id' | 'hours' | 'archived_at' | 'version' | 'position'> & {
  position: number | null
}

/** Adds a room, at the end of the order when no position is given. */
export async function addRoom(db: Db, fields: RoomFields, hours: Opening['hours']): Promise<number> {
  const position = fields.position ?? db.raw('(select coalesce(max(position), 0) + 1 from rooms)')
  const [row] = await db('rooms')
    .insert({ ...fields, position })
    .returning<{ id: number }[]>('id')
  const id = row?.id ?? 0
  await setHours(db, id, hours)
  return id
}

/** Writes a room's fields, if it still is the version that was read. */
export async function changeRoom(
  db: Db,
  id: number,
  version: number | null,
  { position, ...fields }: RoomFields,
  hours: Opening['hours']
): Promise<void> {
  const query = db('rooms').where({ id })
  if (version !== null) void query.where({ version })
  const changes = { ...fields, ...(position !== null && { position }), version: db.raw('version + 1') }
  if ((await query.update(changes)) === 0) throw conflict('sessions.errors.stale')
  await setHours(db, id, hours)
}

/** Takes a room out of use, or back into it. */
export async function archiveRoom(db: Db, id: number, archived: boolean): Promise<void> {
  await db('rooms')
    .where({ id })
    .update({ archived_at: archived ? db.fn.now() : null, version: db.raw('version + 1') })
}

/** How many sessions are still to come in a room. */
export async function comingSessions(db: Db, room_id: number): Promise<number> {
  const [row] = await rowsOf<{ n: number }>(
    db,
    `select count(*)::integer as n from sessions s where s.room_id = ? and s.ends_at > now()
       and s.state in ('option', 'confirmed', 'in_progress') and (s.state <> 'option' or s.expires_at > now())`,
    [room_id]
  )
  return row?.n ?? 0
}

async function setHours(db: Db, room_id: number, hours: (OpenHours & { weekday: number })[]): Promise<void> {
  await db('room_hours').where({ room_id }).delete()
  if (hours.length > 0) await db('room_hours').insert(hours.map(one => ({ room_id, ...one })))
}
