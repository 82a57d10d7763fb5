import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import { randomBytes } from 'node:crypto'
import type { PageInput } from './forms.ts'

/** What the page says, and the secret its forms are signed with. */
export interface PageRow extends Omit<PageInput, 'version'> {
  secret: Buffer
  version: number
  logo: Photo | null
}

/** A photo; a room's, or the studio's own. */
export interface Photo {
  id: number
  alt: string
  small_id: number
  /** Pixels of the small one. */
  width: number
  height: number
}

/** A room as visitors may know it. */
export interface ShownRoom {
  id: number
  name: string
  kind: string
  colour: number
  capacity: number | null
  hourly_cents: number | null
  half_day_cents: number | null
  day_cents: number | null
  engineer_included: boolean
  bookable: boolean
  shown: boolean
  text_fr: string | null
  text_en: string | null
  photos: Photo[]
}

const photo = `jsonb_build_object('id', p.id, 'alt', p.alt, 'small_id', p.small_id, 'width', f.width, 'height', f.height)`
const columns = `secret, headline_fr, headline_en, intro_fr, intro_en, rules_fr, rules_en, accent, embed_origins, version`

/** What the page says. The first who asks makes its row, with a secret of its own. */
export async function findPage(db: Db): Promise<PageRow> {
  const select = `select ${columns}, (select ${photo} from request_photos p join files f on f.id = p.small_id
    where p.room_id is null) as logo from request_page`
  const [page] = await rowsOf<PageRow>(db, select)
  if (page) return page
  await db('request_page')
    .insert({ secret: randomBytes(32) })
    .onConflict()
    .ignore()
  const [made] = await rowsOf<PageRow>(db, select)
  if (!made) throw new Error('the row of the open page was made and is not there')
  return made
}

/** Writes what the page says, if it still is the version that was read. False: somebody was quicker. */
export async function changePage(db: Db, version: number | null, page: Omit<PageInput, 'version'>): Promise<boolean> {
  const query = db('request_page')
  if (version !== null) void query.where({ version })
  return (await query.update({ ...page, version: db.raw('version + 1') })) > 0
}

/** The rooms in use with what the page says of them; only those it shows unless `all`. */
export function listRooms(db: Db, all = false): Promise<ShownRoom[]> {
  return rowsOf(
    db,
    `select r.id, r.name, r.kind, r.colour, r.capacity, r.hourly_cents, r.half_day_cents, r.day_cents,
       r.engineer_included, r.bookable, coalesce(x.shown, true) as shown, x.text_fr, x.text_en,
       coalesce((select jsonb_agg(${photo} order by p.position, p.id) from request_photos p
         join files f on f.id = p.small_id where p.room_id = r.id), '[]') as photos
     from rooms r left join request_rooms x on x.room_id = r.id
     where r.archived_at is null and (? or (r.bookable and coalesce(x.shown, true)))
     order by r.position, r.id`,
    [all]
  )
}

/** Is there such a room that the page shows, or could show? */
export async function hasRoom(db: Db, id: number): Promise<boolean> {
  return (await db('rooms').where({ id, archived_at: null }).first('id')) !== undefined
}

export async function keepRoomText(
  db: Db,
  { room_id, ...text }: { room_id: number; shown: boolean; text_fr: string | null; text_en: string | null }
): Promise<void> {
  await db('request_rooms')
    .insert({ room_id, ...text })
    .onConflict('room_id')
    .merge()
}

interface StoredPhoto {
  id: number
  room_id: number | null
  file_id: number
  small_id: number
}

/** A photo that visitors may see: the logo, or one of a room that is shown. `any` is for the studio's own people. */
export async function findPhoto(db: Db, id: number, any = false): Promise<StoredPhoto | undefined> {
  const [found] = await rowsOf<StoredPhoto>(
    db,
    `select p.id, p.room_id, p.file_id, p.small_id from request_photos p left join rooms r on r.id = p.room_id
       left join request_rooms x on x.room_id = p.room_id
     where p.id = ? and (? or p.room_id is null or (r.archived_at is null and r.bookable and coalesce(x.shown, true)))`,
    [id, any]
  )
  return found
}

/** The studio's logo, kept from changing. */
export function lockLogo(db: Db): Promise<StoredPhoto | undefined> {
  return db('request_photos').whereNull('room_id').forUpdate().first<StoredPhoto | undefined>()
}

export async function countPhotos(db: Db, room_id: number): Promise<number> {
  const [row] = await rowsOf<{ n: number }>(db, 'select count(*)::integer as n from request_photos where room_id = ?', [
    room_id
  ])
  return row?.n ?? 0
}

/** Adds a photo behind the others of its room. */
export async function addPhoto(
  db: Db,
  photo: { room_id: number | null; file_id: number; small_id: number; alt: string }
): Promise<number> {
  const position = db.raw(
    '(select coalesce(max(position), 0) + 1 from request_photos where room_id is not distinct from ?)',
    [photo.room_id]
  )
  const [row] = await db('request_photos')
    .insert({ ...photo, position })
    .returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

export async function removePhoto(db: Db, id: number): Promise<StoredPhoto | undefined> {
  const [gone] = await db('request_photos').where({ id }).delete().returning<StoredPhoto[]>('*')
  return gone
}

export const nameAlt = (db: Db, id: number, alt: string): Promise<number> =>
  db('request_photos').where({ id }).update({ alt })

/** Changes places with the photo before or after it in its room. */
export async function movePhoto(db: Db, id: number, direction: 'up' | 'down'): Promise<void> {
  const [sign, order] = direction === 'up' ? ['<', 'desc'] : ['>', 'asc']
  await db.raw(
    `with mine as (select id, room_id, position from request_photos where id = ?),
     other as (select p.id, p.position from request_photos p, mine where p.room_id = mine.room_id
       and (p.position, p.id) ${sign} (mine.position, mine.id) order by p.position ${order}, p.id ${order} limit 1)
     update request_photos p set position = case when p.id = mine.id then other.position else mine.position end
     from mine, other where p.id in (mine.id, other.id)`,
    [id]
  )
}
