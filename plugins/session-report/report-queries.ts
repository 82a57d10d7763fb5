import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { Locale } from '@patchbay/core/i18n'
import type { Content } from './content.ts'

/** A report: what is or was to be signed, and, once signed, what proves it. */
export interface Report {
  id: number
  session_id: number
  snapshot: Content
  hash: string
  made_at: Date
  version: number | null
  previous_id: number | null
  signed_at: Date | null
  way: 'tablet' | 'mail' | null
  signer_name: string | null
  signer_role: string | null
  signer_email: string | null
  consent: string | null
  ip: string | null
  agent: string | null
  code_sent_at: Date | null
  seal: string | null
}

const columns = [
  'id',
  'session_id',
  'snapshot',
  'hash',
  'made_at',
  'version',
  'previous_id',
  'signed_at',
  'way',
  'signer_name',
  'signer_role',
  'signer_email',
  'consent',
  'ip',
  'agent',
  'code_sent_at',
  'seal'
] as const

/** The signed versions of a session's report, the newest first. */
export function listSigned(db: Db, session_id: number): Promise<Report[]> {
  return db('session_reports')
    .where({ session_id })
    .whereNotNull('signed_at')
    .orderBy('version', 'desc')
    .select<Report[]>(...columns)
}

export function findReport(db: Db, key: { session_id: number; id: number }): Promise<Report | undefined> {
  return db('session_reports')
    .where(key)
    .first<Report | undefined>(...columns)
}

/** What was drawn; undefined where nothing was. */
export async function findImage(
  db: Db,
  { session_id, id }: { session_id: number; id: number }
): Promise<Buffer | undefined> {
  const row = await db('session_reports').where({ session_id, id }).first<{ image: Buffer | null } | undefined>('image')
  return row?.image ?? undefined
}

/** The last signed version; undefined before there is one. */
export function lastSigned(db: Db, session_id: number): Promise<Report | undefined> {
  return db('session_reports')
    .where({ session_id })
    .whereNotNull('version')
    .orderBy('version', 'desc')
    .first<Report | undefined>(...columns)
}

export async function addReport(db: Db, report: Record<string, unknown> & { snapshot: Content }): Promise<number> {
  const [row] = await db('session_reports')
    .insert({ ...report, snapshot: JSON.stringify(report.snapshot) })
    .returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

/** Signs what waits to be; false when it is signed already. */
export async function signReport(db: Db, id: number, signature: object): Promise<boolean> {
  return (await db('session_reports').where({ id }).whereNull('signed_at').update(signature)) > 0
}

/** A private link to sign at a distance. */
export interface Link {
  id: number
  report_id: number
  session_id: number
  client_id: number | null
  name: string
  email: string
  locale: Locale
  expires_at: Date
  revoked_at: Date | null
  asked_at: Date | null
  code_hash: Buffer | null
  code_sent_at: Date | null
  code_expires_at: Date | null
  code_tries: number
  codes_asked: number
  /** Is what it shows still what waits to be signed? */
  open: boolean
  signed_at: Date | null
}

const isOpen = `(k.revoked_at is null and k.expires_at > now() and r.signed_at is null and l.signed_report_id is null
  and r.id = (select max(id) from session_reports x where x.session_id = r.session_id))`

const links = `select k.id, k.report_id, r.session_id, s.client_id, k.name, k.email, k.locale, k.expires_at, k.revoked_at,
    k.asked_at, k.code_hash, k.code_sent_at, k.code_expires_at, k.code_tries, k.codes_asked, r.signed_at, ${isOpen} as open
  from report_links k join session_reports r on r.id = k.report_id join sessions s on s.id = r.session_id
    join session_logs l on l.session_id = r.session_id`

export async function findLink(db: Db, tokenHash: Buffer): Promise<Link | undefined> {
  const [row] = await rowsOf<Link>(db, `${links} where k.token_hash = ?`, [tokenHash])
  return row
}

/** The same, kept from others until the transaction ends: tries of a code are counted one after the other. */
export async function lockLink(db: Db, tokenHash: Buffer): Promise<Link | undefined> {
  await db('report_links').where({ token_hash: tokenHash }).forUpdate().first('id')
  return findLink(db, tokenHash)
}

export async function findLinkById(db: Db, id: number): Promise<Link | undefined> {
  const [row] = await rowsOf<Link>(db, `${links} where k.id = ?`, [id])
  return row
}

/** The link by which a session's report waits to be signed, if it does. */
export async function openLinkOf(db: Db, session_id: number): Promise<Link | undefined> {
  const [row] = await rowsOf<Link>(db, `${links} where r.session_id = ? and ${isOpen} order by k.id desc limit 1`, [
    session_id
  ])
  return row
}

export async function addLink(db: Db, link: object): Promise<number> {
  const [row] = await db('report_links').insert(link).returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

export async function changeLink(db: Db, id: number, fields: object): Promise<void> {
  await db('report_links').where({ id }).update(fields)
}

/** Takes a link of this session back; false when it has none such. */
export async function revokeLink(db: Db, { session_id, id }: { session_id: number; id: number }): Promise<boolean> {
  const taken = await db('report_links')
    .where({ id })
    .whereIn('report_id', db('session_reports').where({ session_id }).select('id'))
    .update({ revoked_at: db.raw('coalesce(revoked_at, now())') })
  return taken > 0
}

/** Whose session it is; null for the studio's own. */
export async function clientOf(db: Db, session_id: number): Promise<number | null> {
  const row = await db('sessions')
    .where({ id: session_id })
    .first<{ client_id: number | null } | undefined>('client_id')
  return row?.client_id ?? null
}
