import type { Knex } from 'knex'
import { hashToken, newToken } from '../secrets.ts'

/** `confirm`: this address is mine. `reset`: I forgot my password. */
export type Purpose = 'confirm' | 'reset'

/** How long a link is good for, in minutes. */
const lifetimes: Record<Purpose, number> = { confirm: 3 * 24 * 60, reset: 60 }

/** Whom a link was sent to, and for `confirm` the address it proves. */
export interface MailLink {
  user_id: number
  name: string
  email: string
}

/** A new link; the earlier ones of the same purpose are void. The token goes into the mail; only its hash is kept. */
export async function addLink(db: Knex, user_id: number, purpose: Purpose, email?: string): Promise<string> {
  const { token, hash } = newToken()
  await db('mail_links').where({ user_id, purpose }).whereNull('used_at').delete()
  await db('mail_links').insert({
    user_id,
    purpose,
    email: email ?? null,
    token_hash: hash,
    expires_at: db.raw('now() + make_interval(mins => ?)', [lifetimes[purpose]])
  })
  return token
}

/** Looks without consuming: mail scanners open links. */
export async function findLink(db: Knex, purpose: Purpose, token: string): Promise<MailLink | undefined> {
  return db('mail_links as l')
    .join('users as u', 'u.id', 'l.user_id')
    .where({ purpose, token_hash: hashToken(token) })
    .whereNull('l.used_at')
    .whereNull('u.disabled_at')
    .whereRaw('l.expires_at > now()')
    .first<MailLink | undefined>('l.user_id', 'u.name', db.raw('coalesce(l.email, u.email)::text as email'))
}

/** Consumes a link: of any number who do it at once, one gets it. */
export async function takeLink(db: Knex, purpose: Purpose, token: string): Promise<MailLink | undefined> {
  const { rows } = await db.raw<{ rows: MailLink[] }>(
    `update mail_links l set used_at = now() from users u
      where u.id = l.user_id and u.disabled_at is null and l.purpose = ? and l.token_hash = ?
        and l.used_at is null and l.expires_at > now()
     returning l.user_id, u.name, coalesce(l.email, u.email)::text as email`,
    [purpose, hashToken(token)]
  )
  return rows[0]
}
