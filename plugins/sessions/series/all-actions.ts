import { action, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { holdResources } from '../conflicts.ts'
import { bookingConstraints } from '../place.ts'
import type { SessionRow } from '../queries.ts'
import { cancelSession, confirmSession, releaseOption } from '../states.ts'
import { CancelAllForm, ConfirmAllForm, ReleaseAllForm } from './forms.ts'
import { changeBookingRow, comingIds, lockBooking, lockComing, resourcesOf } from './queries.ts'
import { under } from './several.ts'

/*
 * Steps of all sessions of a booking that are to come: each is taken as it is for a single session, in one transaction.
 */

interface Stepped {
  id: number
  client_id: number | null
  sessions: number[]
}

const about = ({ id, client_id, sessions }: Stepped) => ({ booking: id, session: sessions, client: client_id })

/** Makes all options of a booking firm; when one cannot be, none is. */
export const confirmAll = action({
  name: 'sessions.confirm_all',
  permission: 'sessions.write',
  input: ConfirmAllForm,
  constraints: bookingConstraints,
  run: (running, { id }) =>
    stepAll(running, { id, from: null, which: isOption, fact: 'sessions.replanned' }, one =>
      confirmSession.run(running, { id: one })
    ),
  about
})

/** Gives up all options of a booking, or those from one of its sessions on. */
export const releaseAll = action({
  name: 'sessions.release_all',
  permission: 'sessions.write',
  input: ReleaseAllForm,
  constraints: bookingConstraints,
  run: (running, { id, from, reason }) =>
    stepAll(running, { id, from, which: isOption, fact: 'sessions.called-off' }, one =>
      releaseOption.run(running, { id: one, reason })
    ),
  about
})

/** Calls off all of a booking that is to come, or from one of its sessions on. The reason stays on each. */
export const cancelAll = action({
  name: 'sessions.cancel_all',
  permission: 'sessions.cancel',
  input: CancelAllForm,
  constraints: bookingConstraints,
  run: (running, { id, from, reason }) =>
    stepAll(running, { id, from, which: () => true, fact: 'sessions.called-off' }, one =>
      cancelSession.run(running, { id: one, reason })
    ),
  about
})

const isOption = ({ state }: SessionRow) => state === 'option'

interface Step {
  id: number
  from: number | null
  which: (session: SessionRow) => boolean
  fact: 'sessions.replanned' | 'sessions.called-off'
}

async function stepAll(
  running: Running,
  { id, from, which, fact }: Step,
  take: (id: number) => Promise<unknown>
): Promise<Stepped> {
  const { db, tell } = running
  const booking = await lockBooking(db, id)
  if (!booking) throw notFound()
  const { rooms, people } = await resourcesOf(db, await comingIds(db, id, from))
  await holdResources(db, rooms, people)
  const sessions = (await lockComing(db, id, from)).filter(which)
  if (sessions.length === 0) throw refuse({ '': 'sessions.series.errors.nothing_left' })
  for (const session of sessions) await under(`dates.${session.id}`, () => take(session.id))
  await changeBookingRow(db, id, {})
  tell(fact, { booking_id: id })
  return { id, client_id: booking.client_id, sessions: sessions.map(session => session.id) }
}
