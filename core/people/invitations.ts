import type { Knex } from 'knex'
import type { Locale } from '../i18n.ts'
import type { Role } from '../plugin.ts'
import { hashToken, newToken } from '../secrets.ts'

/** An invitation is good for this many days. */
const days = 7

/** An invitation that can still be accepted, as whoever holds its link sees it. */
export interface Invitation {
  id: number
  organization_id: number
  slug: string
  studio: string
  locale: Locale
  email: string
  role: Role
  inviter: string | null
}

/** Looks without consuming. */
export async function findInvitation(db: Knex, token: string): Promise<Invitation | undefined> {
  return open(db)
    .where('i.token_hash', hashToken(token))
    .first<Invitation | undefined>(
      'i.id',
      'i.organization_id',
      'o.slug',
      'o.name as studio',
      'o.locale',
      db.raw('i.email::text as email'),
      'i.role',
      'u.name as inviter'
    )
}

/** Consumes an invitation: of any number who do it at once, one gets it. */
export async function takeInvitation(db: Knex, id: number): Promise<boolean> {
  return (
    (await db('invitations')
      .where({ id })
      .whereNull('accepted_at')
      .whereNull('revoked_at')
      .whereRaw('expires_at > now()')
      .update({ accepted_at: db.fn.now() })) > 0
  )
}

/** Makes somebody a member; who is one already keeps their role. */
export async function addMember(db: Knex, organization_id: number, user_id: number, role: Role): Promise<void> {
  await db('organization_members').insert({ organization_id, user_id, role }).onConflict().ignore()
}

/** A new invitation with the token for its link. One that has expired makes room; an open one is in the way. */
export async function addInvitation(
  db: Knex,
  given: { organization_id: number; email: string; role: Role; invited_by: number | null }
): Promise<{ id: number; token: string }> {
  const { organization_id, email } = given
  await db('invitations')
    .where({ organization_id, email })
    .whereNull('accepted_at')
    .whereNull('revoked_at')
    .whereRaw('expires_at <= now()')
    .update({ revoked_at: db.fn.now() })
  const { token, hash } = newToken()
  const [row] = await db('invitations')
    .insert({ ...given, token_hash: hash, expires_at: expiry(db) })
    .returning<{ id: number }[]>('id')
  return { id: row?.id ?? 0, token }
}

/** A new link for an invitation that was neither accepted nor revoked, with its days ahead again; the old link is void. */
export async function renewInvitation(
  db: Knex,
  organization_id: number,
  id: number
): Promise<{ email: string; role: Role; token: string } | undefined> {
  const { token, hash } = newToken()
  const [row] = await db('invitations')
    .where({ organization_id, id })
    .whereNull('accepted_at')
    .whereNull('revoked_at')
    .update({ token_hash: hash, expires_at: expiry(db) })
    .returning<{ email: string; role: Role }[]>(['email', 'role'])
  return row && { ...row, token }
}

/** What a member who manages people sees of the invitations still open, the latest first. */
export interface OpenInvitation {
  id: number
  email: string
  role: Role
  inviter: string | null
  created_at: Date
  expires_at: Date
  expired: boolean
}

export async function listInvitations(db: Knex, organization_id: number): Promise<OpenInvitation[]> {
  return db('invitations as i')
    .leftJoin('users as u', 'u.id', 'i.invited_by')
    .where('i.organization_id', organization_id)
    .whereNull('i.accepted_at')
    .whereNull('i.revoked_at')
    .orderBy('i.id', 'desc')
    .select<OpenInvitation[]>(
      'i.id',
      db.raw('i.email::text as email'),
      'i.role',
      'u.name as inviter',
      'i.created_at',
      'i.expires_at',
      db.raw('i.expires_at <= now() as expired')
    )
}

/** Takes an open invitation back; gives its role and address, or nothing when there is no such open one. */
export async function revokeInvitation(
  db: Knex,
  organization_id: number,
  id: number
): Promise<{ email: string; role: Role } | undefined> {
  const [row] = await db('invitations')
    .where({ organization_id, id })
    .whereNull('accepted_at')
    .whereNull('revoked_at')
    .update({ revoked_at: db.fn.now() })
    .returning<{ email: string; role: Role }[]>(['email', 'role'])
  return row
}

function open(db: Knex): Knex.QueryBuilder {
  return db('invitations as i')
    .join('organizations as o', 'o.id', 'i.organization_id')
    .leftJoin('users as u', 'u.id', 'i.invited_by')
    .whereNull('i.accepted_at')
    .whereNull('i.revoked_at')
    .whereRaw('i.expires_at > now()')
}

const expiry = (db: Knex) => db.raw('now() + make_interval(days => ?)', [days])
