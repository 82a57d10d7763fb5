import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Knex } from 'knex'
import { Failure } from '../errors.ts'
import { hashToken } from '../secrets.ts'
import type { Person, SignIns } from './sign-ins.ts'

/** What a personal token of the API allows: one person, one studio, some of their permissions. */
export interface Credentials {
  person: Person
  organization_id: number
  permissions: string[]
}

/** Who a request comes from: cookies, tokens, and the way to the sign-in page. */
export class People {
  readonly signIns: SignIns
  readonly cookie: string
  readonly #master: Knex
  readonly #secure: boolean

  /** `secure`: PUBLIC_URL is https, so the cookie is `__Host-` and only ever sent over TLS. */
  constructor(master: Knex, signIns: SignIns, secure: boolean) {
    this.#master = master
    this.signIns = signIns
    this.#secure = secure
    this.cookie = secure ? '__Host-sign-in' : 'sign-in'
  }

  /** The person whose sign-in the cookie is, if it is one. */
  async of(request: FastifyRequest): Promise<Person | undefined> {
    const token = request.cookies[this.cookie]
    return token ? this.signIns.find(token) : undefined
  }

  /** Makes this browser's cookie a new sign-in of `user_id`; the one it had before ends. */
  async signIn(request: FastifyRequest, reply: FastifyReply, userId: number, db: Knex = this.#master): Promise<void> {
    const before = request.cookies[this.cookie]
    if (before) await this.signIns.remove(db, before)
    const device = request.headers['user-agent'] ?? ''
    const { token, max_age } = await this.signIns.add(db, { user_id: userId, device, ip: request.ip })
    reply.setCookie(this.cookie, token, this.#attributes(max_age))
  }

  /** Ends this browser's sign-in; gives back whose it was, so that every process can be told. */
  async signOut(request: FastifyRequest, reply: FastifyReply): Promise<number | undefined> {
    const token = request.cookies[this.cookie]
    reply.clearCookie(this.cookie, this.#attributes(0))
    return token ? this.signIns.remove(this.#master, token) : undefined
  }

  /**
   * The person and rights of an `Authorization: Bearer` token.
   * @throws Failure 401 for one that is unknown or has expired.
   */
  async bearer(request: FastifyRequest): Promise<Credentials | undefined> {
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1]
    if (!token) return undefined
    const { rows } = await this.#master.raw<{ rows: (Credentials & { person: Person })[] }>(
      `update api_tokens a set last_used_at = now()
         from users u, organization_members m, organizations o
        where a.token_hash = ? and (a.expires_at is null or a.expires_at > now())
          and u.id = a.user_id and u.disabled_at is null
          and m.user_id = u.id and m.organization_id = a.organization_id and o.id = a.organization_id
       returning a.organization_id, a.permissions,
         json_build_object('id', u.id, 'name', u.name, 'email', u.email, 'locale', u.locale, 'theme', u.theme,
           'email_confirmed', u.email_confirmed_at is not null, 'sign_in_id', 0,
           'memberships', json_build_array(json_build_object('organization_id', o.id, 'slug', o.slug, 'name', o.name, 'role', m.role))
         ) as person`,
      [hashToken(token)]
    )
    if (!rows[0]) throw new Failure(401, 'token')
    return rows[0]
  }

  /** Somebody who is not signed in: a page leads to the sign-in and back, everything else is 401. */
  turnAway(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (request.via === 'api' || request.method !== 'GET' || request.headers['hx-request'] || request.ws)
      throw new Failure(401, 'sign_in')
    return reply.redirect(`/sign-in?next=${encodeURIComponent(request.url)}`, 303)
  }

  #attributes(maxAge: number) {
    return { path: '/', httpOnly: true, sameSite: 'lax', secure: this.#secure, maxAge } as const
  }
}
