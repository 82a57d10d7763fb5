import { time } from '@patchbay/core'
import type { Seeding } from '@patchbay/core'
import { changeSession } from '../queries.ts'
import { settingsOf } from '../settings.ts'
import { addChallenge } from './challenge-queries.ts'
import { challengeDeadline, offerUntil } from './deadlines.ts'
import { addOffer } from './offer-queries.ts'
import { freeAgain, others, rivalled, wanted } from './seed-queries.ts'
import { addWish, setWish } from './waiting-queries.ts'

/** An option asked for a decision, a few clients who wait, and one who was just told that a time is free. */
export async function seedHolds({ db, studio, settings, people, did }: Seeding): Promise<void> {
  const asker = people[0]?.id ?? null
  const [first] = await rivalled(db)
  if (first) {
    const { id, rival_id, client_id, expires_at } = first
    const deadline = challengeDeadline(first, settingsOf(settings), studio.timezone)
    if (deadline) {
      await addChallenge(
        db,
        { session_id: id, rival_id, waiting_id: null, deadline_at: deadline.at, option_until: expires_at },
        asker
      )
      await changeSession(db, id, { expires_at: deadline.at })
      did('sessions.challenge', new Date(), { session: id, client: client_id }, asker)
    }
  }
  const [free] = await freeAgain(db)
  const taken = await wanted(db)
  const slots = [...(free ? [free] : []), ...taken.filter((_, index) => index % 4 === 1).slice(0, 3)]
  const clients = await others(
    db,
    slots.map(({ client_id }) => client_id),
    slots.length
  )
  const notes = ['Prises voix, préfère l’après-midi', null, 'Peut aussi la semaine suivante', null]
  for (const [index, { room_id, starts_at, ends_at }] of slots.entries()) {
    const [from, to] = [time.localOf(starts_at, studio.timezone), time.localOf(ends_at, studio.timezone)]
    const client_id = clients[index]
    if (client_id === undefined) continue
    const wish = {
      client_id,
      room_id: index % 2 === 0 ? room_id : null,
      from_day: from.day,
      to_day: time.addDays(from.day, index),
      earliest: from.clock,
      latest: to.clock,
      minutes: Math.round((ends_at.getTime() - starts_at.getTime()) / 60_000),
      note: notes[index] ?? null
    }
    const id = await addWish(db, wish, asker)
    did('sessions.wait', new Date(), { client: client_id }, asker)
    if (!free || index > 0) continue
    const until = offerUntil(starts_at, settingsOf(settings).waiting_hours)
    await addOffer(db, { waiting_id: id, room_id, starts_at, ends_at, until })
    await setWish(db, id, 'told')
  }
}
