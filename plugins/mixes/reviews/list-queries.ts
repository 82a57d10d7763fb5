import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { RevisionState, Version } from '../contract.ts'
import type { ReviewsQuery } from './forms.ts'

export interface ReviewRow {
  id: number
  revision_id: number
  track_id: number
  project_id: number
  title: string
  project: string
  artist: string | null
  version: Version
  number: number
  state: RevisionState
  round: number
  beyond: boolean
  rounds_included: number
  to_name: string
  sent_at: Date
  due_on: string | null
  /** Days since it was due; null when it is not late. */
  late_days: number | null
  outcome: 'approved' | 'changes' | 'withdrawn' | null
  decided_at: Date | null
  decided_by: string | null
  open_comments: number
}

const row = `select w.id, w.revision_id, r.track_id, t.project_id, t.title, p.title as project,
    coalesce(p.artist, c.artist_name, c.name) as artist, r.version, r.number, r.state, w.round, w.beyond, p.rounds_included,
    w.to_name, w.sent_at, w.due_on, w.outcome, w.decided_at, w.decided_by,
    case when w.outcome is null and w.due_on < ?::date then ?::date - w.due_on end as late_days,
    (select count(*)::int from track_comments k where k.revision_id = r.id and k.resolved_at is null and k.parent_id is null)
      as open_comments
  from reviews w join revisions r on r.id = w.revision_id join tracks t on t.id = r.track_id
    join projects p on p.id = t.project_id left join clients c on c.id = p.client_id`

/** What each filter asks for; without one, all that somebody has to do something about. */
const wanted = {
  waiting: 'w.outcome is null',
  late: 'w.outcome is null and w.due_on < ?::date',
  changes: "w.outcome = 'changes' and r.state = 'changes'",
  approved: "w.outcome = 'approved'",
  withdrawn: "w.outcome = 'withdrawn'",
  open: "(w.outcome is null or (w.outcome = 'changes' and r.state = 'changes'))"
}

export interface Reading {
  today: string
  limit: number
  /** The last one seen. */
  after?: number | undefined
}

/** Reviews, the last sent first. */
export async function listReviews(
  db: Db,
  { q, state, project_id }: Pick<ReviewsQuery, 'q' | 'state' | 'project_id'>,
  { today, limit, after }: Reading
): Promise<ReviewRow[]> {
  const where = [wanted[state ?? 'open']]
  const values: (string | number)[] = state === 'late' ? [today] : []
  if (q) {
    where.push("t.search || ' ' || p.search like '%' || words_of(?) || '%'")
    values.push(q)
  }
  if (project_id) {
    where.push('p.id = ?')
    values.push(project_id)
  }
  if (after) {
    where.push('w.id < ?')
    values.push(after)
  }
  return rowsOf<ReviewRow>(db, `${row} where ${where.join(' and ')} order by w.id desc limit ?`, [
    today,
    today,
    ...values,
    limit
  ])
}

/** How many there are of each kind. */
export async function countReviews(db: Db, today: string): Promise<Record<'waiting' | 'late' | 'changes', number>> {
  const [counts] = await rowsOf<{ waiting: number; late: number; changes: number }>(
    db,
    `select count(*) filter (where w.outcome is null)::int as waiting,
       count(*) filter (where w.outcome is null and w.due_on < ?::date)::int as late,
       count(*) filter (where w.outcome = 'changes')::int as changes
     from reviews w join revisions r on r.id = w.revision_id
     where w.outcome is null or (w.outcome = 'changes' and r.state = 'changes')`,
    [today]
  )
  return counts ?? { waiting: 0, late: 0, changes: 0 }
}

/** What somebody has to see to today: late ones first, then what came back with changes. */
export const reviewsToday = (db: Db, today: string, limit: number): Promise<ReviewRow[]> =>
  rowsOf<ReviewRow>(
    db,
    `${row} where w.outcome is null or (w.outcome = 'changes' and r.state = 'changes')
     order by w.outcome is null and w.due_on < ?::date desc nulls last, w.outcome is not null desc, w.id desc limit ?`,
    [today, today, today, limit]
  )
