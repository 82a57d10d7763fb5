import { action, conflict, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { AnswerForm, DeclineForm, MatchForm, ProposalForm, RequestIdForm } from './forms.ts'
import { addMessage, changeRequest, clientCalled, lockRequest } from './queries.ts'
import type { Message, Request } from './queries.ts'
import { enterAsked } from './receiving.ts'
import { settingsOf } from './settings.ts'
import { slotOf } from './times.ts'

/*
 * What the studio does with a request. What it writes is mailed by the listener of `requests.answered`, with a link to the
 * request's own page.
 */

const about = ({ id, client_id, session_id }: Request) => ({ request: id, client: client_id, session: session_id })

/** Writes to whoever asked. */
export const answerRequest = action({
  name: 'requests.answer',
  permission: 'requests.write',
  input: AnswerForm,
  about,
  run: (running, { id, body }) => write(running, id, { kind: 'answer', body })
})

/** Proposes another time, which they take by one click while it is free. */
export const proposeTime = action({
  name: 'requests.propose',
  permission: 'requests.write',
  input: ProposalForm,
  constraints: { request_messages_room_id_fkey: ['room_id', 'fields.choice'] },
  about,
  run(running, { id, room_id, day, starts, length, body }) {
    // the studio may propose what nobody could ask for: soon, short, late
    const own = { ...settingsOf({}), notice_hours: 0, furthest_days: 730, shortest_minutes: 15, longest_minutes: 2880 }
    const slot = slotOf({ day, starts, length }, own, running)
    if ('errors' in slot) throw refuse(slot.errors)
    return write(running, id, { kind: 'proposal', body, room_id, ...slot })
  }
})

/** Declines with a reason. An option of it is released, a place on the waiting list given up. */
export const declineRequest = action({
  name: 'requests.decline',
  permission: 'requests.write',
  input: DeclineForm,
  about,
  async run(running, { id, reason }) {
    const request = await openRequest(running, id)
    await letGo(running, request, reason)
    const message_id = await addMessage(running.db, messageOf(running, id, { kind: 'decline', body: reason }))
    await changeRequest(running.db, id, { state: 'declined', decline_reason: reason, closed_at: new Date() })
    running.tell('requests.answered', { request_id: id, message_id })
    return request
  }
})

/** Puts a request away: it was settled elsewhere. What holds its time stays. */
export const archiveRequest = action({
  name: 'requests.archive',
  permission: 'requests.write',
  input: RequestIdForm,
  about,
  run: (running, { id }) => become(running, id, 'archived')
})

/** Brings a request that was put away back into the inbox. */
export const restoreRequest = action({
  name: 'requests.restore',
  permission: 'requests.write',
  input: RequestIdForm,
  about,
  run: (running, { id }) => become(running, id, 'new')
})

/** Enters its time as an option, where it has none: somebody decided. */
export const holdRequest = action({
  name: 'requests.hold',
  permission: 'requests.write',
  input: RequestIdForm,
  about,
  async run(running, { id }) {
    const request = await openRequest(running, id)
    if (isHeld(request)) throw conflict('requests.errors.held')
    const { option_hours } = settingsOf(running.settings)
    const entered = await enterAsked(running, request, { client_id: request.client_id, hours: option_hours || null })
    if ('refused' in entered) throw refuse({ '': `requests.errors.hold_${entered.refused}` })
    const { session_id } = entered
    await changeRequest(running.db, id, { session_id })
    running.tell('requests.changed', { request_id: id })
    return { ...request, session_id }
  }
})

/** It is another client's, and so is its session. */
export const matchRequest = action({
  name: 'requests.match',
  permission: 'requests.write',
  input: MatchForm,
  about,
  async run(running, { id, client_id, client_name }) {
    const { db, ask, tell, changed } = running
    const request = await lockRequest(db, id)
    if (!request) throw notFound()
    const found = await clientCalled(db, client_id, client_name)
    if (found === undefined) throw refuse({ client_name: 'requests.errors.client' })
    await changeRequest(db, id, { client_id: found, matched: 'chosen', alike: [] })
    if (request.session_id !== null)
      await ask('sessions.give', { running, session_id: request.session_id, client_id: found })
    changed(request, { client_id: found })
    tell('requests.changed', { request_id: id })
    return { ...request, client_id: found }
  }
})

/** Ends what holds a request's time: its option, its place on the waiting list. A confirmed session stays. */
export async function letGo(running: Running, request: Request, reason: string): Promise<void> {
  const { session_id, waiting_id } = request
  if (session_id !== null) await running.ask('sessions.drop-option', { running, session_id, reason })
  if (waiting_id !== null) await running.ask('sessions.stop-waiting', { running, waiting_id })
}

/** Does something hold its time? */
export const isHeld = ({ session }: Pick<Request, 'session'>): boolean =>
  session !== null && session.state !== 'cancelled' && session.state !== 'no_show'

/** Can it still be decided? What was put away is brought back first. */
export const isOpen = ({ state }: Pick<Request, 'state'>): boolean => state === 'new' || state === 'answered'

/** The request, kept from changing, as long as it can be decided. */
export async function openRequest({ db, t }: Running, id: number): Promise<Request> {
  const request = await lockRequest(db, id)
  if (!request) throw notFound()
  if (!isOpen(request)) throw conflict('requests.errors.closed_state', { state: t(`requests.states.${request.state}`) })
  return request
}

type Written = Pick<Message, 'kind' | 'body'> & Partial<Pick<Message, 'room_id' | 'starts_at' | 'ends_at'>>

const messageOf = ({ person }: Running, request_id: number, written: Written) => ({
  request_id,
  ...written,
  person_id: person.id
})

async function write(running: Running, id: number, written: Written): Promise<Request> {
  const request = await openRequest(running, id)
  const message_id = await addMessage(running.db, messageOf(running, id, written))
  await changeRequest(running.db, id, { state: 'answered' })
  running.tell('requests.answered', { request_id: id, message_id })
  return request
}

async function become({ db, tell }: Running, id: number, state: 'archived' | 'new'): Promise<Request> {
  const request = await lockRequest(db, id)
  if (!request) throw notFound()
  if (request.state !== state) {
    await changeRequest(db, id, { state, closed_at: state === 'new' ? null : new Date() })
    tell('requests.changed', { request_id: id })
  }
  return request
}
