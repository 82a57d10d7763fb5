import { cursor, pageSize, rowsAfresh, rowsOf, together } from '@patchbay/core'
import type { Db, Page } from '@patchbay/core'
import type { TasksQuery } from './task-forms.ts'

/** Something to be done, and what it is about. */
export interface Task {
  id: number
  title: string
  note: string | null
  project_id: number | null
  project_title: string | null
  track_id: number | null
  track_title: string | null
  session_id: number | null
  session_title: string | null
  session_at: Date | null
  client_id: number | null
  client_name: string | null
  assignee_id: number | null
  assignee_name: string | null
  due_on: string | null
  done_at: Date | null
  done_by: number | null
  created_by: number | null
}

const columns = `t.id, t.title, t.note, t.project_id, p.title as project_title, t.track_id, k.title as track_title, t.session_id,
  coalesce(v.artist_name, v.name, s.title) as session_title, s.starts_at as session_at,
  t.client_id, coalesce(c.artist_name, c.name) as client_name, t.assignee_id, a.name as assignee_name, t.due_on,
  t.done_at, t.done_by, t.created_by`
const from = `from tasks t left join projects p on p.id = t.project_id left join tracks k on k.id = t.track_id
  left join sessions s on s.id = t.session_id left join clients v on v.id = s.client_id
  left join clients c on c.id = t.client_id left join people a on a.id = t.assignee_id`

export async function findTask(db: Db, id: number): Promise<Task | undefined> {
  const [row] = await rowsOf<Task>(db, `select ${columns} ${from} where t.id = ?`, [id])
  return row
}

/** The same, kept from others until the transaction ends. */
export async function lockTask(db: Db, id: number): Promise<Task | undefined> {
  await rowsOf(db, 'select id from tasks where id = ? for update', [id])
  return findTask(db, id)
}

/** What is to be done of a project in its order, and the last 10 that are done. */
export const tasksOfProject = (db: Db, project_id: number): Promise<Task[]> =>
  rowsOf(
    db,
    `select * from (
       (select ${columns}, t.position ${from} where t.project_id = ? and t.done_at is null order by t.position, t.id limit 300)
       union all
       (select ${columns}, t.position ${from} where t.project_id = ? and t.done_at is not null order by t.done_at desc limit 10)
     ) t order by done_at desc nulls first, position, id`,
    [project_id, project_id]
  )

export const tasksOfTrack = (db: Db, track_id: number): Promise<Task[]> =>
  rowsOf(
    db,
    `select ${columns} ${from} where t.track_id = ? order by t.done_at desc nulls first, t.position, t.id limit 50`,
    [track_id]
  )

/** Tasks of a session or client, and whom they could be given to: one statement, for pages that have little to spare. */
export async function tasksWithPeople(
  db: Db,
  about: 'session_id' | 'client_id',
  id: number
): Promise<{ tasks: Task[]; people: { id: number; name: string }[] }> {
  const [row] = await rowsOf<{ tasks: Task[]; people: { id: number; name: string }[] }>(
    db,
    `select (select coalesce(json_agg(one), '[]') from (select ${columns} ${from} where t.${about} = ?
         order by t.done_at desc nulls first, t.due_on, t.id limit 30) one) as tasks,
       (select coalesce(json_agg(json_build_object('id', id, 'name', name) order by name), '[]') from people where active) as people`,
    [id]
  )
  const asDate = (text: Date | null) => (text === null ? null : new Date(text))
  const tasks = (row?.tasks ?? []).map(task => ({
    ...task,
    session_at: asDate(task.session_at),
    done_at: asDate(task.done_at)
  }))
  return { tasks, people: row?.people ?? [] }
}

/** Tasks: one's own or all, to be done or done, a page at once: what is due first, what has no day last. Two statements. */
export async function listTasks(
  db: Db,
  query: TasksQuery,
  { today, person_id }: { today: string; person_id: number | null }
): Promise<Page<Task>> {
  const { sql, bindings } = wantedOf(query, today, person_id)
  const done = query.state === 'done'
  const place = done ? 't.done_at' : `coalesce(t.due_on, 'infinity'::date)`
  const backwards = !query.after && Boolean(query.before)
  const edge = cursor.read(query.after ?? query.before ?? undefined, 2)
  const direction = done === backwards ? 'asc' : 'desc'
  const typed = done ? '?::timestamptz' : '?::date'
  const keyset = edge ? ` and (${place}, t.id) ${direction === 'asc' ? '>' : '<'} (${typed}, ?)` : ''
  const order = `order by ${place} ${direction}, t.id ${direction}`
  const [found, [total]] = await together(db, db => [
    rowsAfresh<Task & { place: string }>(
      db,
      `select ${columns}, ${place}::text as place
       ${from.replace('tasks t', `(select t.* from tasks t where ${sql}${keyset} ${order} limit ${pageSize + 1}) t`)} ${order}`,
      [...bindings, ...(edge ?? [])]
    ),
    rowsAfresh<{ n: number }>(db, `select count(*)::integer as n from tasks t where ${sql}`, bindings)
  ])
  const more = found.length > pageSize
  const page = found.slice(0, pageSize)
  if (backwards) page.reverse()
  const [first, last] = [page[0], page.at(-1)]
  return {
    rows: page.map(({ place: _place, ...one }) => one),
    count: total?.n ?? 0,
    next: last && (backwards || more) ? cursor.write(last.place, last.id) : undefined,
    previous: first && (backwards ? more : edge) ? cursor.write(first.place, first.id) : undefined
  }
}

function wantedOf({ q, who, state }: TasksQuery, today: string, person_id: number | null) {
  const wanted: [sql: string, ...values: unknown[]][] = [[`t.done_at is ${state === 'done' ? 'not null' : 'null'}`]]
  if (who === undefined) wanted.push(['t.assignee_id = ?', person_id ?? 0])
  if (who === 'nobody') wanted.push(['t.assignee_id is null'])
  if (state === 'late') wanted.push(['t.due_on < ?::date', today])
  for (const word of (q ?? '').split(/\s+/).filter(Boolean).slice(0, 8))
    wanted.push([`words_of(t.title) like '%' || words_of(?) || '%'`, word])
  return { sql: wanted.map(([sql]) => sql).join(' and '), bindings: wanted.flatMap(([, ...values]) => values) }
}

/** Somebody's tasks that are late or due today; at most `limit`. */
export const dueTasks = (db: Db, person_id: number, today: string, limit: number): Promise<Task[]> =>
  rowsOf(
    db,
    `select ${columns} ${from} where t.assignee_id = ? and t.done_at is null and t.due_on <= ?::date
     order by t.due_on, t.id limit ?`,
    [person_id, today, limit]
  )

type TaskRow = Pick<Task, 'title' | 'note' | 'assignee_id' | 'due_on'> &
  Partial<Pick<Task, 'project_id' | 'track_id' | 'session_id' | 'client_id' | 'done_at' | 'done_by'>>

/** Enters tasks behind those that are there. */
export async function addTasks(db: Db, rows: readonly TaskRow[], person_id: number | null): Promise<number[]> {
  if (rows.length === 0) return []
  const [last] = await rowsOf<{ n: number }>(
    db,
    'select coalesce(max(position), 0) as n from tasks where project_id is not distinct from ?::bigint',
    [rows[0]?.project_id ?? null]
  )
  const created_by = db('people')
    .where({ id: person_id ?? 0 })
    .select('id')
  const added = await db('tasks')
    .insert(rows.map((row, at) => ({ ...row, created_by, position: (last?.n ?? 0) + at + 1 })))
    .returning<{ id: number }[]>('id')
  return added.map(({ id }) => id)
}

export async function changeTask(db: Db, id: number, fields: object): Promise<void> {
  await db('tasks').where({ id }).update(fields)
}

export async function removeTask(db: Db, id: number): Promise<void> {
  await db('tasks').where({ id }).delete()
}

/** Whether that track is of that project. */
export const isTrackOf = async (db: Db, track_id: number, project_id: number): Promise<boolean> =>
  (await db('tracks').where({ id: track_id, project_id }).first('id')) !== undefined

export const tracksToChoose = (db: Db, project_id: number): Promise<{ id: number; title: string }[]> =>
  rowsOf(
    db,
    `select id, position || '. ' || title as title from tracks where project_id = ? order by position limit 300`,
    [project_id]
  )
