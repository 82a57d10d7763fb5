import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { BusyTime, Wanted } from '../sessions/contract.ts'
import type { Stretch } from './reading/calendar.ts'
import type { Whose } from './whose.ts'

/** A calendar elsewhere, without its address: of that only the machine is shown. */
export interface Outside extends Whose {
  id: number
  name: string
  host: string
  show_titles: boolean
  /** The room's or the person's. */
  owner: string
  checked_at: Date | null
  fetched_at: Date | null
  next_at: Date
  failures: number
  /** A sentence of `feeds.problems`. */
  problem: string | null
  cut_at: Date | null
  /** How many stretches are still to come. */
  coming: number
}

/** What it takes to fetch it again. */
export interface ToFetch {
  id: number
  url: string
  etag: string | null
  last_modified: string | null
  problem: string | null
}

export const mostOutside = 100
export const mostOfOne = 10

const columns = `f.id, f.room_id, f.person_id, f.name, substring(f.url from '://([a-zA-Z0-9.-]+)') as host, f.show_titles,
  coalesce(r.name, p.name) as owner, f.checked_at, f.fetched_at, f.next_at, f.failures, f.problem, f.cut_at,
  (select count(*)::integer from outside_times t where t.feed_id = f.id and t.ends_at > now()) as coming`
const from = `from outside_feeds f left join rooms r on r.id = f.room_id left join people p on p.id = f.person_id`

/** Those of one person, or all. */
export function listOutside(db: Db, personId: number | null, all: boolean): Promise<Outside[]> {
  return rowsOf<Outside>(
    db,
    `select ${columns} ${from} where ?::boolean or f.person_id = ?
     order by f.person_id is not null, coalesce(r.name, p.name) collate "fr-x-icu", f.id limit ${mostOutside}`,
    [all, personId ?? 0]
  )
}

export async function findOutside(db: Db, id: number): Promise<Outside | undefined> {
  const [row] = await rowsOf<Outside>(db, `select ${columns} ${from} where f.id = ?`, [id])
  return row
}

/** How many there are, and of this owner; whoever adds at the same time waits until the transaction is over. */
export async function countOutside(db: Db, whose: Whose): Promise<{ all: number; own: number }> {
  await db.raw('lock table outside_feeds in share row exclusive mode')
  const [row] = await rowsOf<{ all: number; own: number }>(
    db,
    `select count(*)::integer as all,
       (count(*) filter (where room_id is not distinct from ? and person_id is not distinct from ?))::integer as own
     from outside_feeds`,
    [whose.room_id, whose.person_id]
  )
  return row ?? { all: 0, own: 0 }
}

export async function addOutsideRow(
  db: Db,
  feed: Whose & { name: string; url: string; show_titles: boolean; created_by: number | null }
): Promise<number> {
  const created_by = db('people')
    .where({ id: feed.created_by ?? 0 })
    .select('id')
  const [row] = await db('outside_feeds')
    .insert({ ...feed, created_by })
    .returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

export async function removeOutsideRow(db: Db, id: number): Promise<void> {
  await db('outside_feeds').where({ id }).delete()
}

export async function findToFetch(db: Db, id: number): Promise<ToFetch | undefined> {
  return db('outside_feeds').where({ id }).first<ToFetch | undefined>('id', 'url', 'etag', 'last_modified', 'problem')
}

/** Those whose time has come, at most `most`, put off by a quarter of an hour: no other job takes them meanwhile. */
export function takeDue(db: Db, most: number): Promise<ToFetch[]> {
  return rowsOf<ToFetch>(
    db,
    `update outside_feeds set next_at = now() + interval '15 minutes'
     where id in (select id from outside_feeds where next_at <= now() order by next_at limit ? for update skip locked)
     returning id, url, etag, last_modified, problem`,
    [most]
  )
}

/** What a calendar says now takes the place of what it said before. To be asked in a transaction. */
export async function replaceTimes(
  db: Db,
  id: number,
  fresh: { times: readonly Stretch[]; cut_at: Date | null; etag: string | null; last_modified: string | null }
): Promise<void> {
  // one that was removed meanwhile has no times
  const there = await db('outside_feeds').where({ id }).forUpdate().first('id')
  if (!there) return
  await db('outside_times').where({ feed_id: id }).delete()
  const { times, cut_at, etag, last_modified } = fresh
  await rowsOf(
    db,
    `insert into outside_times (feed_id, uid, starts_at, ends_at, summary)
     select ?::bigint, * from unnest(?::text[], ?::timestamptz[], ?::timestamptz[], ?::text[])`,
    [
      id,
      times.map(({ uid }) => uid),
      times.map(({ starts_at }) => starts_at.toISOString()),
      times.map(({ ends_at }) => ends_at.toISOString()),
      times.map(({ summary }) => summary)
    ]
  )
  await db('outside_feeds').where({ id }).update({ cut_at, etag, last_modified })
  await noteGood(db, id)
}

/** It answered as it should. */
export async function noteGood(db: Db, id: number): Promise<void> {
  await db.raw(
    `update outside_feeds set checked_at = now(), fetched_at = now(), failures = 0, problem = null,
       next_at = now() + interval '15 minutes' where id = ?`,
    [id]
  )
}

/** It did not; what it said before stays. Each time it is left alone for twice as long, a day at most. */
export async function noteBad(db: Db, id: number, problem: string): Promise<void> {
  await db.raw(
    `update outside_feeds set checked_at = now(), failures = failures + 1, problem = ?,
       next_at = now() + least(interval '1 day', interval '15 minutes' * power(2, least(failures + 1, 8))) where id = ?`,
    [problem, id]
  )
}

/** When rooms and people are taken elsewhere. A title only where the owner wants it seen. */
export function listOutsideTimes(
  db: Db,
  { from, to, rooms, people }: Wanted
): Promise<(Omit<BusyTime, 'label'> & { summary: string | null })[]> {
  return rowsOf(
    db,
    `select f.room_id, f.person_id, t.starts_at, t.ends_at, case when f.show_titles then t.summary end as summary
     from outside_feeds f join outside_times t on t.feed_id = f.id
     where (f.room_id = any(?) or f.person_id = any(?)) and t.starts_at < ? and t.ends_at > ?
     order by t.starts_at limit 5000`,
    [rooms, people, to, from]
  )
}
