import { centsField } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { findSession } from '../queries.ts'
import { findTemplate } from './template-queries.ts'
import type { Template } from './template-queries.ts'

export type Values = Record<string, unknown>

/** A template's form as a session fills it in, `?session=12`. */
export async function fromSession(request: FastifyRequest): Promise<Values> {
  const { session: typed } = request.query as { session?: unknown }
  const id = typeof typed === 'string' && /^\d{1,15}$/.test(typed) ? Number(typed) : undefined
  const session = id === undefined ? undefined : await findSession(request.db, id)
  if (!session) return { state: 'confirmed' }
  const gear = (await request.ask('sessions.gear-of', { session_ids: [session.id] })).flatMap(
    held => held[session.id] ?? []
  )
  const { locale, fmt } = request.words()
  return {
    name: session.title ?? '',
    title: session.title ?? '',
    room_id: session.room_id,
    starts: fmt.field(session.starts_at).clock,
    duration: fmt.duration((session.ends_at.getTime() - session.starts_at.getTime()) / 60_000),
    state: session.state === 'option' ? 'option' : 'confirmed',
    people: session.people.map(person => person.id),
    gear: gear.map(({ equipment_id, quantity }) => `${equipment_id}x${quantity}`),
    notes: session.notes ?? '',
    price_cents: session.price_override && session.price_cents !== null ? centsField(session.price_cents, locale) : '',
    price_note: session.price_note ?? ''
  }
}

/** A template as its form shows it. */
export function valuesOf(request: FastifyRequest, template: Template): Values {
  const { locale, fmt } = request.words()
  const { gear, people, minutes, price_cents, ...rest } = template
  return {
    ...rest,
    people: people.map(({ id }) => id),
    duration: minutes === null ? '' : fmt.duration(minutes),
    price_cents: price_cents === null ? '' : centsField(price_cents, locale),
    gear: gear.map(({ equipment_id, quantity }) => `${equipment_id}x${quantity}`)
  }
}

/** A session's form as a template fills it in; what the address says stands. */
export async function fromTemplate(request: FastifyRequest, id: number): Promise<Values> {
  const template = await findTemplate(request.db, id)
  if (!template) return {}
  const { title, room_id, starts, state, notes, price_note, people, gear, duration, price_cents, roles } = valuesOf(
    request,
    template
  )
  return { title, room_id, starts, state, notes, price_note, people, gear, duration, price_cents, roles }
}
