import { notFound, refuse, time } from '@patchbay/core'
import type { Context, Running } from '@patchbay/core'
import { newToken } from '@patchbay/core/secrets'
import type { LinkScope } from '../contract.ts'
import { addLink, countRevisions, linkById, placeOf, recipientOf, revoke, sealToken } from './queries.ts'

/** A link to be made. What is left out is open: no password, any number of visits, for ever. */
export interface LinkWanted {
  project_id: number
  track_id?: number | null
  revision_id?: number | null
  /** These and no others, instead of what a project or a track shows. */
  revision_ids?: readonly number[] | null
  scope: LinkScope
  recipient?: string | null
  email?: string | null
  message?: string | null
  password_hash?: string | null
  most_visits?: number | null
  expires_at?: Date | null
}

/**
 * Makes a link inside an action's transaction. `address` is whole, for a mail; it can be shown again from what is sealed.
 * @throws notFound when the track or the revisions are not of the project
 */
export async function makeLink(running: Running, wanted: LinkWanted): Promise<{ link_id: number; address: string }> {
  const { db, person, sealed, studio, tell } = running
  const { project_id, scope, track_id = null, revision_id = null, revision_ids = null } = wanted
  if (!(await placeOf(db, { project_id, track_id, revision_id }))) throw notFound()
  const chosen = revision_ids && [...new Set(revision_ids)]
  if (chosen && (chosen.length === 0 || (await countRevisions(db, project_id, chosen)) < chosen.length))
    throw notFound()
  const client = await recipientOf(db, project_id)
  const { token, hash } = newToken()
  const link_id = await addLink(db, {
    project_id,
    track_id,
    revision_id,
    revision_ids: chosen,
    scope,
    recipient: wanted.recipient ?? null,
    email: wanted.email ?? null,
    language: client?.language ?? studio.locale,
    message: wanted.message ?? null,
    password_hash: wanted.password_hash ?? null,
    most_visits: wanted.most_visits ?? null,
    expires_at: wanted.expires_at ?? null,
    created_by: person.id,
    token_hash: hash
  })
  await sealToken(db, link_id, sealed.seal(token, `link:${link_id}`))
  tell('mixes.link-changed', { link_id, project_id })
  return { link_id, address: addressOf(running, token) }
}

/** Takes a link back at once; false when it was already. @throws notFound when there is none */
export async function revokeLink({ db, person, tell }: Running, link_id: number): Promise<boolean> {
  const link = await linkById(db, link_id)
  if (!link) throw notFound()
  const revoked = await revoke(db, link_id, person.id)
  if (revoked) tell('mixes.link-changed', { link_id, project_id: link.project_id })
  return revoked
}

/** The whole address of a link's page, from its token. */
export const addressOf = (context: Pick<Context, 'address'>, token: string): string =>
  context.address(`/mixes/${token}`, 'open')

/** The same, from what is sealed of the token; undefined when nothing is, as of a link that came without its secret. */
export const addressAgain = (
  context: Pick<Context, 'address' | 'sealed'>,
  { id, token_sealed }: { id: number; token_sealed: string }
): string | undefined =>
  token_sealed === '' ? undefined : addressOf(context, context.sealed.open(token_sealed, `link:${id}`))

/** The end of a day in the studio's zone. @throws a refusal when it is over */
export function endOf(day: string | null, timezone: string): Date | null {
  if (day === null) return null
  const end = time.startOfDay(time.addDays(day, 1), timezone)
  if (end <= new Date()) throw refuse({ expires_on: 'mixes.links.errors.past' })
  return end
}
