import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import { visitHours } from '@patchbay/core/guests'

/** Where somebody came from. */
export interface From {
  ip: string | null
  agent: string | null
}

/** Wrong passwords within a quarter of an hour: from one address, and on one package. */
const triesOfAddress = 6
const triesOfDelivery = 40

/** A visit: somebody's browser that came in by the link, and whether it took something. */
export interface Visit {
  id: number
  counted: boolean
}

/** The visit that a browser's key stands for, while it goes on. */
export async function visitOf(db: Db, delivery_id: number, key_hash: Buffer): Promise<Visit | undefined> {
  const [row] = await rowsOf<Visit>(
    db,
    `select id, counted from delivery_visits where delivery_id = ? and key_hash = ? and what = 'opened'
       and at > now() - make_interval(hours => ?)`,
    [delivery_id, key_hash, visitHours]
  )
  return row
}

export async function addVisit(db: Db, delivery_id: number, key_hash: Buffer, { ip, agent }: From): Promise<void> {
  await db('delivery_visits').insert({ delivery_id, what: 'opened', key_hash, ip, agent })
}

export async function addRefusal(db: Db, delivery_id: number, { ip, agent }: From): Promise<void> {
  await db('delivery_visits').insert({ delivery_id, what: 'refused', ip, agent })
}

/** May no other password be tried now? Call it with the package locked. */
export async function isTriedTooOften(db: Db, delivery_id: number, ip: string | null): Promise<boolean> {
  const [row] = await rowsOf<{ own: number; all_of_them: number }>(
    db,
    `select count(*) filter (where ip is not distinct from ?)::integer as own, count(*)::integer as all_of_them
     from delivery_visits where delivery_id = ? and what = 'refused' and at > now() - interval '15 minutes'`,
    [ip, delivery_id]
  )
  return row !== undefined && (row.own >= triesOfAddress || row.all_of_them >= triesOfDelivery)
}

/**
 * What a log keeps of those who came, and how long: a year from where they did, a quarter of a year that somebody was not
 * let in. Who heard and who took what stays as long as the package.
 */
export async function forgetVisitors(db: Db): Promise<void> {
  await db.raw(`delete from delivery_visits where what = 'refused' and at < now() - interval '90 days'`)
  await db.raw(
    `update delivery_visits set ip = null, agent = null
     where at < now() - interval '1 year' and (ip is not null or agent is not null)`
  )
}

/** This visit takes something: one download of those there are. Call it with the package locked. */
export async function countVisit(db: Db, delivery_id: number, visit_id: number): Promise<void> {
  await db('delivery_visits').where({ id: visit_id }).update({ counted: true })
  await db('deliveries').where({ id: delivery_id }).increment('downloads', 1)
}

/** Somebody begins to take a file, or the whole: the line of the log, which says `done` once it went through. */
export async function addTaking(
  db: Db,
  taking: { delivery_id: number; visit_id: number; file_id: number | null } & From
): Promise<{ id: number; first: boolean }> {
  const row = { ...taking, what: taking.file_id === null ? 'package' : 'file', done: false }
  const [added] = await db('delivery_visits').insert(row).onConflict().ignore().returning<{ id: number }[]>('id')
  if (added) return { id: added.id, first: true }
  // a file that is fetched in parts, or once more: it is the same line
  const { visit_id, file_id } = taking
  const known = await db('delivery_visits')
    .where({ visit_id, file_id, what: 'file' })
    .first<{ id: number } | undefined>('id')
  if (!known) throw new Error('a taking was neither added nor there')
  return { id: known.id, first: false }
}

/** All bytes of it left. */
export const noteDone = (db: Db, id: number): Promise<number> =>
  db('delivery_visits').where({ id }).update({ done: true })

/** A line of a package's log. */
export interface ShownVisit {
  at: Date
  what: 'opened' | 'heard' | 'file' | 'package' | 'refused'
  name: string | null
  done: boolean | null
  ip: string | null
}

/** What came of a package, hearing included, the newest first, at most 200. */
export const listVisits = (db: Db, delivery_id: number): Promise<ShownVisit[]> =>
  rowsOf(
    db,
    `select v.at, v.what, f.name, v.done, v.ip from delivery_visits v left join delivery_files f on f.id = v.file_id
     where v.delivery_id = ?
     union all
     select s.at, s.what, concat_ws(' · ', t.title, t.version_title), null, s.ip
     from delivery_listening d join share_visits s on s.link_id = d.share_link_id join revisions r on r.id = s.revision_id
       join tracks t on t.id = r.track_id
     where d.delivery_id = ? and s.what = 'heard'
     order by at desc limit 200`,
    [delivery_id, delivery_id]
  )
