import { explain, read } from '@patchbay/core/forms'
import type { FastifyRequest } from 'fastify'
import { makePrice } from './making.ts'
import type { Made } from './making.ts'
import { makeOvertime } from './overtime.ts'
import { makingOf } from '../pricing.ts'
import { clientCalled, listPeople } from '../queries.ts'
import { findRoom, listRooms } from '../room-queries.ts'
import { settingsOf } from '../settings.ts'
import { slotOf } from '../slot.ts'
import { TrialForm } from './forms.ts'
import { vatOf } from './vat.ts'

/** The try-it box with what was tried, for the page it stands on. */
export async function trialPage(request: FastifyRequest) {
  const rooms = await listRooms(request.db)
  const people = await listPeople(request.db)
  const settings = settingsOf(request.switched.settings('sessions'))
  return { rooms, people, settings, values: request.query, ...(await trialOf(request)) }
}

/** What a session would cost, as far as the box is filled in. */
export async function trialOf(request: FastifyRequest) {
  const { db, studio } = request
  const { t } = request.words()
  const settings = settingsOf(request.switched.settings('sessions'))
  const parsed = read(TrialForm, request.query, studio.timezone)
  if (!parsed.ok) return { trial: undefined, errors: explain(parsed.errors, t) }
  const { room_id, day, starts, ends, duration, people, client_id, client_name } = parsed.value
  const room = room_id === null ? undefined : await findRoom(db, room_id)
  if (!room || !day || !starts || (!ends && !duration)) return { trial: undefined, errors: {} }
  const slot = slotOf({ day, starts, ends, duration }, studio.timezone)
  if ('errors' in slot) return { trial: undefined, errors: explain(slot.errors, t) }
  const client = client_id ?? (client_name === null ? null : ((await clientCalled(db, client_name)) ?? null))
  const making = await makingOf({ db, settings, studio }, { slot, room, people, client_id: client })
  const made: Made | undefined = makePrice(making)
  const vat = made && vatOf(made, settings.prices_include_vat)
  const overtime = makeOvertime(making, 60)
  return { trial: { slot, room, made, vat, overtime, terms: making.terms }, errors: {} }
}
