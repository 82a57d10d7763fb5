import { action, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { hashToken } from '@patchbay/core/secrets'
import { holdResources } from '../conflicts.ts'
import { moveHolding } from '../entering.ts'
import { settleOverlaps } from '../over.ts'
import { bookingConstraints, claim } from '../place.ts'
import { workedOut } from '../pricing.ts'
import { lockSession, peopleOf, roomOf } from '../queries.ts'
import type { SessionRow } from '../queries.ts'
import { findRoom } from '../room-queries.ts'
import type { Stretch } from '../opening.ts'
import { AddPersonForm, AnswerByLinkForm, AnswerForForm, AnswerForm, OnSessionForm, RoleForm } from './forms.ts'
import { changePlace, findByLink, findPlace, removePlace } from './place-queries.ts'
import type { PlaceFields } from './place-queries.ts'

/*
 * Who is on a session, and what they say to it. Whoever is asked is held as if they came; whoever declines is free at
 * once. All goes by the way every session goes: the room and the people are held first, then the session.
 */

const about = ({ session, person_id }: { session: SessionRow; person_id: number }) => ({
  session: session.id,
  client: session.client_id,
  person: person_id
})

/** Puts somebody on a session in a role, or asks them to come. Whoever has them already, and when, refuses. */
export const addPerson = action({
  name: 'sessions.add_person',
  permission: 'sessions.write',
  input: AddPersonForm,
  constraints: bookingConstraints,
  about,
  async run(running, { id, person_id, role, ask }) {
    const { db, tell } = running
    const session = await going(running, id)
    const people = await peopleOf(db, id)
    if (people.includes(person_id)) throw refuse({ person_id: 'sessions.crew.errors.already' })
    await withPeople(running, session, [...people, person_id])
    await changePlace(db, id, person_id, { role, ...(ask ? asked(running) : { answer: 'accepted' }) })
    tell('sessions.changed', { session_id: id })
    if (ask) tell('sessions.asked', { session_id: id, person_id })
    return { session, person_id }
  }
})

/** Gives somebody another role. */
export const changeRole = action({
  name: 'sessions.change_role',
  permission: 'sessions.write',
  input: RoleForm,
  about,
  async run(running, { id, person_id, role }) {
    const session = await going(running, id)
    const before = await placeOf(running, id, person_id)
    await changePlace(running.db, id, person_id, { role })
    running.changed(before, { role })
    running.tell('sessions.changed', { session_id: id })
    return { session, person_id }
  }
})

/** Asks somebody who is on a session whether they come; somebody who declined, again. */
export const askPerson = action({
  name: 'sessions.ask_person',
  permission: 'sessions.write',
  input: OnSessionForm,
  constraints: bookingConstraints,
  about,
  async run(running, { id, person_id }) {
    const session = await going(running, id)
    const before = await placeOf(running, id, person_id)
    const over = before.answer === 'declined' ? await takenAgain(running, session, person_id) : undefined
    await changePlace(running.db, id, person_id, { ...asked(running), ...(over && { over }) })
    running.tell('sessions.asked', { session_id: id, person_id })
    return { session, person_id }
  }
})

/** Takes somebody off a session. */
export const removePerson = action({
  name: 'sessions.remove_person',
  permission: 'sessions.write',
  input: OnSessionForm,
  constraints: bookingConstraints,
  about,
  async run(running, { id, person_id }) {
    const session = await going(running, id)
    const { answer } = await placeOf(running, id, person_id)
    if (answer === 'declined') await removePlace(running.db, id, person_id)
    else
      await withPeople(
        running,
        session,
        (await peopleOf(running.db, id)).filter(other => other !== person_id)
      )
    running.tell('sessions.changed', { session_id: id })
    return { session, person_id }
  }
})

/** Says for oneself whether one comes. */
export const answerCall = action({
  name: 'sessions.answer',
  permission: 'sessions.write',
  input: AnswerForm,
  constraints: bookingConstraints,
  about,
  run: (running, { id, answer }) => note(running, id, running.person.id ?? 0, answer)
})

/** Notes what somebody said by telephone. */
export const answerFor = action({
  name: 'sessions.answer_for',
  permission: 'sessions.crew',
  input: AnswerForForm,
  constraints: bookingConstraints,
  about,
  run: (running, { id, person_id, answer }) => note(running, id, person_id, answer)
})

/** Says it by the private link of a mail. */
export const answerByLink = action({
  name: 'sessions.answer_by_link',
  permission: 'sessions.answer',
  input: AnswerByLinkForm,
  secret: ['token'],
  constraints: bookingConstraints,
  about,
  async run(running, { token, answer }) {
    const link = await findByLink(running.db, hashToken(token))
    if (!link) throw notFound()
    if (!link.live || link.answer === null) throw refuse({ '': 'sessions.crew.errors.too_late' })
    return note(running, link.session_id, link.person_id, answer)
  }
})

async function note(running: Running, id: number, person_id: number, answer: 'accepted' | 'declined') {
  const { db, tell } = running
  const session = await going(running, id)
  const before = await placeOf(running, id, person_id)
  if (before.answer === answer) return { session, person_id }
  const over = before.answer === 'declined' ? await takenAgain(running, session, person_id) : undefined
  await changePlace(db, id, person_id, { answer, answered_at: new Date(), ...(over && { over }) })
  await settleOverlaps(db, id)
  running.changed(before, { answer })
  tell('sessions.answered', { session_id: id, person_id })
  return { session, person_id }
}

const asked = ({ person }: Running): Partial<PlaceFields> => ({
  answer: 'asked',
  asked_at: new Date(),
  asked_by: person.id,
  answered_at: null
})

/** The session, its room held and itself kept from changing, as long as anybody is needed for it. */
async function going({ db, t }: Running, id: number): Promise<SessionRow> {
  await holdResources(db, [await roomOf(db, id)], [])
  const session = await lockSession(db, id)
  if (!session) throw notFound()
  if (session.state !== 'cancelled' && session.state !== 'no_show') return session
  throw refuse({ '': { key: 'sessions.errors.not_from', values: { state: t(`sessions.states.${session.state}`) } } })
}

async function placeOf({ db }: Running, id: number, person_id: number) {
  const place = await findPlace(db, id, person_id)
  if (!place) throw notFound()
  return place
}

/** Writes a session with these people; what they cost is in its price, unless that was agreed or is past. */
async function withPeople(running: Running, session: SessionRow, people: number[]): Promise<void> {
  const room = await findRoom(running.db, session.room_id)
  const open = session.state === 'option' || session.state === 'confirmed'
  const facts = { slot: session, people, client_id: session.client_id }
  const price = open && !session.price_override && room ? await workedOut(running, { ...facts, room }) : {}
  await moveHolding(running, session, { ...session, ...price }, { people })
}

/** Holds somebody who had declined again, if they still are free, and gives what they leave to others as agreed. */
async function takenAgain(running: Running, session: SessionRow, person_id: number): Promise<Stretch[]> {
  const rank = session.state === 'option' ? session.rank : null
  // nobody was held, so an absence entered since then refuses; the room's own closures do not concern them
  const { over } = await claim(
    running,
    { ...session, people: [person_id], rank },
    { before: { ...session, people: [] } }
  )
  return over.people.get(person_id) ?? []
}
