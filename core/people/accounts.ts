import type { Knex } from 'knex'
import { refuse } from '../errors.ts'
import type { Locale } from '../i18n.ts'

/** A user as the sign-in, the links and the command line need them. */
export interface Account {
  id: number
  email: string
  name: string
  locale: Locale
  password_hash: string | null
  disabled_at: Date | null
}

const columns = ['id', 'email', 'name', 'locale', 'password_hash', 'disabled_at'] as const

/** The account of an address, whatever its case. */
export async function findAccount(db: Knex, email: string): Promise<Account | undefined> {
  return db('users')
    .where({ email })
    .first<Account | undefined>(...columns)
}

export async function accountOf(db: Knex, id: number): Promise<Account | undefined> {
  return db('users')
    .where({ id })
    .first<Account | undefined>(...columns)
}

/**
 * Adds a person. However many do it at once with one address, one succeeds.
 * @throws Refusal on `email` when the address has an account.
 */
export async function addAccount(
  db: Knex,
  given: { email: string; name: string; password_hash: string | null; locale: Locale; confirmed: boolean }
): Promise<number> {
  const { confirmed, ...row } = given
  const [added] = await db('users')
    .insert({ ...row, email_confirmed_at: confirmed ? db.fn.now() : null })
    .onConflict('email')
    .ignore()
    .returning<{ id: number }[]>('id')
  if (!added) throw refuse({ email: 'people.errors.email_taken' })
  return added.id
}

export async function changeProfile(
  db: Knex,
  id: number,
  given: Partial<{ name: string; locale: Locale; theme: 'system' | 'light' | 'dark' }>
): Promise<void> {
  await db('users').where({ id }).update(given)
}

/**
 * Sets a new password. Whoever knew the old one is out: every sign-in but `keep` ends, and links mailed before are void.
 */
export async function changePassword(
  db: Knex,
  id: number,
  password_hash: string,
  keep: number | undefined
): Promise<void> {
  await db('users').where({ id }).update({ password_hash })
  await endSignIns(db, id, keep)
  await db('mail_links').where({ user_id: id, purpose: 'reset' }).whereNull('used_at').delete()
}

/** The same password under parameters that have risen, unless it was changed meanwhile. */
export async function rehashPassword(db: Knex, { id, password_hash }: Account, anew: string): Promise<void> {
  await db('users').where({ id, password_hash }).update({ password_hash: anew })
}

/**
 * The address that a person has shown to be theirs.
 * @throws Refusal on `email` when it became somebody else's account in between.
 */
export async function confirmEmail(db: Knex, id: number, email: string): Promise<void> {
  const { rows } = await db.raw<{ rows: { id: number }[] }>(
    `update users set email = :email, email_confirmed_at = now()
      where id = :id and not exists (select from users o where o.email = :email and o.id <> :id) returning id`,
    { id, email }
  )
  if (rows.length === 0) throw refuse({ email: 'people.errors.email_taken' })
}

/** Ids of the studios somebody belongs to. */
export async function studiosOf(db: Knex, user_id: number): Promise<number[]> {
  return db('organization_members').where({ user_id }).pluck<number[]>('organization_id')
}

/** A browser that somebody is signed in with. */
export interface SignInRow {
  id: number
  device: string
  ip: string
  created_at: Date
  seen_at: Date
}

/** The latest used first; at most 100. */
export async function listSignIns(db: Knex, user_id: number): Promise<SignInRow[]> {
  return db('sign_ins')
    .where({ user_id })
    .whereRaw('expires_at > now()')
    .orderBy([
      { column: 'seen_at', order: 'desc' },
      { column: 'id', order: 'desc' }
    ])
    .limit(100)
    .select<SignInRow[]>('id', 'device', 'ip', 'created_at', 'seen_at')
}

/** Ends every sign-in of a person, but the one to `keep`. */
export async function endSignIns(db: Knex, user_id: number, keep: number | undefined): Promise<void> {
  await db('sign_ins')
    .where({ user_id })
    .whereNot({ id: keep ?? 0 })
    .delete()
}

/** Ends one sign-in of this person; false when it is not theirs, or over already. */
export async function endSignIn(db: Knex, user_id: number, id: number): Promise<boolean> {
  return (await db('sign_ins').where({ user_id, id }).delete()) > 0
}

/** What happens to people themselves is kept in the registry's trail; see core/actions.ts for what studios do. */
export async function noteInTrail(
  db: Knex,
  person: { id: number; name: string },
  action: string,
  given: { ip: string; about?: string[]; organization_id?: number; details?: object }
): Promise<void> {
  const { ip, about = [`user:${person.id}`], organization_id = null, details = {} } = given
  await db('audit').insert({
    person_id: person.id,
    person_name: person.name,
    via: 'form',
    ip,
    action,
    about,
    organization_id,
    details: JSON.stringify(details)
  })
}
