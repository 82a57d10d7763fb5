import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { Locale } from '@patchbay/core/i18n'
import type { SignatureState } from './contract.ts'

export type RequestState = SignatureState['state']

/** A paper to be signed. `state` is `expired` from the moment it is, before a job has said so. */
export interface Request {
  id: number
  document: string
  title: string
  language: Locale
  state: RequestState
  pdf_file_id: number
  sha256: Buffer
  consent: string
  message: string | null
  may_decline: boolean
  early_start: string | null
  choices: Record<string, string>
  expires_at: Date | null
  created_at: Date
  ended_at: Date | null
  withdrawn_reason: string | null
  sealed_file_id: number | null
  sealed_sha256: Buffer | null
  proof_file_id: number | null
  sealed_at: Date | null
}

/** Somebody who signs. */
export interface Signer {
  id: number
  request_id: number
  position: number
  step: number
  name: string
  email: string
  role: string | null
  mailed_at: Date | null
  reminded_at: Date | null
  reminders: number
  opened_at: Date | null
  code_hash: Buffer | null
  code_for: Buffer | null
  code_asked_at: Date | null
  code_sent_at: Date | null
  code_expires_at: Date | null
  code_tries: number
  codes_since: Date | null
  codes_asked: number
  signed_at: Date | null
  declined_at: Date | null
  reason: string | null
  signed_name: string | null
  signed_role: string | null
  consent: string | null
  early_start: string | null
  ip: string | null
  agent: string | null
  /** Did they draw something? */
  drawn: boolean
}

const request = `r.id, r.document, r.title, r.language,
  case when r.state = 'open' and r.expires_at <= now() then 'expired' else r.state end as state,
  r.pdf_file_id, r.sha256, r.consent, r.message, r.may_decline, r.early_start, r.choices, r.expires_at, r.created_at,
  r.ended_at, r.withdrawn_reason, r.sealed_file_id, r.sealed_sha256, r.proof_file_id, r.sealed_at`

const signer = `s.id, s.request_id, s.position, s.step, s.name, s.email, s.role, s.mailed_at, s.reminded_at, s.reminders,
  s.opened_at, s.code_hash, s.code_for, s.code_asked_at, s.code_sent_at, s.code_expires_at, s.code_tries, s.codes_since,
  s.codes_asked, s.signed_at, s.declined_at, s.reason, s.signed_name, s.signed_role, s.consent, s.early_start, s.ip,
  s.agent, s.drawing is not null as drawn`

export async function addRequest(db: Db, fields: object): Promise<number> {
  const [row] = await db('signature_requests').insert(fields).returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

export async function addSigner(db: Db, fields: object): Promise<number> {
  const [row] = await db('signature_signers').insert(fields).returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

export async function addLink(db: Db, signer_id: number, token_hash: Buffer): Promise<void> {
  await db('signature_links').insert({ signer_id, token_hash })
}

/** The request still open for a paper, held until the transaction ends. */
export async function lockOpenOf(db: Db, document: string): Promise<number | undefined> {
  const row = await db('signature_requests')
    .where({ document, state: 'open' })
    .forUpdate()
    .first<{ id: number } | undefined>('id')
  return row?.id
}

export async function findRequest(db: Db, id: number): Promise<Request | undefined> {
  const [row] = await rowsOf<Request>(db, `select ${request} from signature_requests r where r.id = ?`, [id])
  return row
}

/** The same, kept from others until the transaction ends: whatever its signers do comes one after the other. */
export async function lockRequest(db: Db, id: number): Promise<Request | undefined> {
  await db('signature_requests').where({ id }).forUpdate().first('id')
  return findRequest(db, id)
}

export async function changeRequest(db: Db, id: number, fields: object): Promise<void> {
  await db('signature_requests').where({ id }).update(fields)
}

/** In the order in which they sign. */
export function listSigners(db: Db, request_id: number): Promise<Signer[]> {
  return rowsOf(db, `select ${signer} from signature_signers s where s.request_id = ? order by s.step, s.position`, [
    request_id
  ])
}

export async function findSigner(db: Db, id: number): Promise<Signer | undefined> {
  const [row] = await rowsOf<Signer>(db, `select ${signer} from signature_signers s where s.id = ?`, [id])
  return row
}

/** Whose private link this is. */
export async function findByLink(db: Db, token_hash: Buffer): Promise<Signer | undefined> {
  const [row] = await rowsOf<Signer>(
    db,
    `select ${signer} from signature_links l join signature_signers s on s.id = l.signer_id where l.token_hash = ?`,
    [token_hash]
  )
  return row
}

export async function changeSigner(db: Db, id: number, fields: object): Promise<void> {
  await db('signature_signers').where({ id }).update(fields)
}

/** What was drawn; undefined where nothing was. */
export async function findDrawing(db: Db, id: number): Promise<Buffer | undefined> {
  const row = await db('signature_signers').where({ id }).first<{ drawing: Buffer | null } | undefined>('drawing')
  return row?.drawing ?? undefined
}

/** A line of the list: a paper and how far it is. */
export interface RequestLine {
  id: number
  document: string
  title: string
  state: RequestState
  created_at: Date
  expires_at: Date | null
  ended_at: Date | null
  signers: number
  signed: number
  /** Whose turn it is. */
  waits_for: string | null
}

const lines = `select r.id, r.document, r.title,
    case when r.state = 'open' and r.expires_at <= now() then 'expired' else r.state end as state,
    r.created_at, r.expires_at, r.ended_at, count(s.id)::int as signers, count(s.signed_at)::int as signed,
    (array_agg(s.name order by s.step, s.position) filter (where s.signed_at is null and s.declined_at is null))[1]
      as waits_for
  from signature_requests r join signature_signers s on s.request_id = r.id`

export function listRequests(
  db: Db,
  { state, q, after, limit }: { state: RequestState | null; q: string | null; after: number | undefined; limit: number }
): Promise<RequestLine[]> {
  const states: Record<RequestState, string> = {
    open: `r.state = 'open' and (r.expires_at is null or r.expires_at > now())`,
    expired: `(r.state = 'expired' or r.state = 'open' and r.expires_at <= now())`,
    completed: `r.state = 'completed'`,
    declined: `r.state = 'declined'`,
    withdrawn: `r.state = 'withdrawn'`
  }
  const words = `%${(q ?? '').replace(/[\\%_]/g, '\\$&')}%`
  return rowsOf(
    db,
    `${lines} where ${state ? states[state] : 'true'}
       ${
         q
           ? `and (fold(r.title) like fold(?) or exists (select 1 from signature_signers x where x.request_id = r.id
         and (fold(x.name) like fold(?) or x.email like lower(?))))`
           : ''
       }
       ${after === undefined ? '' : 'and r.id < ?'}
     group by r.id order by r.id desc limit ?`,
    [...(q ? [words, words, words] : []), ...(after === undefined ? [] : [after]), limit]
  )
}

export function namesOf(db: Db, ids: readonly number[]): Promise<{ id: number; title: string }[]> {
  return db('signature_requests').whereIn('id', ids).select('id', 'title')
}
