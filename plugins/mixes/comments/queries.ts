import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { Version } from '../contract.ts'

export interface Comment {
  id: number
  revision_id: number
  parent_id: number | null
  at_ms: number | null
  until_ms: number | null
  body: string
  person_id: number | null
  link_id: number | null
  author: string
  resolved_at: Date | null
  resolved_by: string | null
  carried_from: number | null
  edited_at: Date | null
  at: Date
}

/** With the revision it was first said of, when it was carried here, and whether it was carried further. */
export interface ShownComment extends Comment {
  asked_version: Version | null
  asked_number: number | null
  carried_on: boolean
}

export interface CommentedRevision {
  id: number
  track_id: number
  project_id: number
  version: Version
  number: number
  title: string
  artist: string | null
  project: string
  duration_ms: number | null
  created_by: number | null
}

const revisionFor = `select r.id, r.track_id, t.project_id, r.version, r.number, t.title, p.artist, p.title as project,
    a.duration_ms, r.created_by
  from revisions r join tracks t on t.id = r.track_id join projects p on p.id = t.project_id
    join audio_files a on a.id = r.audio_id`

/** A revision with what its comments need of it; undefined when it is not there. */
export async function findCommented(db: Db, id: number): Promise<CommentedRevision | undefined> {
  const [row] = await rowsOf<CommentedRevision>(db, `${revisionFor} where r.id = ?`, [id])
  return row
}

/** The revision of a comment. */
export async function findCommentedBy(db: Db, comment_id: number): Promise<CommentedRevision | undefined> {
  const which = 'where r.id = (select revision_id from track_comments where id = ?)'
  const [row] = await rowsOf<CommentedRevision>(db, `${revisionFor} ${which}`, [comment_id])
  return row
}

/** All that was said of a revision, in the order it was said; answers too. */
export const commentsOf = (db: Db, revision_id: number): Promise<ShownComment[]> =>
  rowsOf<ShownComment>(
    db,
    `select c.id, c.revision_id, c.parent_id, c.at_ms, c.until_ms, c.body, c.person_id, c.link_id, c.author, c.resolved_at,
       c.resolved_by, c.carried_from, c.edited_at, c.at, r.version as asked_version, r.number as asked_number,
       exists (select 1 from track_comments n where n.carried_from = coalesce(c.carried_from, c.id) and n.id > c.id) as carried_on
     from track_comments c left join track_comments o on o.id = c.carried_from left join revisions r on r.id = o.revision_id
     where c.revision_id = ? order by c.id`,
    [revision_id]
  )

/** Those of the studio whom one can call. */
export const mentionable = (db: Db): Promise<{ id: number; name: string }[]> =>
  rowsOf(db, 'select id, name from people where active order by name, id', [])

export const lockComment = (db: Db, id: number): Promise<Comment | undefined> =>
  db('track_comments').where({ id }).forUpdate().first<Comment | undefined>()

/** Whether somebody answered it, or it went on to a later revision: then its words stay. */
export async function isTakenUp(db: Db, id: number): Promise<boolean> {
  const row = await db('track_comments')
    .where({ parent_id: id })
    .orWhere({ carried_from: id })
    .first<{ id: number } | undefined>('id')
  return row !== undefined
}

export interface NewComment {
  revision_id: number
  parent_id?: number | null
  at_ms?: number | null
  until_ms?: number | null
  body: string
  person_id?: number | null
  link_id?: number | null
  author: string
  mentions?: readonly number[]
  at?: Date
}

export async function addComment(db: Db, comment: NewComment): Promise<number> {
  const mentions = `{${(comment.mentions ?? []).join(',')}}`
  const [row] = await db('track_comments')
    .insert({ ...comment, mentions })
    .returning<{ id: number }[]>('id')
  if (!row) throw new Error('insert gave no row')
  return row.id
}

export const changeComment = (
  db: Db,
  id: number,
  fields: { body: string; at_ms: number | null; until_ms: number | null }
): Promise<number> =>
  db('track_comments')
    .where({ id })
    .update({ ...fields, edited_at: db.fn.now() })

export const removeComment = (db: Db, id: number): Promise<number> => db('track_comments').where({ id }).delete()

/**
 * Done, by whom; undone with null. A request is one, whichever revision it is ticked on: where it was first said, and
 * wherever it was carried.
 */
export const settleComment = (
  db: Db,
  { id, carried_from }: Pick<Comment, 'id' | 'carried_from'>,
  by: string | null
): Promise<number> =>
  db('track_comments')
    .where({ id: carried_from ?? id })
    .orWhere({ carried_from: carried_from ?? id })
    .update({ resolved_at: by === null ? null : db.fn.now(), resolved_by: by })

/**
 * What is still open on the revision before goes on to this one: of the same version, or, when it is the first of its
 * version, the latest of the versions before. Gives the ids made; none when it was done already.
 */
export const carryOn = (db: Db, revision_id: number): Promise<{ id: number }[]> =>
  rowsOf<{ id: number }>(
    db,
    `with one as (select *, array_position(array['demo','rough','final','master'], version) as step from revisions where id = ?),
     before as (
       select r.id from revisions r, one
       where r.track_id = one.track_id and (
         (r.version = one.version and r.number < one.number)
         or (one.number = 1 and array_position(array['demo','rough','final','master'], r.version) < one.step))
       order by array_position(array['demo','rough','final','master'], r.version) desc, r.number desc limit 1)
     insert into track_comments
       (revision_id, at_ms, until_ms, body, person_id, link_id, author, mentions, carried_from, at)
     select one.id, c.at_ms, c.until_ms, c.body, c.person_id, c.link_id, c.author, c.mentions, coalesce(c.carried_from, c.id), c.at
     from track_comments c, one
     where c.revision_id = (select id from before) and c.parent_id is null and c.resolved_at is null
       and not exists (select 1 from track_comments n where n.revision_id = one.id
         and n.carried_from = coalesce(c.carried_from, c.id))
     order by c.at_ms nulls first, c.id
     returning id`,
    [revision_id]
  )

export interface NoticedComment extends Comment {
  mentions: number[]
  title: string
  track_id: number
  uploaded_by: number | null
  parent_person: number | null
}

/** A comment with those whom it may concern. */
export async function findNoticed(db: Db, id: number): Promise<NoticedComment | undefined> {
  const [row] = await rowsOf<NoticedComment>(
    db,
    `select c.*, to_json(c.mentions) as mentions, t.title, r.track_id, r.created_by as uploaded_by, parent.person_id as parent_person
     from track_comments c join revisions r on r.id = c.revision_id join tracks t on t.id = r.track_id
       left join track_comments parent on parent.id = c.parent_id
     where c.id = ?`,
    [id]
  )
  return row
}
