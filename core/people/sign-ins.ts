import type { Knex } from 'knex'
import type { Locale } from '../i18n.ts'
import type { Role } from '../plugin.ts'
import { hashToken, newToken } from '../secrets.ts'

/** A person as a request knows them, with every studio they belong to. */
export interface Person {
  id: number
  name: string
  email: string
  locale: Locale
  theme: 'system' | 'light' | 'dark'
  email_confirmed: boolean
  sign_in_id: number
  memberships: { organization_id: number; slug: string; name: string; role: Role }[]
}

/** A sign-in lives this long after it was last used, and 180 days in all. */
const days = 30

/**
 * Who a browser's cookie stands for. Found sign-ins are kept for 10 seconds, at most 5,000 of them, and dropped at once
 * in every process when the person signs out or changes (see Hint `person`).
 */
export class SignIns {
  readonly #master: Knex
  readonly #known = new Map<string, { person: Person; until: number }>()
  #forgotten = 0

  constructor(master: Knex) {
    this.#master = master
  }

  async find(token: string): Promise<Person | undefined> {
    const known = this.#known.get(token)
    if (known && known.until > Date.now()) return known.person
    this.#known.delete(token)
    const before = this.#forgotten
    const person = await readSignIn(this.#master, hashToken(token))
    if (!person) return undefined
    // what was read before somebody changed is not worth keeping
    if (before !== this.#forgotten) return person
    if (this.#known.size >= 5000) this.#known.delete(this.#known.keys().next().value ?? '')
    this.#known.set(token, { person, until: Date.now() + 10_000 })
    return person
  }

  /** Drops what is known of a person; without one, of everybody. */
  forget(user?: number): void {
    this.#forgotten += 1
    if (user === undefined) this.#known.clear()
    for (const [token, { person }] of this.#known) if (person.id === user) this.#known.delete(token)
  }

  /** A new sign-in, with a token nobody has seen before. The token goes into the cookie; only its hash is kept. */
  async add(
    db: Knex,
    sign: { user_id: number; device: string; ip: string }
  ): Promise<{ token: string; max_age: number }> {
    const { token, hash } = newToken()
    await db('sign_ins').insert({
      user_id: sign.user_id,
      token_hash: hash,
      device: sign.device.slice(0, 200),
      ip: sign.ip,
      expires_at: db.raw(`now() + interval '${days} days'`)
    })
    return { token, max_age: days * 86_400 }
  }

  /** Ends the sign-in that a token stands for; gives back whose it was. Other processes are to be told. */
  async remove(db: Knex, token: string): Promise<number | undefined> {
    this.#known.delete(token)
    const [row] = await db('sign_ins')
      .where({ token_hash: hashToken(token) })
      .delete()
      .returning<{ user_id: number }[]>('user_id')
    return row?.user_id
  }
}

/** One statement: the sign-in, its person and their studios. Its expiry moves on at most once an hour. */
async function readSignIn(master: Knex, hash: Buffer): Promise<Person | undefined> {
  const { rows } = await master.raw<{ rows: (Person & { stale: boolean })[] }>(
    `select u.id, u.name, u.email::text, u.locale, u.theme, u.email_confirmed_at is not null as email_confirmed,
            s.id as sign_in_id, s.seen_at < now() - interval '1 hour' as stale,
            coalesce((select json_agg(json_build_object('organization_id', o.id, 'slug', o.slug, 'name', o.name, 'role', m.role)
                             order by o.name, o.id)
                        from organization_members m join organizations o on o.id = m.organization_id
                       where m.user_id = u.id), '[]') as memberships
       from sign_ins s join users u on u.id = s.user_id
      where s.token_hash = ? and s.expires_at > now() and s.created_at > now() - interval '180 days'
        and u.disabled_at is null`,
    [hash]
  )
  const found = rows[0]
  if (!found) return undefined
  const { stale, ...person } = found
  if (stale) {
    await master('sign_ins')
      .where({ id: person.sign_in_id })
      .update({ seen_at: master.fn.now(), expires_at: master.raw(`now() + interval '${days} days'`) })
  }
  return person
}
