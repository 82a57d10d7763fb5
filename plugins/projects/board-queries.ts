import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { ProjectStatus } from './contract.ts'

/** Where a card goes in its column: before one, behind one, or on top. */
export interface Wanted {
  id: number
  status: ProjectStatus
  before_id: number | null
  after_id: number | null
}

/**
 * Keeps the board from being sorted by others until the transaction ends. Before any card is locked: who numbers a column
 * anew writes all its cards, and would wait for one whose holder waits for the board.
 */
export async function lockBoard(db: Db): Promise<void> {
  await rowsOf(db, `select pg_advisory_xact_lock(hashtext('projects.board'))`)
}

/**
 * The position between the wanted neighbours; a neighbour that is elsewhere by now counts as none. Undefined when the two
 * have come too close for a number to fit between: `spread` them, and ask again.
 */
export async function placeIn(db: Db, { id, status, before_id, after_id }: Wanted): Promise<number | undefined> {
  const [edges] = await rowsOf<{ above: number | null; below: number | null; first: number | null }>(
    db,
    `with others as (select id, position, lag(position) over w as above, lead(position) over w as below
       from projects where status = ? and id <> ? window w as (order by position, id))
     select (select case when id = ? then above else position end from others where id in (?, ?) order by id = ? desc limit 1) as above,
       (select case when id = ? then position else below end from others where id in (?, ?) order by id = ? desc limit 1) as below,
       (select min(position) from others) as first`,
    [status, id, ...around(before_id, after_id), ...around(before_id, after_id)]
  )
  const { above = null, below = null, first = null } = edges ?? {}
  if (above === null && below === null) return first === null ? 0 : first - 1
  if (above === null) return (below ?? 0) - 1
  if (below === null) return above + 1
  const middle = (above + below) / 2
  return middle > above && middle < below ? middle : undefined
}

const around = (before_id: number | null, after_id: number | null) => [
  before_id ?? 0,
  before_id ?? 0,
  after_id ?? 0,
  before_id ?? 0
]

/** Numbers a column anew, in its order. */
export async function spread(db: Db, status: ProjectStatus): Promise<void> {
  await db.raw(
    `update projects p set position = n.n from (
       select id, row_number() over (order by position, id) as n from projects where status = ?) n
     where n.id = p.id and p.position <> n.n`,
    [status]
  )
}

/** A card of the board is where it is now. */
export async function moveTo(db: Db, id: number, status: ProjectStatus, position: number): Promise<void> {
  await db('projects').where({ id }).update({ status, position, changed_at: db.fn.now() })
}
