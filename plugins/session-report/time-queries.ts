import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { TimeEntry } from './queries.ts'

/** A kind of work; without a name it is called by its key, in the reader's language. */
export interface TaskType {
  id: number
  key: string | null
  name: string | null
  billable: boolean
  position: number
  archived_at: Date | null
}

const taskColumns = ['id', 'key', 'name', 'billable', 'position', 'archived_at'] as const

export function listTasks(db: Db, { archived = false } = {}): Promise<TaskType[]> {
  const query = db('task_types')
    .orderBy(['position', 'id'])
    .select<TaskType[]>(...taskColumns)
  return archived ? query : query.whereNull('archived_at')
}

export function findTask(db: Db, id: number): Promise<TaskType | undefined> {
  return db('task_types')
    .where({ id })
    .first<TaskType | undefined>(...taskColumns)
}

/** Without a position it comes last. */
export async function addTask(
  db: Db,
  { name, billable, position }: Pick<TaskType, 'name' | 'billable'> & { position: number | null }
): Promise<number> {
  const [row] = await rowsOf<{ id: number }>(
    db,
    `insert into task_types (name, billable, position)
     select ?, ?, coalesce(?::integer, (select coalesce(max(position), 0) + 10 from task_types)) returning id`,
    [name, billable, position]
  )
  return row?.id ?? 0
}

export async function changeTask(db: Db, id: number, fields: object): Promise<boolean> {
  return (await db('task_types').where({ id }).update(fields)) > 0
}

/** Keeps a person's timers from others until the transaction ends; false for whoever is not of the studio. */
export async function lockPerson(db: Db, id: number): Promise<boolean> {
  return (await db('people').where({ id }).forUpdate().first('id')) !== undefined
}

/** A running timer, as the bar shows it. */
export interface Running {
  id: number
  session_id: number
  person_id: number
  task_type_id: number | null
  task_key: string | null
  task_name: string | null
  started_at: Date
  client_name: string | null
  title: string | null
}

const running = `select e.id, e.session_id, e.person_id, e.task_type_id, k.key as task_key, k.name as task_name, e.started_at,
    coalesce(c.artist_name, c.name) as client_name, s.title
  from time_entries e join sessions s on s.id = e.session_id left join clients c on c.id = s.client_id
    left join task_types k on k.id = e.task_type_id`

/** What runs for somebody now. */
export async function runningOf(db: Db, person_id: number): Promise<Running | undefined> {
  const [row] = await rowsOf<Running>(db, `${running} where e.ended_at is null and e.person_id = ?`, [person_id])
  return row
}

export async function findRunning(db: Db, id: number): Promise<Running | undefined> {
  const [row] = await rowsOf<Running>(db, `${running} where e.ended_at is null and e.id = ?`, [id])
  return row
}

/** Ends a running timer now. */
export async function endTimer(db: Db, id: number): Promise<void> {
  await db('time_entries')
    .where({ id })
    .whereNull('ended_at')
    .update({ ended_at: db.raw('greatest(now(), started_at)') })
}

export async function addTime(db: Db, row: object): Promise<number> {
  const [added] = await db('time_entries').insert(row).returning<{ id: number }[]>('id')
  return added?.id ?? 0
}

export type TimeRow = Omit<TimeEntry, 'person' | 'task_key' | 'task_name' | 'corrected_by'>

const timeColumns = [
  'id',
  'session_id',
  'person_id',
  'task_type_id',
  'started_at',
  'ended_at',
  'billable',
  'note',
  'raw_started_at',
  'raw_ended_at',
  'corrected_at',
  'correction_reason'
] as const

/** An entry of a session, kept from changing until the transaction ends. */
export function lockTime(db: Db, key: { session_id: number; id: number }): Promise<TimeRow | undefined> {
  return db('time_entries')
    .where(key)
    .forUpdate()
    .first<TimeRow | undefined>(...timeColumns)
}

export async function correctTime(db: Db, id: number, fields: object): Promise<void> {
  await db('time_entries').where({ id }).update(fields)
}

/** Lines of Today: what runs too long, what is to be signed, and sessions now, for a timer in one click. */
export interface TodaysLines {
  mine: { session_id: number; task_type_id: number | null; started_at: string } | null
  forgotten: {
    id: number
    session_id: number
    person_id: number
    person: string
    who: string | null
    started_at: string
  }[]
  unsigned: {
    session_id: number
    who: string | null
    starts_at: string
    ends_at: string
    sent_at: string | null
    reopened: boolean
  }[]
  now: { session_id: number; who: string | null; room: string; colour: number }[]
}

/** One statement. What is to be signed is of the last 14 days, the oldest first, 20 at most. */
export async function findToday(db: Db, person_id: number, forgottenHours: number): Promise<TodaysLines> {
  const who = 'coalesce(c.artist_name, c.name, s.title)'
  const [row] = await rowsOf<TodaysLines>(
    db,
    `select
       (select jsonb_build_object('session_id', e.session_id, 'task_type_id', e.task_type_id, 'started_at', e.started_at)
        from time_entries e where e.ended_at is null and e.person_id = ?) as mine,
       coalesce((select jsonb_agg(jsonb_build_object('id', e.id, 'session_id', s.id, 'person_id', p.id, 'person', p.name,
           'who', ${who}, 'started_at', e.started_at) order by e.started_at)
         from time_entries e join people p on p.id = e.person_id join sessions s on s.id = e.session_id
           left join clients c on c.id = s.client_id
         where e.ended_at is null and e.started_at < now() - make_interval(hours => ?)), '[]') as forgotten,
       coalesce((select jsonb_agg(to_jsonb(x) order by x.starts_at) from (
         select s.id as session_id, ${who} as who, s.starts_at, s.ends_at,
           (select max(k.created_at) from report_links k join session_reports r on r.id = k.report_id
            where r.session_id = s.id and r.signed_at is null and k.revoked_at is null and k.expires_at > now()) as sent_at,
           l.reopened_at is not null as reopened
         from sessions s left join clients c on c.id = s.client_id left join session_logs l on l.session_id = s.id
         where s.starts_at > now() - interval '15 days' and s.starts_at < now() and s.client_id is not null
           and s.ends_at between now() - interval '14 days' and now() + interval '30 minutes'
           and s.state in ('in_progress', 'completed') and l.signed_report_id is null
           and (l.session_id is not null or s.ends_at > now() - interval '2 days')
         order by s.starts_at limit 20) x), '[]') as unsigned,
       coalesce((select jsonb_agg(jsonb_build_object('session_id', s.id, 'who', ${who}, 'room', r.name, 'colour', r.colour)
           order by s.starts_at)
         from sessions s join rooms r on r.id = s.room_id left join clients c on c.id = s.client_id
         where s.starts_at > now() - interval '31 days' and s.starts_at <= now() and s.ends_at > now() - interval '12 hours'
           and s.state = 'in_progress'), '[]') as now`,
    [person_id, forgottenHours]
  )
  return row ?? { mine: null, forgotten: [], unsigned: [], now: [] }
}

/** What a session's own page says of its report. */
export interface Summary {
  state: string
  worked_minutes: number
  running: {
    person: string
    person_id: number
    task_key: string | null
    task_name: string | null
    started_at: string
  }[]
  takes: number
  costs: number
  version: number | null
  signed_at: string | null
  signer_name: string | null
  frozen: boolean
  sent_to: string | null
}

export async function findSummary(db: Db, session_id: number): Promise<Summary | undefined> {
  const [row] = await rowsOf<Summary>(
    db,
    `select s.state,
       (select coalesce(sum(extract(epoch from e.ended_at - e.started_at) / 60), 0)::float8
        from time_entries e where e.session_id = s.id and e.ended_at is not null) as worked_minutes,
       coalesce((select jsonb_agg(jsonb_build_object('person', p.name, 'person_id', p.id, 'task_key', k.key,
           'task_name', k.name, 'started_at', e.started_at) order by e.started_at)
         from time_entries e join people p on p.id = e.person_id left join task_types k on k.id = e.task_type_id
         where e.session_id = s.id and e.ended_at is null), '[]') as running,
       (select count(*) from session_titles t join session_takes y on y.title_id = t.id where t.session_id = s.id) as takes,
       (select count(*) from session_costs t where t.session_id = s.id) as costs,
       r.version, r.signed_at, r.signer_name, l.signed_report_id is not null as frozen,
       (select k.email from report_links k join session_reports x on x.id = k.report_id
        where x.session_id = s.id and x.signed_at is null and l.signed_report_id is null and k.revoked_at is null
          and k.expires_at > now() order by k.id desc limit 1) as sent_to
     from sessions s left join session_logs l on l.session_id = s.id
       left join lateral (select version, signed_at, signer_name from session_reports
         where session_id = s.id and version is not null order by version desc limit 1) r on true
     where s.id = ?`,
    [session_id]
  )
  return row
}

/** Minutes worked in these sessions, breaks aside; of what runs, until now. */
export async function workedMinutes(db: Db, session_ids: readonly number[]): Promise<number> {
  const [row] = await rowsOf<{ n: number }>(
    db,
    `select coalesce(sum(extract(epoch from coalesce(e.ended_at, now()) - e.started_at) / 60), 0)::integer as n
     from time_entries e left join task_types k on k.id = e.task_type_id
     where e.session_id = any(?::bigint[]) and k.key is distinct from 'break'`,
    [[...session_ids]]
  )
  return row?.n ?? 0
}

/** users.id of those who work on a session. */
export function crewOf(db: Db, session_id: number): Promise<number[]> {
  return db('session_people').where({ session_id }).where('person_id', '>', 0).orderBy('person_id').pluck('person_id')
}

/** Whose time can be noted by hand. */
export function listStudioPeople(db: Db): Promise<{ id: number; name: string }[]> {
  return db('people').where({ active: true }).orderByRaw('name collate "fr-x-icu"').select('id', 'name')
}
