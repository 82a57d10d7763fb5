import { z } from 'zod'
import { rowsOf } from '../database/reading.ts'
import { form, optionalDay, optionalId, optionalText } from '../forms.ts'
import { cursor, list, pageSize } from '../lists.ts'
import type { Page } from '../lists.ts'
import type { Db } from '../plugin.ts'
import { addDays, startOfDay } from '../time.ts'

/** One row of a trail: who did what, when, from where, and what it changed. */
export interface Activity {
  id: number
  at: Date
  person_id: number | null
  person_name: string
  via: 'form' | 'api' | 'cli' | 'job'
  ip: string | null
  /** The action's name; in words, the text `<plugin>.actions.<verb>`. */
  action: string
  /** `session:12` */
  about: string[]
  details: { input?: Record<string, unknown>; changes?: Record<string, [before: unknown, after: unknown]> }
}

const columns = ['id', 'at', 'person_id', 'person_name', 'via', 'ip', 'action', 'about', 'details']

/** What was done to one record, newest first: `activityOf(db, 'client', 7)`. Shown by the view `studio/_trail`. */
export function activityOf(db: Db, kind: string, id: number, limit = 20): Promise<Activity[]> {
  // its rows first, by the index on `about`: read backwards by id, a record of long ago would cost the whole trail
  return rowsOf(
    db,
    `select ${columns.join(', ')} from activity
     where id = any (array(select id from activity where about @> array[?]::text[])) order by id desc limit ?`,
    [`${kind}:${id}`, limit]
  )
}

const TrailQuery = form({
  person: optionalId(),
  action: optionalText(80),
  day: optionalDay(),
  after: optionalText(100),
  before: optionalText(100)
})
export type TrailQuery = z.output<typeof TrailQuery>

/** The whole studio's trail, newest first; by person, action and day. */
export const activityList = list({
  name: 'studio.activity',
  permission: 'studio.read_activity',
  query: TrailQuery,
  run: (db, query, { timezone }) => trailPage(db('activity'), query, timezone)
})

/** What happened to the organisation itself (members, tokens, its name), from the registry. */
export const accessList = (master: Db, studio: { id: number }) =>
  list({
    name: 'studio.access',
    permission: 'studio.read_activity',
    query: TrailQuery,
    run: (_db, query, { timezone }) => trailPage(master('audit').where({ organization_id: studio.id }), query, timezone)
  })

/** Keyset by id, both ways: one row more than a page is read to know whether there is another. */
async function trailPage(rows: ReturnType<Db>, query: TrailQuery, timezone: string): Promise<Page<Activity>> {
  const before = Number(cursor.read(query.before ?? undefined, 1)?.[0] ?? 0)
  const after = Number(cursor.read(query.after ?? undefined, 1)?.[0] ?? 0)
  const backwards = before > 0
  if (query.person) void rows.where({ person_id: query.person })
  if (query.action) void rows.where({ action: query.action })
  if (query.day) {
    const [from, to] = [startOfDay(query.day, timezone), startOfDay(addDays(query.day, 1), timezone)]
    // the day's rows first, by their time: read backwards by id, a quiet day long ago would cost the whole trail
    const ofDay = rows.clone().where('at', '>=', from).where('at', '<', to).select('id')
    void rows.whereRaw('id = any(array(?))', [ofDay])
  }
  if (backwards) void rows.where('id', '>', before).orderBy('id', 'asc')
  else void rows.orderBy('id', 'desc')
  if (after > 0 && !backwards) void rows.where('id', '<', after)
  const found = await rows.limit(pageSize + 1).select<Activity[]>(columns)
  const more = found.length > pageSize
  const page = found.slice(0, pageSize)
  if (backwards) page.reverse()
  const [first, last] = [page[0], page.at(-1)]
  return {
    rows: page,
    next: last && (backwards || more) ? cursor.write(last.id) : undefined,
    previous: first && (backwards ? more : after > 0) ? cursor.write(first.id) : undefined
  }
}
