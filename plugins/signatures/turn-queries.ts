import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

/** Signers whose turn it is, to whom no link was mailed yet. */
export function listUninvited(db: Db, request_id: number): Promise<{ id: number }[]> {
  return rowsOf(
    db,
    `select s.id from signature_signers s join signature_requests r on r.id = s.request_id
     where r.id = ? and r.state = 'open' and s.mailed_at is null and s.signed_at is null
       and not exists (select 1 from signature_signers x
         where x.request_id = r.id and x.step < s.step and x.signed_at is null)
     order by s.position for update of s`,
    [request_id]
  )
}

/** Signers who were mailed or reminded that long ago, and have not said anything yet. */
export function listForgetful(
  db: Db,
  { days, most }: { days: number; most: number }
): Promise<{ id: number; request_id: number }[]> {
  return rowsOf(
    db,
    `select s.id, s.request_id from signature_signers s join signature_requests r on r.id = s.request_id
     where r.state = 'open' and (r.expires_at is null or r.expires_at > now()) and s.signed_at is null
       and s.declined_at is null and s.reminders < ?
       and coalesce(s.reminded_at, s.mailed_at) <= now() - make_interval(days => ?)
     order by s.id for update of s`,
    [most, days]
  )
}

/** Ends what has run out. */
export function expireRequests(db: Db): Promise<{ id: number; document: string }[]> {
  return db('signature_requests')
    .where({ state: 'open' })
    .whereRaw('expires_at <= now()')
    .update({ state: 'expired', ended_at: db.raw('expires_at') })
    .returning<{ id: number; document: string }[]>(['id', 'document'])
}

/** The studio's papers that wait, for Today: those whose signer was mailed first, first. */
export function listWaiting(
  db: Db,
  limit: number
): Promise<{ id: number; title: string; signer: string; mailed_at: Date; opened_at: Date | null }[]> {
  return rowsOf(
    db,
    `select * from (select distinct on (r.id) r.id, r.title, s.name as signer, s.mailed_at, s.opened_at
       from signature_requests r join signature_signers s on s.request_id = r.id
       where r.state = 'open' and (r.expires_at is null or r.expires_at > now()) and s.mailed_at is not null
         and s.signed_at is null
       order by r.id, s.mailed_at) waiting order by mailed_at limit ?`,
    [limit]
  )
}

/** Who decides in the studio: those who may see signatures. */
export async function listDeciders(db: Db): Promise<number[]> {
  const rows = await db('people')
    .where({ active: true })
    .whereIn('role', ['owner', 'manager'])
    .select<{ id: number }[]>('id')
  return rows.map(({ id }) => id)
}

/** The studio's owners, with their addresses. */
export function listOwners(db: Db): Promise<{ name: string; email: string }[]> {
  return db('people').where({ active: true, role: 'owner' }).whereNotNull('email').select('name', 'email')
}

/** Is this hash that of a paper signed here, or of what was sealed? And since when. */
export async function findKnown(
  db: Db,
  sha256: Buffer
): Promise<{ what: 'paper' | 'sealed'; since: Date; signed: boolean } | undefined> {
  const [row] = await rowsOf<{ what: 'paper' | 'sealed'; since: Date; signed: boolean }>(
    db,
    `select case when r.sealed_sha256 = ? then 'sealed' else 'paper' end as what,
       case when r.sealed_sha256 = ? then r.sealed_at else r.created_at end as since, r.state = 'completed' as signed
     from signature_requests r where r.sha256 = ? or r.sealed_sha256 = ?
     order by r.sealed_sha256 = ? desc nulls last, r.id limit 1`,
    [sha256, sha256, sha256, sha256, sha256]
  )
  return row
}

/** The key that seals; undefined before the first paper is sealed. */
export function findKey(db: Db): Promise<{ certificate: Buffer; key_sealed: string } | undefined> {
  return db('signature_keys').first<{ certificate: Buffer; key_sealed: string } | undefined>(
    'certificate',
    'key_sealed'
  )
}

/** Keeps a new key; one that somebody else was quicker to make stays. */
export async function addKey(db: Db, key: { certificate: Buffer; key_sealed: string }): Promise<void> {
  await db('signature_keys').insert(key).onConflict('id').ignore()
}
