import { action, conflict, forbidden, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { linkOf, revisionsOf } from '../links/queries.ts'
import type { ShareLink } from '../links/queries.ts'
import { aboutSaid, commented, placeIn, say, spoken, told } from './actions.ts'
import type { Said } from './actions.ts'
import { CommentByLinkForm, SettleByLinkForm } from './forms.ts'
import { isTakenUp, removeComment, settleComment } from './queries.ts'
import type { Comment } from './queries.ts'
import { isOwn } from './threads.ts'

/* What guests say of a revision, by their link. */

/**
 * A link that lets its guest speak of this revision, now.
 * @throws notFound when it does not open it, forbidden when it is for listening only, conflict when it is closed.
 */
export async function speakingLink({ db }: Running, token: string, revision_id: number): Promise<ShareLink> {
  const link = await linkOf(db, token)
  if (!link || !(await revisionsOf(db, link)).some(({ id }) => id === revision_id)) throw notFound()
  if (link.scope === 'listen') throw forbidden('mixes.comments.errors.listen_only')
  if (link.state === 'revoked' || link.state === 'expired') throw conflict('mixes.comments.errors.link_closed')
  return link
}

/** Says something of a revision, or answers. A guest nobody named says who they are. */
export const commentByLink = action({
  name: 'mixes.comment_by_link',
  permission: 'mixes.listen',
  input: CommentByLinkForm,
  secret: ['token'],
  about: aboutSaid,
  async run(running, { token, revision_id, parent_id, at, until, body, author }): Promise<Said> {
    const link = await speakingLink(running, token, revision_id)
    const revision = await commented(running, revision_id)
    const name = author ?? link.recipient
    if (name === null) throw refuse({ author: 'fields.required' })
    const said = { body, author: name, link_id: link.id }
    if (parent_id === null) return say(running, revision, { ...said, ...placeIn(revision, { at, until }) })
    const parent = await spoken(running, parent_id)
    if (parent.revision_id !== revision_id) throw notFound()
    return say(running, revision, { ...said, parent_id: parent.parent_id ?? parent.id })
  }
})

/** A guest's own request is settled after all, or not yet. */
export const settleByLink = action({
  name: 'mixes.settle_by_link',
  permission: 'mixes.listen',
  input: SettleByLinkForm,
  secret: ['token'],
  about: aboutSaid,
  async run(running, { token, id }): Promise<Said> {
    const found = await ownByLink(running, token, id)
    if (found.parent_id !== null) throw refuse({ id: 'mixes.comments.errors.answer' })
    await settleComment(running.db, found, found.resolved_at === null ? found.author : null)
    return told(running, await commented(running, found.revision_id), id)
  }
})

/** A guest takes their own words back, as long as nobody took them up. */
export const removeByLink = action({
  name: 'mixes.remove_by_link',
  permission: 'mixes.listen',
  input: SettleByLinkForm,
  confirm: true,
  secret: ['token'],
  about: aboutSaid,
  async run(running, { token, id }): Promise<Said> {
    const found = await ownByLink(running, token, id)
    if (found.carried_from !== null || (await isTakenUp(running.db, id)))
      throw refuse({ id: 'mixes.comments.errors.taken_up' })
    await removeComment(running.db, id)
    return told(running, await commented(running, found.revision_id), id)
  }
})

async function ownByLink(running: Running, token: string, id: number): Promise<Comment> {
  const found = await spoken(running, id)
  const link = await speakingLink(running, token, found.revision_id)
  if (!isOwn(found, { person_id: null, link_id: link.id })) throw forbidden('mixes.comments.errors.others')
  return found
}
