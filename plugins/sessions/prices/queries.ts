import { conflict } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import { rowsOf } from '../queries.ts'
import type { PersonRates, Rounding } from './making.ts'
import type { PolicyStep } from './policies.ts'
import type { PriceRule } from './rules.ts'

/** A rule as pages show it. */
export interface ShownRule extends PriceRule {
  room_name: string | null
  archived_at: Date | null
  version: number
}

export type RuleFields = Omit<PriceRule, 'id' | 'position'>

const rule = `p.id, p.name, p.room_id, p.weekdays, to_char(p.from_clock, 'HH24:MI') as from_clock,
  to_char(p.to_clock, 'HH24:MI') as to_clock, p.valid_from, p.valid_to, p.unit, p.cents, p.minimum_minutes,
  p.overtime_cents, p.vat_rate, p.position`

/** The rules in use that may hold in a room between two days, by order. */
export function rulesFor(db: Db, room_id: number, from: string, to: string): Promise<PriceRule[]> {
  return rowsOf(
    db,
    `select ${rule} from price_rules p where p.archived_at is null and (p.room_id is null or p.room_id = ?)
       and coalesce(p.valid_from <= ?::date, true) and coalesce(p.valid_to >= ?::date - 1, true)
     order by p.position, p.id`,
    [room_id, to, from]
  )
}

/** All rules, those out of use last. */
export function listRules(db: Db): Promise<ShownRule[]> {
  return rowsOf(
    db,
    `select ${rule}, r.name as room_name, p.archived_at, p.version from price_rules p left join rooms r on r.id = p.room_id
     order by p.archived_at is not null, p.position, p.id`
  )
}

export async function findRule(db: Db, id: number): Promise<ShownRule | undefined> {
  const [found] = await rowsOf<ShownRule>(
    db,
    `select ${rule}, r.name as room_name, p.archived_at, p.version from price_rules p left join rooms r on r.id = p.room_id
     where p.id = ?`,
    [id]
  )
  return found
}

/** Makes whoever else changes the rules wait, so that two of one condition and unit do not come in side by side. */
export async function holdRules(db: Db): Promise<void> {
  await db.raw(`select pg_advisory_xact_lock(hashtext('price_rules'))`)
}

/** Adds a rule, at the end of the order. */
export async function addRule(db: Db, fields: RuleFields): Promise<number> {
  const position = db.raw('(select coalesce(max(position), 0) + 1 from price_rules)')
  const [row] = await db('price_rules')
    .insert({ ...fields, position })
    .returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

/** Writes a rule's fields, if it still is the version that was read. */
export async function changeRule(db: Db, id: number, version: number, fields: RuleFields): Promise<void> {
  const changes = { ...fields, version: db.raw('version + 1') }
  if ((await db('price_rules').where({ id, version }).update(changes)) === 0) throw conflict('sessions.errors.stale')
}

export async function archiveRule(db: Db, id: number, archived: boolean): Promise<void> {
  await db('price_rules')
    .where({ id })
    .update({ archived_at: archived ? db.fn.now() : null, version: db.raw('version + 1') })
}

/** Numbers rules in this order. */
export async function orderRules(db: Db, ids: readonly number[]): Promise<void> {
  await db.raw(
    `update price_rules p set position = o.position from unnest(?::bigint[]) with ordinality as o (id, position)
     where p.id = o.id and p.position <> o.position`,
    [ids as number[]]
  )
}

/** What these people cost beside a room, in the order of their names. Those without rates are left out. */
export function ratesOfPeople(db: Db, people: readonly number[]): Promise<PersonRates[]> {
  if (people.length === 0) return Promise.resolve([])
  return rowsOf(
    db,
    `select p.id as person_id, p.name, c.hourly_cents, c.half_day_cents, c.day_cents, c.included
     from crew_profiles c join people p on p.id = c.person_id
     where c.person_id = any(?) and num_nonnulls(c.hourly_cents, c.half_day_cents, c.day_cents) > 0
     order by p.name collate "fr-x-icu", p.id`,
    [people as number[]]
  )
}

/** What was agreed with a client; null is the studio's own. */
export interface ClientTerms {
  rounding: Rounding['rounding'] | null
  rounding_minutes: number | null
  discount_percent: number | null
  note: string | null
}

const terms = ['rounding', 'rounding_minutes', 'discount_percent', 'note']

export async function termsOf(
  db: Db,
  client_id: number | null
): Promise<(ClientTerms & { version: number }) | undefined> {
  if (client_id === null) return undefined
  return db('client_terms')
    .where({ client_id })
    .first<(ClientTerms & { version: number }) | undefined>([...terms, 'version'])
}

/** Writes a client's terms; all empty, there are none. */
export async function setTerms(db: Db, client_id: number, fields: ClientTerms): Promise<void> {
  if (Object.values(fields).every(value => value === null)) {
    await db('client_terms').where({ client_id }).delete()
    return
  }
  const row = { ...fields, updated_at: db.fn.now() }
  await db('client_terms')
    .insert({ client_id, ...row })
    .onConflict('client_id')
    .merge({ ...row, version: db.raw('client_terms.version + 1') })
}

/** The terms of a merged client go to the other, unless that one has its own. How many rows moved. */
export async function giveTerms(db: Db, from: number, into: number): Promise<number> {
  const rows = await rowsOf(
    db,
    `update client_terms set client_id = ? where client_id = ?
       and not exists (select 1 from client_terms where client_id = ?) returning client_id`,
    [into, from, into]
  )
  await db('client_terms').where({ client_id: from }).delete()
  return rows.length
}

/** A client's name, for the head of its terms; undefined when there is no such client. */
export function clientTitle(db: Db, id: number): Promise<{ id: number; name: string } | undefined> {
  return db('clients').where({ id }).whereNull('merged_into').first('id', 'name')
}

export interface Policy {
  id: number
  preset: 'a' | 'b' | null
  /** Null: a preset that nobody renamed. */
  name: string | null
  steps: PolicyStep[]
  no_show_percent: number
  is_default: boolean
  archived_at: Date | null
  version: number
}

const policy = ['id', 'preset', 'name', 'steps', 'no_show_percent', 'is_default', 'archived_at', 'version']

export function listPolicies(db: Db): Promise<Policy[]> {
  return db('cancellation_policies').orderByRaw('archived_at is not null, is_default desc, id').select<Policy[]>(policy)
}

export function findPolicy(db: Db, id: number): Promise<Policy | undefined> {
  return db('cancellation_policies').where({ id }).first<Policy | undefined>(policy)
}

/** The policy for what is confirmed now, if the studio has chosen one. */
export function defaultPolicy(db: Db): Promise<Policy | undefined> {
  return db('cancellation_policies').where({ is_default: true }).first<Policy | undefined>(policy)
}

export type PolicyFields = Pick<Policy, 'name' | 'steps' | 'no_show_percent'>

export async function addPolicy(db: Db, fields: PolicyFields): Promise<number> {
  const [row] = await db('cancellation_policies')
    .insert({ ...fields, steps: JSON.stringify(fields.steps) })
    .returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

/** Writes a policy's fields, if it still is the version that was read. Sessions keep the one they were confirmed with. */
export async function changePolicy(db: Db, id: number, version: number, fields: PolicyFields): Promise<void> {
  const changes = { ...fields, steps: JSON.stringify(fields.steps), version: db.raw('version + 1') }
  const query = db('cancellation_policies').where({ id, version })
  if ((await query.update(changes)) === 0) throw conflict('sessions.errors.stale')
}

/** Takes a policy out of use, where it is nobody's default any more, or back into it. */
export async function archivePolicy(db: Db, id: number, archived: boolean): Promise<void> {
  const off = archived ? { archived_at: db.fn.now(), is_default: false } : { archived_at: null }
  await db('cancellation_policies')
    .where({ id })
    .update({ ...off, version: db.raw('version + 1') })
}

/** Makes one the default, and no other. */
export async function setDefaultPolicy(db: Db, id: number): Promise<void> {
  await db('cancellation_policies').where({ is_default: true }).whereNot({ id }).update({ is_default: false })
  await db('cancellation_policies')
    .where({ id })
    .update({ is_default: true, version: db.raw('version + 1') })
}
