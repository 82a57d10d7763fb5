import { action, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import type { FieldError } from '@patchbay/core/errors'
import { clientOf } from '../actions.ts'
import { bookingConstraints, roomFor } from '../place.ts'
import type { Room } from '../room-queries.ts'
import { SeriesForm } from './forms.ts'
import type { SeriesInput } from './forms.ts'
import { datesOf, isElsewhere, markOf, minutesBetween } from './plan.ts'
import type { Plan, Planned } from './plan.ts'
import { addBooking, joinBooking } from './queries.ts'
import { daysOf, ruleText } from './rule.ts'
import { enterAll } from './several.ts'

/** Enters sessions by a rule in local time, with what was chosen for single dates: all of them or none. */
export const bookSeries = action({
  name: 'sessions.book_series',
  permission: 'sessions.write',
  input: SeriesForm,
  constraints: bookingConstraints,
  async run(running, input) {
    const { db, tell, person, studio } = running
    const series = seriesOf(input, studio.timezone)
    if ('errors' in series) throw refuse(series.errors)
    const dates = decided(series.dates, input.seen)
    const rooms = await roomsOf(running, dates)
    const client_id = await clientOf(running, input)
    const { people, price_cents, price_note, ends } = input
    const entries = dates.map(({ day, room_id, slot }) => ({
      name: `dates.${day}`,
      room: rooms.get(room_id) as Room,
      slot,
      people,
      price: { price_cents, price_note, ends }
    }))
    const sessions = await enterAll(running, entries, { ...input, client_id })
    const { title, notes, starts_on } = input
    const exdates = [
      ...input.exceptions,
      ...series.dates.filter(({ choice }) => choice === 'skip').map(({ day }) => day)
    ]
    const fields = { ...series.plan, rule: series.rule, starts_on, exdates: [...new Set(exdates)].toSorted() }
    const id = await addBooking(db, { kind: 'series', client_id, title, notes, ...fields }, person.id)
    await joinBooking(
      db,
      id,
      dates.map((date, n) => ({ session_id: sessions[n] ?? 0, occurrence: date.occurrence, moved: isElsewhere(date) }))
    )
    tell('sessions.planned', { booking_id: id })
    return { id, client_id, sessions }
  },
  about: ({ id, client_id, sessions }) => ({ booking: id, session: sessions, client: client_id })
})

/** A series as its form describes it, or what is wrong with it, by field. */
export type Series = { plan: Plan; rule: string; dates: Planned[] } | { errors: Record<string, FieldError> }

/** The dates of a series, as planned and as chosen; days left out are not among them. */
export function seriesOf(input: SeriesInput, timezone: string): Series {
  const { starts_on, exceptions, choices, until } = input
  const plan = planOf(input, timezone)
  if ('errors' in plan) return plan
  if (until === null && input.count === null) return { errors: { count: 'sessions.series.errors.endless' } }
  if (until !== null && until < starts_on) return { errors: { until: 'sessions.series.errors.until_before' } }
  const rule = ruleText(input, starts_on)
  const found = daysOf(rule, starts_on)
  if ('problem' in found)
    return { errors: { [until === null ? 'count' : 'until']: `sessions.series.errors.${found.problem}` } }
  const days = found.days.filter(day => !exceptions.includes(day))
  if (days.length === 0) return { errors: { exceptions: 'sessions.series.errors.none' } }
  return { plan, rule, dates: datesOf(days, plan, choices) }
}

/** The hours and the room of every date. An end at or before the start is on the next day. */
export function planOf(
  { starts, ends, duration, room_id }: Pick<SeriesInput, 'starts' | 'ends' | 'duration' | 'room_id'>,
  timezone: string
): Plan | { errors: Record<string, FieldError> } {
  const minutes = ends === null ? duration : minutesBetween(starts, ends)
  if (!minutes) return { errors: { ends: 'sessions.errors.no_end' } }
  return { timezone, starts, ends, minutes, room_id }
}

/** A date that is to be entered. */
type Settled = Planned & { slot: NonNullable<Planned['slot']> }

/** The dates that are left, once every one that the clocks skip is decided, and nothing is other than what was shown. */
export function decided(dates: readonly Planned[], seen: string | null): Settled[] {
  if (seen !== null && seen !== markOf(dates)) throw refuse({ seen: 'sessions.series.errors.changed' })
  const open = dates.filter(({ slot, choice }) => slot === undefined && choice !== 'skip')
  if (open.length > 0) throw refuse({ '': { key: 'sessions.series.errors.gap', values: { n: open.length } } })
  const left = dates.filter((date): date is Settled => date.slot !== undefined)
  if (left.length === 0) throw refuse({ '': 'sessions.series.errors.all_skipped' })
  return left
}

/** The rooms of these dates, each in use and bookable. */
export async function roomsOf(running: Pick<Running, 'db'>, dates: readonly Planned[]): Promise<Map<number, Room>> {
  const ids = [...new Set(dates.map(({ room_id }) => room_id))]
  const rooms = new Map<number, Room>()
  for (const id of ids) rooms.set(id, await roomFor(running, id))
  return rooms
}
