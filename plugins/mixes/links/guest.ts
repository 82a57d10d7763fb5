import { notFound } from '@patchbay/core'
import { Failure } from '@patchbay/core/errors'
import { giveGuestKey, guestKey } from '@patchbay/core/guests'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { enterShare } from './entering.ts'
import type { Entered } from './entering.ts'
import { linkOf, projectOf, revisionsOf } from './queries.ts'
import type { OpenRevision, ShareLink } from './queries.ts'
import { visitOf } from './visits.ts'

/*
 * Who comes by a link. A page of it is seen by those who are in: at once where the link is for anybody who has it, after a
 * door where it has a password or counts its visits, so that a mail program that looks at links uses none of them up.
 */

/** Somebody who is in by a link. */
export interface Guest {
  link: ShareLink
  token: string
  visit_id: number
}

/** What is shown instead of the page. */
export interface Shut {
  why: Entered['why']
  link: ShareLink
}

export const tokenIn = (request: FastifyRequest): string => (request.params as { token: string }).token

/** The guest of this request; undefined for whom the link does not let in (any more). @throws notFound without a link */
export async function guestOf(request: FastifyRequest): Promise<Guest | undefined> {
  const link = await linkIn(request)
  const key = guestKey(request)
  if (link.state === 'revoked' || link.state === 'expired' || !key) return undefined
  const visit_id = await visitOf(request.db, link.id, key)
  return visit_id === undefined ? undefined : { link, token: tokenIn(request), visit_id }
}

/** The same for a page: who may come in at once does. `why` is null before a door that can be opened. */
export async function guestAt(request: FastifyRequest, reply: FastifyReply): Promise<Guest | Shut> {
  const guest = await guestOf(request)
  if (guest) return guest
  const link = await linkIn(request)
  if (link.state !== 'open') return { why: link.state, link }
  if (link.password_hash !== null || link.most_visits !== null) return { why: null, link }
  request.body = {}
  return letIn(request, reply)
}

/** Opens the door, or says why not. */
export async function letIn(request: FastifyRequest, reply: FastifyReply): Promise<Guest | Shut> {
  const token = tokenIn(request)
  const link = await linkIn(request)
  const entered = await request.act(enterShare, { token })
  if (!entered.ok) return { why: 'password', link }
  const { key, why } = entered.value
  if (key === null) return { why, link }
  giveGuestKey(reply, `${request.base}/mixes/${token}`, key)
  request.cookies['guest'] = key
  const guest = await guestOf(request)
  if (!guest) throw notFound()
  return guest
}

/** The page before or instead of the music: a door, or whom to ask. */
export async function shutPage(request: FastifyRequest, { why, link }: Shut) {
  const { t } = request.words()
  const project = await projectOf(request.db, link.project_id)
  const wrong = why === 'password' || why === 'too_many'
  return {
    styles: ['/static/mixes/links.css'],
    title: t('mixes.links.open.title'),
    why,
    // who has no password learns nothing of what is behind it
    project: link.password_hash === null ? project : undefined,
    with_password: link.password_hash !== null,
    here: `${request.base}/mixes/${tokenIn(request)}`,
    errors: wrong ? { password: t(`mixes.links.errors.${why}`) } : {},
    values: {}
  }
}

/** The revision of this address's sound, if the link opens it. @throws notFound */
export async function revisionOfAudio(request: FastifyRequest, { link }: Guest): Promise<OpenRevision> {
  const audio_id = request.recordId('audio')
  const found = (await revisionsOf(request.db, link)).find(revision => revision.audio_id === audio_id)
  if (!found) throw notFound()
  return found
}

/** What somebody who is not in finds: that it is over, or nothing. */
export async function nothingHere(request: FastifyRequest): Promise<Failure> {
  const { state } = await linkIn(request)
  return state === 'revoked' || state === 'expired' ? new Failure(410, 'mixes.links.errors.closed') : notFound()
}

async function linkIn(request: FastifyRequest): Promise<ShareLink> {
  const link = await linkOf(request.db, tokenIn(request))
  if (!link) throw notFound()
  return link
}
