import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { ReminderState } from './contract.ts'
import type { Step } from './step-queries.ts'

/** A reminder that is due or was sent, with all that it takes to write it. */
export interface Reminder {
  id: number
  session_id: number
  step_id: number
  person_id: number | null
  for_start: Date
  channel: 'mail' | 'sms'
  name: string
  address: string | null
  state: ReminderState
  reason: string | null
  attempts: number
  due_at: Date
  sent_at: Date | null
}

/** A reminder as lists show it. */
export interface Shown extends Reminder {
  audience: Step['audience']
  client_name: string | null
  title: string | null
  starts_at: Date
}

/** How late one is still sent: a server was down for an hour. Older ones would only confuse. */
const grace = `interval '3 hours'`

/** When a step is due for a session: really so long before, or by the clock on a day before. */
const dueAt = `case when st.minutes_before is not null then s.starts_at - make_interval(mins => st.minutes_before)
  else (((s.starts_at at time zone :zone)::date - st.days_before) + st.clock) at time zone :zone end`

/** Steps of a session with their recipients: the client, or everybody on it who did not decline. */
const planned = `select s.id as session_id, st.id as step_id, st.channel, st.audience, s.starts_at as for_start,
    who.person_id, who.name, ${dueAt} as due_at
  from sessions s cross join reminder_steps st cross join lateral (
    select null::bigint as person_id, coalesce(c.artist_name, c.name) as name from clients c
      where st.audience = 'client' and c.id = s.client_id
    union all
    select p.id, p.name from session_people sp join people p on p.id = sp.person_id
      where st.audience = 'crew' and sp.session_id = s.id and sp.answer <> 'declined' and p.active
  ) who
  where st.active and st.archived_at is null and s.state = 'confirmed' and s.starts_at > now()`

/**
 * Writes down what is due and not yet written, and gives it. Two at once write each only once. Whoever is on an option or
 * a session that is off is not reminded.
 */
export async function addDue(db: Db, zone: string): Promise<number[]> {
  const { rows } = await db.raw<{ rows: { id: number }[] }>(
    `insert into reminders (session_id, step_id, person_id, for_start, channel, name, state, due_at)
     select session_id, step_id, person_id, for_start, channel, name, 'queued', due_at from (${planned}
       and s.starts_at < now() + interval '62 days') p
     where due_at <= now() and due_at > now() - ${grace}
     on conflict do nothing returning id`,
    { zone }
  )
  return rows.map(({ id }) => id)
}

/** A reminder still to come. */
export interface Coming {
  step_id: number
  person_id: number | null
  channel: 'mail' | 'sms'
  audience: Step['audience']
  name: string
  due_at: Date
  /** It would have been due before the session was there, or moved here: nobody sends it now. */
  too_late: boolean
}

/** What a session's steps will send, and when; nothing of what is written already. */
export async function listComing(db: Db, sessionId: number, zone: string): Promise<Coming[]> {
  const { rows } = await db.raw<{ rows: Coming[] }>(
    `select p.step_id, p.person_id, p.channel, p.audience, p.name, p.due_at, p.due_at <= now() - ${grace} as too_late
     from (${planned} and s.id = :sessionId) p
     where p.due_at < p.for_start and not exists (select 1 from reminders r where r.session_id = p.session_id and r.step_id = p.step_id
       and r.person_id is not distinct from p.person_id and r.for_start = p.for_start)
     order by p.due_at, p.name limit 100`,
    { zone, sessionId }
  )
  return rows
}

const columns = `r.id, r.session_id, r.step_id, r.person_id, r.for_start, r.channel, r.name, r.address, r.state, r.reason,
  r.attempts, r.due_at, r.sent_at`
const shown = `${columns}, st.audience, coalesce(c.artist_name, c.name) as client_name, s.title, s.starts_at
  from reminders r join reminder_steps st on st.id = r.step_id join sessions s on s.id = r.session_id
    left join clients c on c.id = s.client_id`

export function listOfSession(db: Db, sessionId: number): Promise<Shown[]> {
  return rowsOf<Shown>(db, `select ${shown} where r.session_id = ? order by r.due_at, r.id limit 200`, [sessionId])
}

/** Up to `limit` reminders, the latest first, after the cursor's. */
export function listReminders(
  db: Db,
  {
    state,
    after,
    limit
  }: { state: ReminderState | null; after: readonly (string | number)[] | undefined; limit: number }
): Promise<Shown[]> {
  const wheres: [string, unknown[]][] = []
  if (state) wheres.push(['r.state = ?', [state]])
  if (after) wheres.push(['(r.due_at, r.id) < (?::timestamptz, ?)', [...after]])
  const where = wheres.length > 0 ? `where ${wheres.map(([sql]) => sql).join(' and ')}` : ''
  const bindings = [...wheres.flatMap(([, values]) => values), limit]
  return rowsOf<Shown>(db, `select ${shown} ${where} order by r.due_at desc, r.id desc limit ?`, bindings)
}

/** Kept from others until the transaction ends, so that nobody else sends it meanwhile. */
export async function lockReminder(db: Db, id: number): Promise<Reminder | undefined> {
  const [row] = await rowsOf<Reminder>(db, `select ${columns} from reminders r where r.id = ? for update`, [id])
  return row
}

/** Everything about one reminder's session, step and reader. */
export interface Occasion {
  session_state: string
  starts_at: Date
  ends_at: Date
  title: string | null
  room_name: string
  client_name: string | null
  stopped: boolean
  email: string | null
  phone: string | null
  locale: 'fr' | 'en'
  subject_fr: string
  text_fr: string
  subject_en: string
  text_en: string
  crew: string[]
}

/** A client without mail or phone is reached by its main contact. */
export async function occasionOf(db: Db, id: number): Promise<Occasion | undefined> {
  const [row] = await rowsOf<Occasion>(
    db,
    `select s.state as session_state, s.starts_at, s.ends_at, s.title, ro.name as room_name,
       coalesce(c.artist_name, c.name) as client_name,
       r.person_id is null and exists (select 1 from reminder_stops stop where stop.client_id = c.id) as stopped,
       case when r.person_id is null then coalesce(c.email, contact.email) else p.email end as email,
       case when r.person_id is null then coalesce(c.phone, contact.phone) else crew.phone end as phone,
       case when r.person_id is null then c.language else p.locale end as locale,
       st.subject_fr, st.text_fr, st.subject_en, st.text_en,
       coalesce((select jsonb_agg(w.name order by w.name) from session_people sp join people w on w.id = sp.person_id
         where sp.session_id = s.id and sp.answer <> 'declined'), '[]') as crew
     from reminders r join reminder_steps st on st.id = r.step_id join sessions s on s.id = r.session_id
       join rooms ro on ro.id = s.room_id left join clients c on c.id = s.client_id
       left join client_contacts contact on contact.client_id = c.id and contact.is_main
       left join people p on p.id = r.person_id left join crew_profiles crew on crew.person_id = p.id
     where r.id = ?`,
    [id]
  )
  return row
}

export async function setState(
  db: Db,
  id: number,
  fields: Partial<Pick<Reminder, 'state' | 'reason' | 'address' | 'attempts' | 'sent_at'>>
): Promise<void> {
  await db('reminders').where({ id }).update(fields)
}

/** What never left before its session is given up: there was no mail server, or not for long enough. */
export async function giveUpOld(db: Db): Promise<void> {
  await db('reminders')
    .where({ state: 'queued' })
    .whereRaw(`for_start < now() - interval '1 day'`)
    .update({ state: 'failed', reason: 'expired' })
}

/** Mails that wait or were refused, and messages that could not be sent; kept from others who do the same. */
export function listOpen(db: Db): Promise<Reminder[]> {
  return rowsOf<Reminder>(
    db,
    `select ${columns} from reminders r where r.state in ('queued', 'failed')
       and r.for_start > now() - interval '1 day' order by r.id limit 500 for update skip locked`
  )
}

/** Of a session: what has not gone out, though the session is elsewhere by now, or off. */
export function listObsolete(db: Db, sessionId?: number): Promise<Reminder[]> {
  return rowsOf<Reminder>(
    db,
    `select ${columns} from reminders r join sessions s on s.id = r.session_id
     where r.state in ('queued', 'failed') and (s.state in ('option', 'cancelled') or s.starts_at <> r.for_start)
       and (?::bigint is null or s.id = ?::bigint)
     order by r.id limit 500 for update of r skip locked`,
    [sessionId ?? null, sessionId ?? null]
  )
}

/** What was withdrawn from a session that is now again what it was: it may be due once more. */
export async function forgetWithdrawn(db: Db, sessionId: number): Promise<void> {
  await db.raw(
    `delete from reminders r using sessions s where s.id = r.session_id and s.id = ? and r.state = 'withdrawn'
       and s.state = 'confirmed' and s.starts_at = r.for_start`,
    [sessionId]
  )
}

export async function isStopped(db: Db, clientId: number): Promise<boolean> {
  return (await db('reminder_stops').where({ client_id: clientId }).first('client_id')) !== undefined
}

/** One that was not merged into another. */
export async function isClient(db: Db, id: number): Promise<boolean> {
  return (await db('clients').where({ id, merged_into: null }).first('id')) !== undefined
}

export async function setStop(db: Db, clientId: number, stopped: boolean, by: number | null): Promise<void> {
  if (!stopped) await db('reminder_stops').where({ client_id: clientId }).delete()
  else {
    const by_id = db('people')
      .where({ id: by ?? 0 })
      .select('id')
    await db('reminder_stops').insert({ client_id: clientId, by_id }).onConflict().ignore()
  }
}

/** The client of a session, when it has one. */
export async function clientOf(db: Db, sessionId: number): Promise<number | null> {
  const row = await db('sessions').where({ id: sessionId }).first<{ client_id: number | null } | undefined>('client_id')
  return row?.client_id ?? null
}

/** Whoever merged two clients meant that neither is written to, if one was not. */
export async function giveStop(db: Db, from: number, into: number): Promise<number> {
  await db.raw(
    `insert into reminder_stops (client_id, by_id, at)
     select ?, by_id, at from reminder_stops where client_id = ? on conflict do nothing`,
    [into, from]
  )
  return db('reminder_stops').where({ client_id: from }).delete()
}
