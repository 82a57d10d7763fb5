import { action, conflict, notFound, refuse, time } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { hashToken } from '@patchbay/core/secrets'
import { holdResources } from '../conflicts.ts'
import { bookingConstraints } from '../place.ts'
import { changeSession, lockSession, roomOf } from '../queries.ts'
import type { SessionRow } from '../queries.ts'
import { settingsOf } from '../settings.ts'
import { confirmSession, releaseOption } from '../states.ts'
import { addChallenge, challengeOfLink, challengesOf, closeChallenge, giveBackOption } from './challenge-queries.ts'
import type { Challenge } from './challenge-queries.ts'
import { challengeDeadline, extended } from './deadlines.ts'
import { ChallengeAnswerForm, ChallengeForm, ChallengedForm, ExtendForm } from './forms.ts'
import { listRivals } from './queries.ts'
import { waitingFor } from './waiting-queries.ts'

/** Lets an option live longer: by the studio's hours, by others, or to a time. Not while it is challenged. */
export const extendOption = action({
  name: 'sessions.extend_option',
  permission: 'sessions.write',
  input: ExtendForm,
  about: ({ id, client_id }: SessionRow) => ({ session: id, client: client_id }),
  async run(running, { id, hours, until_day, until }) {
    const { db, studio, settings, tell, changed } = running
    const before = await heldOption(running, id)
    if (await openChallenge(running, id)) throw refuse({ '': 'sessions.holds.errors.challenged' })
    const given =
      until_day === null ? undefined : (time.instantOf(until_day, until ?? '18:00', studio.timezone) ?? null)
    if (given === null) throw refuse({ until: 'sessions.holds.errors.no_such_time' })
    const expires_at = given ?? extended(before, hours ?? settingsOf(settings).option_hours)
    if (expires_at <= new Date()) throw refuse({ until_day: 'sessions.holds.errors.past' })
    if (expires_at > before.ends_at) throw refuse({ until_day: 'sessions.holds.errors.beyond' })
    if (!given && +expires_at <= +before.expires_at) throw refuse({ '': 'sessions.holds.errors.beyond' })
    const after = await changeSession(db, id, { expires_at }, ['option'])
    if (!after) throw conflict('sessions.errors.stale')
    changed(before, after)
    tell('sessions.changed', { session_id: id })
    return after
  }
})

/**
 * Tells the first option that somebody else wants its time: until the deadline it may be confirmed or released; then it
 * runs out, and the next rank moves up.
 */
export const challengeOption = action({
  name: 'sessions.challenge',
  permission: 'sessions.write',
  input: ChallengeForm,
  about: ({ session_id, rival_id, client_id }: Challenged) => ({
    session: rival_id === null ? session_id : [session_id, rival_id],
    client: client_id
  }),
  async run(running, input) {
    const { db, studio, settings, tell, person, changed } = running
    const before = await heldOption(running, input.id)
    if (before.rank !== 1) throw refuse({ '': 'sessions.holds.errors.not_first' })
    const rival = await rivalOf(running, before, input)
    const deadline = challengeDeadline(before, settingsOf(settings), studio.timezone)
    if (!deadline) throw refuse({ '': 'sessions.holds.errors.too_late_to_ask' })
    const challenge = { session_id: before.id, ...rival, deadline_at: deadline.at, option_until: before.expires_at }
    const id = await addChallenge(db, challenge, person.id)
    if (id === undefined) throw refuse({ '': 'sessions.holds.errors.already' })
    const after = await changeSession(db, before.id, { expires_at: deadline.at }, ['option'])
    if (!after) throw conflict('sessions.errors.stale')
    changed(before, after)
    tell('sessions.challenged', { challenge_id: id, session_id: before.id, rival_id: rival.rival_id })
    return { ...challenge, id, client_id: before.client_id, late: deadline.late }
  }
})

interface Challenged {
  id: number
  session_id: number
  rival_id: number | null
  client_id: number | null
  deadline_at: Date
  late: boolean
}

/** Takes the challenge of an option back: it has again the time it had. */
export const withdrawChallenge = action({
  name: 'sessions.withdraw_challenge',
  permission: 'sessions.write',
  input: ChallengedForm,
  about: ({ session_id, rival_id, client_id }: Challenge) => ({
    session: rival_id === null ? session_id : [session_id, rival_id],
    client: client_id
  }),
  async run(running, { id }) {
    const { db, tell } = running
    const option = await heldOption(running, id)
    const challenge = await openChallenge(running, id)
    if (!challenge) throw refuse({ '': 'sessions.holds.errors.not_challenged' })
    await closeChallenge(db, challenge.id, 'withdrawn')
    await giveBackOption(db, option.id, challenge.option_until)
    tell('sessions.challenge-closed', { challenge_id: challenge.id, session_id: id, outcome: 'withdrawn' })
    return challenge
  }
})

/** The client confirms or releases a challenged option by the link in the mail, before the deadline. */
export const answerChallenge = action({
  name: 'sessions.answer_challenge',
  permission: 'sessions.answer',
  input: ChallengeAnswerForm,
  secret: ['token'],
  constraints: bookingConstraints,
  about: ({ session_id, rival_id, client_id }: Challenge) => ({
    session: rival_id === null ? session_id : [session_id, rival_id],
    client: client_id
  }),
  async run(running, { token, answer }) {
    const { db } = running
    const hash = hashToken(token)
    const linked = await challengeOfLink(db, hash)
    if (!linked) throw refuse({ '': 'sessions.holds.errors.link' })
    await holdResources(db, [linked.room_id], [])
    await lockSession(db, linked.session_id)
    // whoever came first has settled it by now
    const challenge = await challengeOfLink(db, hash)
    if (challenge?.outcome !== 'open')
      throw refuse({ '': `sessions.holds.errors.closed_${challenge?.outcome ?? 'lapsed'}` })
    const step = { id: challenge.session_id, reason: null }
    if (answer === 'confirm') await confirmSession.run(running, step)
    else await releaseOption.run(running, step)
    return challenge
  }
})

/** An option that lives, with its room held and itself kept from changing. */
async function heldOption({ db, t }: Running, id: number): Promise<SessionRow & { expires_at: Date }> {
  await holdResources(db, [await roomOf(db, id)], [])
  const session = await lockSession(db, id)
  if (!session) throw notFound()
  const { state, expires_at } = session
  if (state === 'option' && expires_at) return { ...session, expires_at }
  if (session.cancel_reason === 'expired') throw conflict('sessions.errors.expired')
  throw conflict('sessions.errors.not_from', { state: t(`sessions.states.${state}`) })
}

const openChallenge = async ({ db }: Running, session_id: number): Promise<Challenge | undefined> =>
  (await challengesOf(db, session_id)).find(one => one.session_id === session_id && one.outcome === 'open')

/** Who wants the time: who was named, if they do; else the next rank, else the first who waits for it. */
async function rivalOf(
  { db, studio }: Running,
  option: SessionRow,
  { rival_id, waiting_id }: { rival_id: number | null; waiting_id: number | null }
): Promise<{ rival_id: number | null; waiting_id: number | null }> {
  const rivals = (await listRivals(db, option.id)).filter(({ rank }) => rank > 1)
  const waiting = await waitingFor(db, option, studio.timezone)
  const named = waiting_id !== null
  const rival = named ? undefined : rivals.find(({ id }) => rival_id === null || id === rival_id)
  if (rival) return { rival_id: rival.id, waiting_id: null }
  const waits = rival_id !== null ? undefined : waiting.find(({ id }) => !named || id === waiting_id)
  if (waits) return { rival_id: null, waiting_id: waits.id }
  throw refuse({ '': 'sessions.holds.errors.no_rival' })
}
