import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import { visitHours } from '@patchbay/core/guests'
import type { Version } from '../contract.ts'

/** Where somebody came from. */
export interface From {
  ip: string | null
  agent: string | null
}

/** Wrong passwords within a quarter of an hour: from one address, and on one link. */
const triesOfAddress = 6
const triesOfLink = 40

/** The visit that a browser's key stands for, while it goes on. */
export async function visitOf(db: Db, link_id: number, key_hash: Buffer): Promise<number | undefined> {
  const [row] = await rowsOf<{ id: number }>(
    db,
    `select id from share_visits where link_id = ? and key_hash = ? and what = 'opened'
       and at > now() - make_interval(hours => ?)`,
    [link_id, key_hash, visitHours]
  )
  return row?.id
}

/** Somebody came in: one visit more. */
export async function addVisit(db: Db, link_id: number, key_hash: Buffer, { ip, agent }: From): Promise<void> {
  await db('share_visits').insert({ link_id, what: 'opened', key_hash, ip, agent })
  await db('share_links').where({ id: link_id }).increment('visits', 1)
}

/** Somebody was not let in. */
export async function addRefusal(db: Db, link_id: number, { ip, agent }: From): Promise<void> {
  await db('share_visits').insert({ link_id, what: 'refused', ip, agent })
}

/** May no other password be tried now? Call it with the link locked. */
export async function isTriedTooOften(db: Db, link_id: number, ip: string | null): Promise<boolean> {
  const [row] = await rowsOf<{ own: number; all_of_them: number }>(
    db,
    `select count(*) filter (where ip is not distinct from ?)::integer as own, count(*)::integer as all_of_them
     from share_visits where link_id = ? and what = 'refused' and at > now() - interval '15 minutes'`,
    [ip, link_id]
  )
  return row !== undefined && (row.own >= triesOfAddress || row.all_of_them >= triesOfLink)
}

/**
 * What a log keeps of those who came, and how long: a year from where they did, a quarter of a year that somebody was not
 * let in. Who heard and who took what stays as long as the link.
 */
export async function forgetVisitors(db: Db): Promise<void> {
  await db.raw(`delete from share_visits where what = 'refused' and at < now() - interval '90 days'`)
  await db.raw(
    `update share_visits set ip = null, agent = null
     where at < now() - interval '1 year' and (ip is not null or agent is not null)`
  )
}

/** A revision was heard or taken: once a visit. */
export async function noteUse(
  db: Db,
  use: { link_id: number; visit_id: number; revision_id: number; what: 'heard' | 'downloaded' } & From
): Promise<void> {
  await db('share_visits').insert(use).onConflict().ignore()
}

/** A line of a link's log. */
export interface ShownVisit {
  id: number
  at: Date
  what: 'opened' | 'heard' | 'downloaded' | 'refused'
  ip: string | null
  agent: string | null
  track_title: string | null
  version: Version | null
  number: number | null
}

/** What came of a link, the newest first, at most 200. */
export const listVisits = (db: Db, link_id: number): Promise<ShownVisit[]> =>
  rowsOf(
    db,
    `select v.id, v.at, v.what, v.ip, v.agent, t.title as track_title, r.version, r.number
     from share_visits v left join revisions r on r.id = v.revision_id left join tracks t on t.id = r.track_id
     where v.link_id = ? order by v.id desc limit 200`,
    [link_id]
  )
