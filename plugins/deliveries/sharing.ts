import type { Context, Running } from '@patchbay/core'
import '../mixes/contract.ts'
import { filesOf } from './file-queries.ts'
import { addListening, changeDelivery } from './queries.ts'
import type { Delivery } from './queries.ts'

/*
 * A package's files are heard by a link of mixes, which never lets take: what may be taken, the gate says, and only here.
 */

/** Makes the link by which the package's revisions are heard, in place of the one there is. Nothing without a live address. */
export async function renewListening(running: Running, delivery: Delivery): Promise<void> {
  await endListening(running, delivery)
  const live = delivery.token_sealed !== null && delivery.revoked_at === null
  if (live) await beginListening(running, delivery)
}

/** The same, for a package that just got its address. */
export async function beginListening(running: Running, delivery: Delivery): Promise<void> {
  const { db, ask, sealed } = running
  const { id, project_id, scope, recipient, email, expires_at } = delivery
  const revision_ids = (await filesOf(db, id)).flatMap(({ revision_id }) => revision_id ?? [])
  if (revision_ids.length === 0) return
  const wanted = { running, project_id, revision_ids, recipient, email, expires_at }
  const [made] = await ask('mixes.make-link', { ...wanted, scope: scope === 'listen' ? 'listen' : 'comment' })
  if (!made) return
  await addListening(db, id, made.link_id)
  await changeDelivery(db, id, { share_link_id: made.link_id, share_sealed: sealed.seal(made.address, `share:${id}`) })
}

/** Nobody hears anything more by it, at once. */
export async function endListening(running: Running, { id, share_link_id }: Delivery): Promise<void> {
  if (share_link_id === null) return
  await running.ask('mixes.revoke-link', { running, link_id: share_link_id })
  await changeDelivery(running.db, id, { share_link_id: null, share_sealed: null })
}

/** Where it is heard; undefined when there is nothing to hear. */
export const listeningAddress = (
  { sealed }: Pick<Context, 'sealed'>,
  { id, share_sealed }: Pick<Delivery, 'id' | 'share_sealed'>
): string | undefined => (share_sealed === null ? undefined : sealed.open(share_sealed, `share:${id}`))
