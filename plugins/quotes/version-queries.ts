import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { Quote } from './queries.ts'

/** The versions of a quote, the newest first. */
export function listVersions(
  db: Db,
  root: number
): Promise<Pick<Quote, 'id' | 'number' | 'revision' | 'state' | 'total_cents' | 'sent_at'>[]> {
  return rowsOf(
    db,
    `select id, number, revision, state, total_cents, sent_at from quotes where id = ? or root_id = ?
     order by revision desc`,
    [root, root]
  )
}

/** Whoever makes a version of it waits for whoever else does. */
export async function lastRevision(db: Db, root: number): Promise<{ revision: number; draft_id: number | null }> {
  await db('quotes').where({ id: root }).forUpdate().select('id')
  const [row] = await rowsOf<{ revision: number; draft_id: number | null }>(
    db,
    `select max(revision) as revision, max(id) filter (where state = 'draft') as draft_id from quotes
     where id = ? or root_id = ?`,
    [root, root]
  )
  return { revision: row?.revision ?? 1, draft_id: row?.draft_id ?? null }
}

/** Other versions of a quote that wait for an answer, kept from changing. */
export function olderOpen(
  db: Db,
  { id, root_id }: Pick<Quote, 'id' | 'root_id'>
): Promise<Pick<Quote, 'id' | 'request_id'>[]> {
  const root = root_id ?? id
  return rowsOf(
    db,
    `select id, request_id from quotes where (id = ? or root_id = ?) and id <> ? and state = 'sent' for update`,
    [root, root, id]
  )
}

/** The version of a quote that waits for an answer now, in place of another. */
export async function openVersion(db: Db, id: number): Promise<Pick<Quote, 'id' | 'link_sealed'> | undefined> {
  const [found] = await rowsOf<Pick<Quote, 'id' | 'link_sealed'>>(
    db,
    `select n.id, n.link_sealed from quotes o join quotes n on coalesce(n.root_id, n.id) = coalesce(o.root_id, o.id)
     where o.id = ? and n.id <> o.id and n.state in ('sent', 'accepted') order by n.revision desc limit 1`,
    [id]
  )
  return found
}
