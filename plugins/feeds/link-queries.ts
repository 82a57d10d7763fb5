import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { Detail } from './contract.ts'
import type { Whose } from './whose.ts'

/** A private link, as its owner sees it: what leads there is not known any more. */
export interface Link extends Whose {
  id: number
  detail: Detail
  /** The room's or the person's; null for the studio. */
  name: string | null
  created_at: Date
  last_used_at: Date | null
}

/** A link that a calendar came by. */
export interface Subscription extends Link {
  /** The language of whose it is; null for the studio's. */
  locale: 'fr' | 'en' | null
}

export const mostLinks = 200

const columns = `l.id, l.room_id, l.person_id, l.detail, coalesce(r.name, p.name) as name, l.created_at, l.last_used_at`
const from = `from feed_links l left join rooms r on r.id = l.room_id left join people p on p.id = l.person_id`

/** The links of one person, or all. */
export function listLinks(db: Db, personId: number | null, all: boolean): Promise<Link[]> {
  return rowsOf<Link>(
    db,
    `select ${columns} ${from} where ?::boolean or l.person_id = ?
     order by l.person_id is not null, l.room_id is not null, coalesce(r.name, p.name) collate "fr-x-icu", l.id limit ${mostLinks}`,
    [all, personId ?? 0]
  )
}

export async function findLink(db: Db, id: number): Promise<Link | undefined> {
  const [row] = await rowsOf<Link>(db, `select ${columns} ${from} where l.id = ?`, [id])
  return row
}

/** Undefined for a link that never was or is revoked, and for those of people who have left and rooms out of use. */
export async function findSubscription(db: Db, hash: Buffer): Promise<Subscription | undefined> {
  const [row] = await rowsOf<Subscription>(
    db,
    `select ${columns}, p.locale ${from}
     where l.token_hash = ? and (p.id is null or p.active) and r.archived_at is null`,
    [hash]
  )
  return row
}

/** Undefined when there are `mostLinks`. Whoever adds at the same time waits. */
export async function addLinkRow(
  db: Db,
  link: Whose & { detail: Detail; token_hash: Buffer; created_by: number | null }
): Promise<number | undefined> {
  await db.raw('lock table feed_links in share row exclusive mode')
  const [row] = await rowsOf<{ id: number }>(
    db,
    `insert into feed_links (token_hash, room_id, person_id, detail, created_by)
     select ?::bytea, ?::bigint, ?::bigint, ?::text, (select id from people where id = ?)
     where (select count(*) from feed_links) < ${mostLinks} returning id`,
    [link.token_hash, link.room_id, link.person_id, link.detail, link.created_by ?? 0]
  )
  return row?.id
}

/** The old link leads nowhere from now on. False: there is none. */
export async function renewLinkRow(db: Db, id: number, token_hash: Buffer): Promise<boolean> {
  const fresh = { token_hash, last_used_at: null, etag: null, changed_at: null, created_at: db.fn.now() }
  return (await db('feed_links').where({ id }).update(fresh)) === 1
}

export async function removeLinkRow(db: Db, id: number): Promise<void> {
  await db('feed_links').where({ id }).delete()
}

/** Notes that it was fetched, and since when it gives what it gives now, to the second. */
export async function noteFetched(db: Db, id: number, etag: string): Promise<Date> {
  const [row] = await rowsOf<{ changed_at: Date }>(
    db,
    `update feed_links set last_used_at = now(), etag = ?,
       changed_at = case when etag = ? then changed_at else date_trunc('second', now()) end
     where id = ? returning changed_at`,
    [etag, etag, id]
  )
  return row?.changed_at ?? new Date()
}

/** A room, or somebody who is still there. */
export async function findOwner(db: Db, { room_id, person_id }: Whose): Promise<boolean> {
  const rows = await rowsOf(
    db,
    `select 1 from rooms where id = ? and archived_at is null union all select 1 from people where id = ? and active`,
    [room_id ?? 0, person_id ?? 0]
  )
  return rows.length > 0
}

/** Rooms and people there are feeds of. */
export function listOwners(db: Db): Promise<{ of: string; name: string; room: boolean }[]> {
  return rowsOf(
    db,
    `select of, name, room from (
       select 'room:' || id as of, name, true as room, position as place from rooms where archived_at is null
       union all select 'person:' || id, name, false, 0 from people where active
     ) owners order by room desc, place, name collate "fr-x-icu" limit 500`
  )
}
