import type { FastifyReply, FastifyRequest } from 'fastify'
import { hashToken } from './secrets.ts'

/*
 * Who comes by a private link has no account, but a browser: it is given a key of its own, which goes to that link's
 * addresses alone, so that a password is asked once, and a visit is one visit however many pages and files it looks at.
 */

/** Hours for which a visit goes on. */
export const visitHours = 12

/** How this browser's key for the link of this address is stored; undefined when it has none. */
export function guestKey(request: FastifyRequest): Buffer | undefined {
  const key = request.cookies['guest']
  return key ? hashToken(key) : undefined
}

/** Gives this browser its key, as `newToken` of secrets.ts makes it, for the addresses at and below `path`. */
export function giveGuestKey(reply: FastifyReply, path: string, key: string): void {
  void reply.setCookie('guest', key, {
    path,
    httpOnly: true,
    sameSite: 'lax',
    secure: 'auto',
    maxAge: visitHours * 3600
  })
}
