import { time } from '@patchbay/core'
import { explain, read } from '@patchbay/core/forms'
import type { FastifyRequest } from 'fastify'
import { plainDay } from '../booking-form.ts'
import { PreviewForm } from '../forms.ts'
import { workedOut } from '../pricing.ts'
import { clientName } from '../queries.ts'
import type { Room } from '../room-queries.ts'
import { minutesOf, slotOf } from '../slot.ts'
import type { Slot } from '../slot.ts'
import { formParts, lookingOf, pricingOf, textOf } from './form-data.ts'
import type { Typed } from './form-data.ts'
import { lookAt } from './look.ts'
import type { Looked, Wish } from './look.ts'
import { ReviewDaysForm } from './forms.ts'

type Row = Record<string, unknown>

/** What one day would be, as far as it is filled in. */
export interface DayPreview {
  slot?: Slot & { minutes: number }
  room?: Room
  price_cents: number | null
  looked?: Looked
  /** What is wrong with what is typed so far. */
  errors: Record<string, string>
}

/** The page of several days: the form as typed, what each day would be, and the price of all. */
export async function daysPage(request: FastifyRequest, { values, errors = {} }: Typed) {
  const data = await formParts(request, { values, errors })
  const rows = rowsOf(values)
  const previews = await previewsOf(request, values, rows, data.rooms)
  const prices = previews.flatMap(({ price_cents }) => price_cents ?? [])
  return {
    ...data,
    title: request.words().t('sessions.series.days.title'),
    values: { ...values, days: rows.map(row => ({ ...row, day: plainDay(row['day']) })) },
    errors,
    previews,
    total: prices.length > 0 ? prices.reduce((sum, cents) => sum + cents, 0) : null
  }
}

/** A new booking's form as its address fills it in: a first day, the same hours on the next. */
export async function newDays(request: FastifyRequest): Promise<Row> {
  const { client_id, client_name, day, ...given } = request.query as Row
  const known = typeof client_id === 'string' && /^\d{1,15}$/.test(client_id)
  const name = known && !client_name ? await clientName(request.db, Number(client_id)) : client_name
  const first = time.parseDay(textOf(day), time.today(request.studio.timezone)) ?? time.today(request.studio.timezone)
  const row = { room_id: given['room_id'], starts: given['starts'], ends: given['ends'] }
  const days = [first, time.addDays(first, 1)].map(one => ({ ...row, day: one }))
  return { client_id: known ? client_id : '', client_name: name ?? '', state: 'confirmed', days }
}

/** The form after one more look: with a row added, copied from that above it, taken away, or put where it is free. */
export function reviewed(body: Row, request: FastifyRequest): { values: Row; errors: Record<string, string> } {
  const { add, copy, drop, use, ...values } = body
  const asked = read(ReviewDaysForm, body, request.studio.timezone)
  const errors = asked.ok ? {} : explain(unknownOnly(asked.errors), request.words().t)
  const rows = rowsOf(values)
  const today = time.today(request.studio.timezone)
  if (add !== undefined) rows.push(following(rows.at(-1) ?? {}, today))
  const [from, to] = [rows[Number(copy) - 1], rows[Number(copy)]]
  if (copy !== undefined && from && to) rows[Number(copy)] = { ...from, day: to['day'] }
  if (drop !== undefined) rows.splice(Number(drop), 1)
  const [, index, day, starts, room_id] = /^(\d+) ([\d-]+)T([\d:]+)@(\d+)$/.exec(textOf(use)) ?? []
  const put = rows[Number(index)]
  if (put) rows[Number(index)] = { ...put, day, starts, room_id, ...endOf(put, starts ?? '', today) }
  return { values: { ...values, days: rows }, errors }
}

/** Only fields that no form has are wrong here: the rest is said by the day's own preview, or on saving. */
const unknownOnly = <E>(errors: Record<string, E>) =>
  Object.fromEntries(Object.entries(errors).filter(([, error]) => error === 'fields.unknown'))

/** The same on the day after. */
function following(row: Row, today: string): Row {
  const day = time.parseDay(textOf(row['day']), today)
  return { ...row, day: day ? time.addDays(day, 1) : '' }
}

/** Elsewhere it lasts as long: an end that was typed moves along. */
function endOf(row: Row, starts: string, today: string): Row {
  const [from, to] = [row['starts'], row['ends']].map(clock => time.parseClock(textOf(clock)))
  if (!from || !to) return {}
  const length = slotOf({ day: today, starts: from, ends: to }, 'UTC')
  const moved = slotOf({ day: today, starts, ends: null, duration: 'errors' in length ? 60 : minutesOf(length) }, 'UTC')
  return 'errors' in moved ? {} : { ends: time.localOf(moved.ends_at, 'UTC').clock }
}

const rowsOf = (values: Row): Row[] =>
  Array.isArray(values['days']) ? (values['days'] as Row[]).map(row => ({ ...row })) : []

async function previewsOf(request: FastifyRequest, values: Row, rows: Row[], rooms: Room[]): Promise<DayPreview[]> {
  const { state, rank, client_id, gear } = values
  const wishes: (Wish & { index: number })[] = []
  const previews: DayPreview[] = []
  let wantedGear: { equipment_id: number; quantity: number }[] = []
  for (const [index, { day, starts, ends, duration, room_id, people }] of rows.entries()) {
    const typed = { day, starts, ends, duration, room_id, people, state, rank, client_id, gear }
    const preview = await previewOf(request, typed, rooms)
    previews.push(preview)
    if (preview.wish) wishes.push({ ...preview.wish, index })
    wantedGear = preview.gear
  }
  const looked = await lookAt(lookingOf(request), wishes, { gear: wantedGear })
  for (const [n, { index }] of wishes.entries()) {
    const [preview, found] = [previews[index], looked[n]]
    if (preview && found) preview.looked = found
  }
  return previews
}

/** One day by itself: when, where, how much. */
async function previewOf(request: FastifyRequest, typed: Row, rooms: Room[]) {
  const { t } = request.words()
  const { timezone } = request.studio
  const parsed = read(
    PreviewForm,
    Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== undefined)),
    timezone
  )
  const nothing = { price_cents: null, errors: {}, gear: [], wish: undefined }
  if (!parsed.ok) return { ...nothing, errors: explain(parsed.errors, t) }
  const { day, starts, ends, duration, room_id, people, gear, client_id, state, rank } = parsed.value
  if (!day || !starts || (!ends && !duration)) return nothing
  const slot = slotOf({ day, starts, ends, duration }, timezone)
  if ('errors' in slot) return { ...nothing, errors: explain(slot.errors, t) }
  const minutes = minutesOf(slot)
  const room = rooms.find(({ id }) => id === room_id)
  if (!room) return { ...nothing, slot: { ...slot, minutes } }
  const price = await workedOut(pricingOf(request), { slot, room, people, client_id })
  const wish = { slot, room_id: room.id, people, rank: state === 'option' ? (rank ?? 1) : null }
  return { ...nothing, slot: { ...slot, minutes }, room, price_cents: price.price_cents, gear, wish }
}
