import { action, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { hashToken } from '@patchbay/core/secrets'
import { isHeld, isOpen, letGo } from './answering.ts'
import { AcceptForm, TokenForm } from './forms.ts'
import { acceptMessage, changeRequest, findMessage, idOfLink, lockRequest } from './queries.ts'
import type { Request } from './queries.ts'
import { enterAsked } from './receiving.ts'
import { settingsOf } from './settings.ts'

/* What whoever asked does behind the private link of their request. */

const about = ({ id, client_id, session_id }: Request) => ({ request: id, client: client_id, session: session_id })

/** They take their request back. What is confirmed is not called off by a click: they are told to call. */
export const cancelRequest = action({
  name: 'requests.cancel',
  permission: 'requests.send',
  input: TokenForm,
  secret: ['token'],
  about,
  async run(running, { token }) {
    const { db, tell, t } = running
    const request = await requestOf(running, token)
    // pressing twice is pressing once
    if (request.state === 'cancelled') return request
    if (isHeld(request) && request.session?.state !== 'option') throw refuse({ '': 'requests.errors.confirmed' })
    if (request.state === 'declined') throw refuse({ '': 'requests.errors.over' })
    await letGo(running, request, t('requests.cancelled_by_client'))
    await changeRequest(db, request.id, { state: 'cancelled', closed_at: new Date() })
    tell('requests.cancelled', { request_id: request.id })
    return request
  }
})

/** They take the other time that was proposed: it is held in place of what was, while it is free. */
export const acceptProposal = action({
  name: 'requests.accept',
  permission: 'requests.send',
  input: AcceptForm,
  secret: ['token'],
  constraints: { sessions_no_overlap: ['', 'requests.errors.proposal_taken'] },
  about,
  async run(running, { token, message_id }) {
    const { db, tell, t } = running
    const request = await requestOf(running, token)
    const proposal = await findMessage(db, request.id, message_id)
    const { room_id = null, starts_at = null, ends_at = null } = proposal ?? {}
    if (!proposal || room_id === null || !starts_at || !ends_at) throw notFound()
    if (proposal.accepted_at) return request
    if (!isOpen(request)) throw refuse({ '': 'requests.errors.over' })
    if (isHeld(request) && request.session?.state !== 'option') throw refuse({ '': 'requests.errors.confirmed' })
    if (starts_at < new Date()) throw refuse({ '': 'requests.errors.proposal_past' })
    await letGo(running, request, t('requests.moved_by_client'))
    const { option_hours } = settingsOf(running.settings)
    const wanted = { ...request, room_id, starts_at, ends_at }
    const entered = await enterAsked(running, wanted, { client_id: request.client_id, hours: option_hours || null })
    if ('refused' in entered) throw refuse({ '': 'requests.errors.proposal_taken' })
    const { session_id } = entered
    await acceptMessage(db, proposal.id)
    await changeRequest(db, request.id, { room_id, starts_at, ends_at, session_id, waiting_id: null, state: 'new' })
    tell('requests.accepted', { request_id: request.id })
    return { ...request, session_id }
  }
})

/** The request of a link, kept from changing. */
async function requestOf({ db }: Running, token: string): Promise<Request> {
  const id = await idOfLink(db, hashToken(token))
  const request = id === undefined ? undefined : await lockRequest(db, id)
  if (!request) throw notFound()
  return request
}
