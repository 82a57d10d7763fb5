import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { Locale } from '@patchbay/core/i18n'
import type { ContractState } from './contract.ts'
import type { ClientParty, SessionParty } from './gaps.ts'
import type { Block } from './text.ts'

/** A contract as it is written now. */
export interface Contract {
  id: number
  number: string | null
  state: ContractState
  title: string
  language: Locale
  client_id: number
  client_name: string
  template_name: string | null
  template_version: number | null
  body: string
  gaps: Record<string, string>
  version: number
  request_id: number | null
  reason: string | null
  created_at: Date
  updated_at: Date
  sent_at: Date | null
  ended_at: Date | null
}

/** Who is to sign. */
export interface PlannedSigner {
  step: number
  name: string
  email: string
  role: string | null
}

const shown = `select c.id, c.number, c.state, c.title, c.language, c.client_id,
    coalesce(k.artist_name, k.name) as client_name, t.name as template_name, v.number as template_version, c.body, c.gaps,
    c.version, c.request_id, c.reason, c.created_at, c.updated_at, c.sent_at, c.ended_at
  from contracts c join clients k on k.id = c.client_id
    left join contract_template_versions v on v.id = c.template_version_id
    left join contract_templates t on t.id = v.template_id`

export async function findContract(db: Db, id: number): Promise<Contract | undefined> {
  const [row] = await rowsOf<Contract>(db, `${shown} where c.id = ?`, [id])
  return row
}

/** The same, kept from others until the transaction ends. */
export async function lockContract(db: Db, id: number): Promise<Contract | undefined> {
  await db('contracts').where({ id }).forUpdate().first('id')
  return findContract(db, id)
}

export async function addContract(db: Db, fields: object): Promise<number> {
  const [row] = await db('contracts').insert(fields).returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

export async function changeContract(db: Db, id: number, fields: object): Promise<void> {
  await db('contracts')
    .where({ id })
    .update({ ...fields, updated_at: new Date() })
}

export async function removeContract(db: Db, id: number): Promise<void> {
  await db('contracts').where({ id }).delete()
}

/** `C2026-0007`: the next of its year. */
export async function nextNumber(db: Db, year: number): Promise<string> {
  const [row] = await rowsOf<{ last: number }>(
    db,
    `insert into contract_numbers (year, last) values (?, 1)
     on conflict (year) do update set last = contract_numbers.last + 1 returning last`,
    [year]
  )
  return `C${year}-${String(row?.last ?? 0).padStart(4, '0')}`
}

export async function linkSessions(db: Db, contract_id: number, session_ids: readonly number[]): Promise<void> {
  if (session_ids.length > 0) {
    await db('contract_sessions').insert(session_ids.map(session_id => ({ contract_id, session_id })))
  }
}

/** Gives a copy the sessions and signers of what it is a copy of. */
export async function copyAround(db: Db, from: number, into: number): Promise<void> {
  await db.raw('insert into contract_sessions select ?, session_id from contract_sessions where contract_id = ?', [
    into,
    from
  ])
  await db.raw(
    `insert into contract_signers (contract_id, step, position, name, email, role)
     select ?, step, position, name, email, role from contract_signers where contract_id = ?`,
    [into, from]
  )
}

/** A session of a contract. */
export interface ContractSession extends SessionParty {
  id: number
}

export function sessionsOf(db: Db, contract_id: number): Promise<ContractSession[]> {
  return rowsOf(
    db,
    `select s.id, s.starts_at, s.ends_at, r.name as room, s.title, s.price_cents
     from contract_sessions l join sessions s on s.id = l.session_id join rooms r on r.id = s.room_id
     where l.contract_id = ? order by s.starts_at`,
    [contract_id]
  )
}

/** Those of a client that a contract may be about: what is to come, then what was lately, and those of `picked`. */
export function sessionsOfClient(db: Db, client_id: number, picked: readonly number[]): Promise<ContractSession[]> {
  return rowsOf(
    db,
    `select s.id, s.starts_at, s.ends_at, r.name as room, s.title, s.price_cents
     from sessions s join rooms r on r.id = s.room_id
     where s.client_id = ? and (s.id = any(?::bigint[])
       or s.state not in ('cancelled', 'no_show') and s.ends_at > now() - interval '60 days')
     order by s.id = any(?::bigint[]) desc, s.ends_at < now(), abs(extract(epoch from s.starts_at - now())) limit 15`,
    [client_id, picked, picked]
  )
}

/** Those of these sessions that are the client's. */
export async function ownSessions(db: Db, client_id: number, ids: readonly number[]): Promise<number[]> {
  const rows = await db('sessions')
    .where({ client_id })
    .whereIn('id', [...ids])
    .select<{ id: number }[]>('id')
  return rows.map(({ id }) => id)
}

export async function findSessionClient(db: Db, id: number): Promise<{ client_id: number | null } | undefined> {
  return db('sessions').where({ id }).first<{ client_id: number | null } | undefined>('client_id')
}

export interface Client extends ClientParty {
  id: number
  kind: string
  language: Locale
}

const clientColumns = [
  'id',
  'kind',
  'language',
  'name',
  'artist_name',
  'legal_name',
  'email',
  'phone',
  'address',
  'postal_code',
  'city',
  'siren',
  'vat_number'
] as const

export function findClient(db: Db, id: number): Promise<Client | undefined> {
  return db('clients')
    .where({ id })
    .whereNull('merged_into')
    .first<Client | undefined>(...clientColumns)
}

/** The client of a contract, who is always there. */
export async function findParty(db: Db, id: number): Promise<Client> {
  const client = await db('clients')
    .where({ id })
    .first<Client | undefined>(...clientColumns)
  if (!client) throw new Error(`client ${id} of a contract is gone`)
  return client
}

/** The one client of that name; undefined for none, or for several. */
export async function findClientNamed(db: Db, name: string): Promise<number | undefined> {
  const rows = await rowsOf<{ id: number }>(
    db,
    `select id from clients where merged_into is null and words_of(name) = words_of(?) limit 2`,
    [name]
  )
  return rows.length === 1 ? rows[0]?.id : undefined
}

export function listSigners(db: Db, contract_id: number): Promise<PlannedSigner[]> {
  return db('contract_signers')
    .where({ contract_id })
    .orderBy(['step', 'position'])
    .select<PlannedSigner[]>('step', 'name', 'email', 'role')
}

export async function setSigners(db: Db, contract_id: number, signers: readonly PlannedSigner[]): Promise<void> {
  await db('contract_signers').where({ contract_id }).delete()
  if (signers.length > 0) {
    await db('contract_signers').insert(signers.map((one, index) => ({ contract_id, position: index + 1, ...one })))
  }
}

/** What was sent. */
export interface SentVersion {
  id: number
  number: number
  request_id: number
  title: string
  blocks: Block[]
  pdf_file_id: number
  made_at: Date
  made_by: string | null
}

const versions = `select v.id, v.number, v.request_id, v.title, v.blocks, v.pdf_file_id, v.made_at, p.name as made_by
  from contract_versions v left join people p on p.id = v.made_by`

export function listVersions(db: Db, contract_id: number): Promise<SentVersion[]> {
  return rowsOf(db, `${versions} where v.contract_id = ? order by v.number desc`, [contract_id])
}

/** One of a contract's versions by its row's id. */
export async function findVersion(db: Db, contract_id: number, id: number): Promise<SentVersion | undefined> {
  const [row] = await rowsOf<SentVersion>(db, `${versions} where v.contract_id = ? and v.id = ?`, [contract_id, id])
  return row
}

/** What was sent last; undefined before anything was. */
export async function lastVersion(db: Db, contract_id: number): Promise<SentVersion | undefined> {
  const [row] = await rowsOf<SentVersion>(db, `${versions} where v.contract_id = ? order by v.number desc limit 1`, [
    contract_id
  ])
  return row
}

export async function addVersion(db: Db, fields: { blocks: Block[] } & Record<string, unknown>): Promise<void> {
  await db('contract_versions').insert({ ...fields, blocks: JSON.stringify(fields.blocks) })
}

export async function findOwner(db: Db): Promise<{ name: string; email: string | null } | undefined> {
  return db('people')
    .where({ role: 'owner', active: true })
    .orderBy('id')
    .first<{ name: string; email: string | null } | undefined>('name', 'email')
}

/** The contract that waits for a request. */
export async function findByRequest(db: Db, request_id: number): Promise<number | undefined> {
  return (await db('contracts').where({ request_id }).first<{ id: number } | undefined>('id'))?.id
}
