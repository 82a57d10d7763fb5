import type { FastifyRequest } from 'fastify'
import { nextDays } from '../booking-form.ts'
import { listPeople } from '../queries.ts'
import type { Room } from '../room-queries.ts'
import { listRooms } from '../room-queries.ts'
import { looks } from '../routes.ts'
import { settingsOf } from '../settings.ts'
import type { Looking } from './look.ts'

/** What was typed, and what is wrong with it. */
export interface Typed {
  values: Record<string, unknown>
  errors?: Record<string, string>
}

/** What the forms of several sessions draw with: rooms, people, days to pick, the parts that other plugins give. */
export async function formParts(request: FastifyRequest, { values, errors = {} }: Typed) {
  const { db } = request
  const rooms = (await listRooms(db)).filter((room: Room) => room.bookable)
  const people = await listPeople(db)
  const parts = await request.ask('sessions.form-parts', { session_id: null, values, errors })
  const settings = settingsOf(request.switched.settings('sessions'))
  const styles = [...looks.styles, '/static/sessions/series.css']
  return { ...looks, styles, rooms, people, parts, settings, days: nextDays(request) }
}

/** With what several sessions are looked at before they are entered. */
export function lookingOf(request: FastifyRequest): Looking {
  const { t, fmt } = request.words()
  return { db: request.db, ask: request.ask.bind(request), timezone: request.studio.timezone, t, fmt }
}

/** With what their prices are worked out. */
export const pricingOf = (request: FastifyRequest) => ({
  db: request.db,
  settings: request.switched.settings('sessions'),
  studio: request.studio
})

/** What a field sent once, as text; '' for anything else. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
