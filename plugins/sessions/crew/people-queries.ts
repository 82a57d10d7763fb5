import type { Db, Role } from '@patchbay/core'
import type { BusyKind, SessionRole } from '../contract.ts'
import type { Opening } from '../opening.ts'
import { rowsOf } from '../queries.ts'
import { hoursJson } from './hours.ts'
import { firstRole } from './keeping.ts'

/** Somebody who works on sessions, as the pages of people show them. */
export interface Worker {
  id: number
  name: string
  email: string | null
  locale: 'fr' | 'en'
  role: Role | 'freelancer'
  active: boolean
  phone: string | null
  /** What they were said to do; empty: what their role in the studio makes of it, `usual`. */
  roles: SessionRole[]
  usual: SessionRole
  hourly_cents: number | null
  half_day_cents: number | null
  day_cents: number | null
  included: boolean
  notes: string | null
  hours: Opening['hours']
  /** Their next absence, the present one too. */
  absence: { kind: BusyKind; starts_at: string; ends_at: string } | null
  /** Minutes on sessions of the week asked about, and how many of these sessions; options count. */
  minutes: number
  sessions: number
}

const worker = `p.id, p.name, p.email, p.locale, p.role, p.active, cp.phone, coalesce(cp.roles, '{}') as roles,
  ${firstRole} as usual, cp.hourly_cents, cp.half_day_cents, cp.day_cents, coalesce(cp.included, true) as included,
  cp.notes, ${hoursJson} as hours,
  (select jsonb_build_object('kind', b.kind, 'starts_at', b.starts_at, 'ends_at', b.ends_at) from busy_times b
    where b.person_id = p.id and b.ends_at > now() order by b.starts_at limit 1) as absence,
  coalesce(load.minutes, 0) as minutes, coalesce(load.sessions, 0)::integer as sessions`

/** What each did and will do between two instants, cut at both. */
const workload = `left join (
    select sp.person_id, count(*) as sessions, round(sum(extract(epoch from
        least(upper(sp.during), ?::timestamptz) - greatest(lower(sp.during), ?::timestamptz)) / 60))::integer as minutes
    from session_people sp join sessions s on s.id = sp.session_id
    where lower(sp.during) < ? and lower(sp.during) > ?::timestamptz - interval '31 days' and upper(sp.during) > ?
      and sp.answer <> 'declined' and s.state in ('option', 'confirmed', 'in_progress', 'completed')
      and (s.state <> 'option' or s.expires_at > now())
    group by sp.person_id) load on load.person_id = p.id`

const bindings = ({ from, to }: Week) => [to, from, to, from, from]

/** The instants `[from, to)` of a week in the studio's zone. */
export interface Week {
  from: Date
  to: Date
}

/** Everybody, by name: the studio's people, those from outside, those who are no longer there last. One statement. */
export function listWorkers(db: Db, week: Week): Promise<Worker[]> {
  return rowsOf(
    db,
    `select ${worker} from people p left join crew_profiles cp on cp.person_id = p.id ${workload}
     where p.active or p.id < 0 order by not p.active, p.id < 0, p.name collate "fr-x-icu", p.id`,
    bindings(week)
  )
}

export async function findWorker(db: Db, id: number, week: Week): Promise<Worker | undefined> {
  const [row] = await rowsOf<Worker>(
    db,
    `select ${worker} from people p left join crew_profiles cp on cp.person_id = p.id ${workload} where p.id = ?`,
    [...bindings(week), id]
  )
  return row
}

export interface Profile {
  phone: string | null
  roles: SessionRole[]
  hourly_cents: number | null
  half_day_cents: number | null
  day_cents: number | null
  included: boolean
  notes: string | null
}

/** What a freelancer is called, where they are written to and in which language. */
export interface Outsider {
  name: string
  email: string | null
  locale: 'fr' | 'en'
}

export async function addFreelancer(db: Db, outsider: Outsider): Promise<number> {
  const [row] = await rowsOf<{ id: number }>(
    db,
    `insert into people (id, name, email, role, locale) values (-nextval('freelancers'), ?, ?, 'freelancer', ?) returning id`,
    [outsider.name, outsider.email, outsider.locale]
  )
  return row?.id ?? 0
}

/** Changes who is from outside. */
export async function changeFreelancer(db: Db, id: number, fields: Partial<Outsider & { active: boolean }>) {
  await db('people').where({ id }).where('id', '<', 0).update(fields)
}

export async function saveProfile(db: Db, person_id: number, profile: Partial<Profile>): Promise<void> {
  await db('crew_profiles')
    .insert({ person_id, ...profile })
    .onConflict('person_id')
    .merge(Object.keys(profile))
}

/** How many sessions are still to come for somebody. */
export async function comingFor(db: Db, person_id: number): Promise<number> {
  const [row] = await rowsOf<{ n: number }>(
    db,
    `select count(*)::integer as n from session_people sp join sessions s on s.id = sp.session_id
     where sp.person_id = ? and sp.answer <> 'declined' and s.ends_at > now()
       and s.state in ('option', 'confirmed', 'in_progress') and (s.state <> 'option' or s.expires_at > now())`,
    [person_id]
  )
  return row?.n ?? 0
}

/** Names of people, for the trail. */
export function namesOfPeople(db: Db, ids: readonly number[]): Promise<{ id: number; name: string }[]> {
  return db('people').whereIn('id', ids).select('id', 'name')
}
