import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { RevisionState, Version } from '../contract.ts'

/** A revision with all that matters for sending it to somebody. */
export interface Reviewable {
  id: number
  track_id: number
  project_id: number
  client_id: number | null
  version: Version
  number: number
  state: RevisionState
  title: string
  project: string
  artist: string | null
  rounds_included: number
  /** Rounds that were sent before, of the mixes or of the version itself. */
  rounds_sent: number
  /** The newest of its version. */
  newest: number
  /** SHA-256 of its file. */
  sha256: Buffer
  created_by: number | null
}

export interface Review {
  id: number
  revision_id: number
  round: number
  beyond: boolean
  to_name: string
  to_email: string | null
  message: string | null
  link_id: number | null
  sent_by: number | null
  sent_at: Date
  due_on: string | null
  outcome: 'approved' | 'changes' | 'withdrawn' | null
  decided_at: Date | null
  decided_by: string | null
  decided_email: string | null
  decided_person: number | null
  words: string | null
  remark: string | null
  sha256: Buffer | null
  ip: string | null
  agent: string | null
  supplement: string | null
}

export interface ShownReview extends Review {
  version: Version
  number: number
  sender: string | null
  noted_by: string | null
}

/** Rough and final mixes share their rounds; a demo and a master are counted for themselves. */
const sameRounds = `(case when s.version in ('rough', 'final') then 'mix' else s.version end)
  = (case when r.version in ('rough', 'final') then 'mix' else r.version end)`

const reviewable = `select r.id, r.track_id, t.project_id, p.client_id, r.version, r.number, r.state, t.title, p.title as project, p.artist,
       p.rounds_included, a.sha256, r.created_by,
       (select max(n.number) from revisions n where n.track_id = r.track_id and n.version = r.version) as newest,
       (select count(*)::int from reviews w join revisions s on s.id = w.revision_id
        where s.track_id = r.track_id and ${sameRounds} and w.outcome is distinct from 'withdrawn') as rounds_sent`
const reviewed = `from revisions r join tracks t on t.id = r.track_id join projects p on p.id = t.project_id
  join audio_files a on a.id = r.audio_id where r.id = ?`

/** Undefined when there is none. */
export async function findReviewable(db: Db, id: number): Promise<Reviewable | undefined> {
  const [row] = await rowsOf<Reviewable>(db, `${reviewable} ${reviewed}`, [id])
  return row
}

/** Somebody a revision can be sent to. */
export interface Person {
  name: string
  email: string | null
}

/** The same with those it can be sent to: the project's client and their contacts, the main one first. */
export async function findSendable(db: Db, id: number): Promise<(Reviewable & { people: Person[] }) | undefined> {
  const [row] = await rowsOf<Reviewable & { people: Person[] }>(
    db,
    `${reviewable}, (select coalesce(json_agg(json_build_object('name', name, 'email', email) order by rank, name), '[]') from (
       select distinct on (lower(coalesce(email, name))) name, email, rank from (
         select coalesce(x.name, m.name) as name, coalesce(x.email, m.email) as email, case when x.is_main then 0 else 2 end as rank
         from client_contacts x left join clients m on m.id = x.member_client_id where x.client_id = p.client_id
         union all select coalesce(artist_name, name), email, 1 from clients where id = p.client_id) found
       order by lower(coalesce(email, name)), rank limit 12) people) as people
     ${reviewed}`,
    [id]
  )
  return row
}

/** Makes those who send or decide about the same track wait for one another. */
export const lockTrack = (db: Db, track_id: number): Promise<unknown> =>
  db('tracks').where({ id: track_id }).forUpdate().first('id')

export const setRevisionState = (db: Db, id: number, state: RevisionState): Promise<number> =>
  db('revisions').where({ id }).update({ state })

/** Every review of a track, the newest first. */
export const reviewsOfTrack = (db: Db, track_id: number): Promise<ShownReview[]> =>
  rowsOf<ShownReview>(
    db,
    `select w.*, r.version, r.number, s.name as sender, n.name as noted_by
     from reviews w join revisions r on r.id = w.revision_id left join people s on s.id = w.sent_by
       left join people n on n.id = w.decided_person
     where r.track_id = ? order by w.id desc`,
    [track_id]
  )

export const findReview = (db: Db, id: number): Promise<Review | undefined> =>
  db('reviews').where({ id }).first<Review | undefined>()

/** The one that waits behind a link for its guest's word, held until it is given. */
export const lockWaiting = (
  db: Db,
  by: { id: number } | { link_id: number; revision_id: number }
): Promise<Review | undefined> => db('reviews').where(by).whereNull('outcome').forUpdate().first<Review | undefined>()

/** The last one that a link was made for, decided or not. */
export const reviewOfLink = (db: Db, link_id: number, revision_id: number): Promise<Review | undefined> =>
  db('reviews').where({ link_id, revision_id }).orderBy('id', 'desc').first<Review | undefined>()

export type NewReview = Pick<
  Review,
  | 'revision_id'
  | 'round'
  | 'beyond'
  | 'to_name'
  | 'to_email'
  | 'message'
  | 'due_on'
  | 'sent_by'
  | 'link_id'
  | 'supplement'
> & { sent_at?: Date }

export async function addReview(db: Db, review: NewReview): Promise<number> {
  const [row] = await db('reviews').insert(review).returning<{ id: number }[]>('id')
  if (!row) throw new Error('insert gave no row')
  return row.id
}

export type Decision = Pick<Review, 'outcome'> & Partial<Omit<Review, 'id' | 'revision_id'>>

/** Once: false when it was decided before. */
export async function decide(db: Db, id: number, decision: Decision): Promise<boolean> {
  const done = await db('reviews')
    .where({ id })
    .whereNull('outcome')
    .update({ decided_at: db.fn.now(), ...decision })
  return done > 0
}

/** Older revisions of the same version end when a newer one is there; what was approved stays approved. */
export const supersedeOlder = (db: Db, revision_id: number): Promise<{ id: number }[]> =>
  rowsOf(
    db,
    `update revisions o set state = 'superseded' from revisions r
     where r.id = ? and o.track_id = r.track_id and o.version = r.version and o.number < r.number
       and o.state in ('draft', 'in_review', 'changes') returning o.id`,
    [revision_id]
  )

/** Reviews of older revisions of the same version that nobody answered. */
export const waitingBefore = (db: Db, revision_id: number): Promise<Pick<Review, 'id' | 'link_id' | 'revision_id'>[]> =>
  rowsOf(
    db,
    `select w.id, w.link_id, w.revision_id from reviews w join revisions o on o.id = w.revision_id join revisions r on r.id = ?
     where o.track_id = r.track_id and o.version = r.version and o.number < r.number and w.outcome is null for update of w`,
    [revision_id]
  )

export interface Due {
  id: number
  revision_id: number
  track_id: number
  project_id: number
  to_name: string
  to_email: string | null
  due_on: string
  message: string | null
  title: string
  version: Version
  number: number
  link_id: number | null
  link_open: boolean
  token_sealed: string | null
  language: 'fr' | 'en' | null
  sender: string | null
}

const mailed = `select w.id, w.revision_id, r.track_id, t.project_id, w.to_name, w.to_email, w.due_on, w.message, t.title,
    r.version, r.number, w.link_id, l.token_sealed, c.language, s.name as sender,
    coalesce(l.revoked_at is null and (l.expires_at is null or l.expires_at > now()), false) as link_open
  from reviews w join revisions r on r.id = w.revision_id join tracks t on t.id = r.track_id
    join projects p on p.id = t.project_id left join clients c on c.id = p.client_id
    left join share_links l on l.id = w.link_id left join people s on s.id = w.sent_by`

/** What a mail about a review needs; undefined when it does not wait any more. */
export async function findMailed(db: Db, id: number): Promise<Due | undefined> {
  const [row] = await rowsOf<Due>(db, `${mailed} where w.id = ? and w.outcome is null`, [id])
  return row
}

/** Reviews that wait since `days` days after their date or longer, and nobody was reminded of. */
export const overdue = (db: Db, today: string, days: number): Promise<Due[]> =>
  rowsOf<Due>(
    db,
    `${mailed} where w.outcome is null and w.reminded_at is null and w.due_on + ?::int <= ?::date order by w.id`,
    [days, today]
  )

export const noteReminder = (db: Db, id: number): Promise<number> =>
  db('reviews').where({ id }).update({ reminded_at: db.fn.now() })
