import { action, notFound, refuse, time } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { hashToken } from '@patchbay/core/secrets'
import { holdResources } from '../conflicts.ts'
import { enterSession, hoursFromNow } from '../entering.ts'
import { bookingConstraints, roomFor } from '../place.ts'
import { priced } from '../pricing.ts'
import { clientCalled } from '../queries.ts'
import { settingsOf } from '../settings.ts'
import { OfferAnswerForm, WaitingIdForm, WaitingPlaceForm, WishForm } from './forms.ts'
import { closeOffer, offerOfLink, openOfferOf } from './offer-queries.ts'
import type { Offer } from './offer-queries.ts'
import { tellAgain } from './offering.ts'
import { settleChallenges } from './settling.ts'
import { addWish, changePlaces, lockWish, setWish } from './waiting-queries.ts'

/** Puts somebody on the waiting list, behind those who wait already. */
export const addWaiting = action({
  name: 'sessions.wait',
  permission: 'sessions.write',
  input: WishForm,
  constraints: {
    waiting_client_id_fkey: ['client_name', 'fields.choice'],
    waiting_room_id_fkey: ['room_id', 'fields.choice']
  },
  about: ({ client_id }: { id: number; client_id: number }) => ({ client: client_id }),
  async run({ db, tell, person, studio }, { client_name, ...input }) {
    const client_id = input.client_id ?? (client_name === null ? undefined : await clientCalled(db, client_name))
    if (client_id === undefined) {
      const unknown = { key: 'sessions.errors.no_such_client', values: { name: client_name ?? '' } }
      throw refuse({ client_name: client_name === null ? 'fields.required' : unknown })
    }
    const to_day = input.to_day ?? input.from_day
    if (to_day < input.from_day) throw refuse({ to_day: 'sessions.holds.errors.days' })
    if (to_day > time.addDays(input.from_day, 366)) throw refuse({ to_day: 'sessions.holds.errors.too_many_days' })
    if (to_day < time.today(studio.timezone)) throw refuse({ to_day: 'sessions.holds.errors.days_past' })
    if (minutesBetween(input.earliest, input.latest) < input.minutes)
      throw refuse({ minutes: 'sessions.holds.errors.does_not_fit' })
    const id = await addWish(db, { ...input, client_id, to_day }, person.id)
    tell('sessions.waiting-changed', { waiting_id: id })
    return { id, client_id }
  }
})

/** Takes somebody off the waiting list. What they are offered now goes to the next. */
export const leaveWaiting = action({
  name: 'sessions.stop_waiting',
  permission: 'sessions.write',
  input: WaitingIdForm,
  about: ({ client_id }: { client_id: number }) => ({ client: client_id }),
  async run(running, { id }) {
    const wish = await wishOf(running, id)
    await leave(running, id)
    return wish
  }
})

/** Changes somebody's turn with whoever is before or after. */
export const moveWaiting = action({
  name: 'sessions.move_waiting',
  permission: 'sessions.write',
  input: WaitingPlaceForm,
  about: ({ client_id }: { client_id: number }) => ({ client: client_id }),
  async run(running, { id, direction }) {
    const wish = await wishOf(running, id)
    await changePlaces(running.db, id, direction)
    running.tell('sessions.waiting-changed', { waiting_id: id })
    return wish
  }
})

/** Somebody who was offered a time takes it, told to us by telephone: an option of the first rank. */
export const takeWaiting = action({
  name: 'sessions.take_waiting',
  permission: 'sessions.write',
  input: WaitingIdForm,
  constraints: bookingConstraints,
  about: ({ session_id, client_id }: { session_id: number; client_id: number }) => ({
    session: session_id,
    client: client_id
  }),
  async run(running, { id }) {
    await wishOf(running, id)
    const offer = await openOfferOf(running.db, id)
    if (!offer) throw refuse({ '': 'sessions.holds.errors.no_offer' })
    return take(running, offer)
  }
})

/** Somebody who was offered a time does not want it, told to us by telephone. They go on waiting for another. */
export const declineWaiting = action({
  name: 'sessions.decline_waiting',
  permission: 'sessions.write',
  input: WaitingIdForm,
  about: ({ client_id }: { client_id: number }) => ({ client: client_id }),
  async run(running, { id }) {
    const wish = await wishOf(running, id)
    const offer = await openOfferOf(running.db, id)
    if (!offer) throw refuse({ '': 'sessions.holds.errors.no_offer' })
    await decline(running, offer)
    return wish
  }
})

/** The client answers what was offered by the link in the mail, while it stands. */
export const answerOffer = action({
  name: 'sessions.answer_offer',
  permission: 'sessions.answer',
  input: OfferAnswerForm,
  secret: ['token'],
  constraints: bookingConstraints,
  about: ({ session_id, client_id }: { session_id: number | null; client_id: number }) => ({
    session: session_id,
    client: client_id
  }),
  async run(running, { token, answer }) {
    const { db } = running
    const hash = hashToken(token)
    const linked = await offerOfLink(db, hash)
    if (!linked) throw refuse({ '': 'sessions.holds.errors.link' })
    await holdResources(db, [linked.room_id], [])
    await lockWish(db, linked.waiting_id)
    // whoever came first has closed it by now
    const offer = await offerOfLink(db, hash)
    if (offer?.outcome !== 'open') throw refuse({ '': `sessions.holds.errors.offer_${offer?.outcome ?? 'gone'}` })
    if (answer === 'take') return take(running, offer)
    await decline(running, offer)
    return { session_id: null, client_id: offer.client_id }
  }
})

/** They do not want any time any more, and said so themselves. False: they do not wait. */
export async function leaveWish(running: Running, id: number): Promise<boolean> {
  const offer = await openOfferOf(running.db, id)
  if (offer) await holdResources(running.db, [offer.room_id], [])
  if (!(await lockWish(running.db, id))) return false
  await leave(running, id)
  return true
}

async function leave(running: Running, id: number): Promise<void> {
  const { db, tell } = running
  const offer = await openOfferOf(db, id)
  if (offer) {
    await closeOffer(db, offer.id, 'declined')
    tellAgain(running, offer)
  }
  await setWish(db, id, 'gone')
  await settleChallenges(running, [], [id])
  tell('sessions.waiting-changed', { waiting_id: id })
}

/** Enters what was offered as an option of the first rank, for as long as the studio's options live. */
async function take(running: Running, offer: Offer): Promise<{ session_id: number; client_id: number }> {
  const { db, tell, settings } = running
  const { starts_at, ends_at, client_id } = offer
  const room = await roomFor(running, offer.room_id)
  await closeOffer(db, offer.id, 'taken')
  const facts = { slot: { starts_at, ends_at }, room, people: [], client_id }
  const session = await enterSession(
    running,
    {
      room_id: room.id,
      client_id,
      title: null,
      starts_at,
      ends_at,
      state: 'option',
      rank: 1,
      expires_at: hoursFromNow(settingsOf(settings).option_hours),
      notes: null,
      ...(await priced(running, facts, { price_cents: null, price_note: null }))
    },
    { people: [], gear: [] }
  )
  await setWish(db, offer.waiting_id, 'booked', session.id)
  tell('sessions.waiting-answered', { offer_id: offer.id, waiting_id: offer.waiting_id, session_id: session.id })
  return { session_id: session.id, client_id }
}

async function decline(running: Running, offer: Offer): Promise<void> {
  await closeOffer(running.db, offer.id, 'declined')
  await setWish(running.db, offer.waiting_id, 'waiting')
  tellAgain(running, offer)
  running.tell('sessions.waiting-answered', { offer_id: offer.id, waiting_id: offer.waiting_id, session_id: null })
}

/** A wish that still waits, kept from changing; its offer's room first, as whoever books there holds it first. */
async function wishOf({ db }: Running, id: number) {
  const offer = await openOfferOf(db, id)
  if (offer) await holdResources(db, [offer.room_id], [])
  const wish = await lockWish(db, id)
  if (!wish) throw notFound()
  return wish
}

/** How long the hours of a wish are, by the clock; a whole day without any. */
function minutesBetween(earliest: string | null, latest: string | null): number {
  const minute = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))
  const from = earliest === null ? 0 : minute(earliest)
  const to = latest === null ? 1440 : minute(latest)
  return to > from ? to - from : to + 1440 - from
}
