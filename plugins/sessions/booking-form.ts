import { centsField, time } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { previewOf } from './preview.ts'
import { clientName, listPeople } from './queries.ts'
import type { Shown } from './queries.ts'
import { listRooms } from './room-queries.ts'
import { looks, previewing } from './routes.ts'
import { listTemplates } from './series/template-queries.ts'
import { fromTemplate } from './series/template-values.ts'

interface Typed {
  values: Record<string, unknown>
  errors?: Record<string, string>
}

/** What the form of a session needs beside what was typed: rooms, people, and the preview of what it would be. */
export async function formData(request: FastifyRequest, { values, errors = {} }: Typed) {
  const { db } = request
  const rooms = (await listRooms(db)).filter(room => room.bookable || String(room.id) === String(values['room_id']))
  const people = await listPeople(db)
  const asking = previewing(request)
  const id = (request.params as { id?: string }).id
  const preview = await previewOf(asking, { ...values, ...(id && { id }) })
  const parts = await request.ask('sessions.form-parts', { session_id: id ? Number(id) : null, values, errors })
  return {
    ...looks,
    days: nextDays(request),
    title: asking.t(id ? 'sessions.edit.title' : 'sessions.new.title'),
    values: { ...values, day: plainDay(values['day']) },
    errors,
    rooms,
    people,
    preview,
    parts,
    templates: id ? [] : await listTemplates(db),
    settings: asking.settings
  }
}

/** A new session's form as its address fills it in (`?client_id=7&day=…`), the rest with the nearest likely values. */
export async function prefilled(request: FastifyRequest): Promise<Record<string, unknown>> {
  const { template, ...given } = request.query as Record<string, unknown>
  const filled =
    typeof template === 'string' && /^\d{1,15}$/.test(template) ? await fromTemplate(request, Number(template)) : {}
  const client =
    typeof given['client_id'] === 'string' && /^\d{1,15}$/.test(given['client_id']) && !given['client_name']
  const client_name = client ? await clientName(request.db, Number(given['client_id'])) : undefined
  return {
    day: time.today(request.studio.timezone),
    state: 'confirmed',
    ...filled,
    ...given,
    ...(client_name && { client_name })
  }
}

/** A session as its form shows it, by the studio's wall clock. */
export function valuesOf(session: Shown, request: FastifyRequest): Record<string, unknown> {
  const { locale, fmt } = request.words()
  const [from, to] = [fmt.field(session.starts_at), fmt.field(session.ends_at)]
  const minutes = (session.ends_at.getTime() - session.starts_at.getTime()) / 60_000
  const { price_cents } = session
  return {
    version: session.version,
    room_id: session.room_id,
    client_id: session.client_id ?? '',
    client_name: session.client_name ?? '',
    title: session.title ?? '',
    day: from.day,
    starts: from.clock,
    // a day or more has no end by the clock alone
    ends: minutes < 1440 ? to.clock : '',
    duration: minutes < 1440 ? '' : String(minutes),
    people: session.people.map(person => person.id),
    notes: session.notes ?? '',
    price_cents: session.price_override && price_cents !== null ? centsField(price_cents, locale) : '',
    price_note: session.price_note ?? '',
    deposit_cents: session.deposit_cents === null ? '' : centsField(session.deposit_cents, locale)
  }
}

/** `2026-11-24` as people write it, `24/11/2026`; anything else as it was typed. */
export function plainDay(typed: unknown): unknown {
  const iso = /^(\d{4})-(\d\d)-(\d\d)$/.exec(typeof typed === 'string' ? typed : '')
  return iso ? `${iso[3]}/${iso[2]}/${iso[1]}` : typed
}

/** The next two weeks, to pick from while typing. */
export function nextDays(request: FastifyRequest): { value: unknown; label: string }[] {
  const { fmt } = request.words()
  const today = time.today(request.studio.timezone)
  return Array.from({ length: 14 }, (_, ahead) => time.addDays(today, ahead)).map(day => ({
    value: plainDay(day),
    label: fmt.date(day)
  }))
}
