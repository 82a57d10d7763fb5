import { time } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { workedOut } from '../pricing.ts'
import type { Room } from '../room-queries.ts'
import { lookingOf, pricingOf } from './form-data.ts'
import type { Looked, Looking } from './look.ts'
import { isElsewhere } from './plan.ts'
import type { Planned } from './plan.ts'

/** One date as the table of dates shows it, with what can be chosen for it. */
export interface DateRow extends Planned {
  room: Room | undefined
  looked: Looked | undefined
  price_cents: number | null
  options: { value: string; label: string }[]
  /** Locale key of why it is not in question: it was moved by itself. */
  kept: string | undefined
}

export interface Dates {
  rows: DateRow[]
  /** How many would be entered or moved, how many still have something in their way, and the price of all. */
  count: number
  open: number
  total: number | null
}

/** What prices are worked out for, beside slot and room. */
interface Facts {
  people: readonly number[]
  client_id: number | null
  /** What skipping one means: it is not booked, or it stays as it was. */
  skip: 'skip' | 'leave'
}

/** The dates with what was found, priced where they have a room and hours. */
export async function datesShown(
  request: FastifyRequest,
  dates: readonly { date: Planned; looked: Looked | undefined }[],
  rooms: readonly Room[],
  { people, client_id, skip }: Facts
): Promise<Dates> {
  const rows: DateRow[] = []
  for (const { date, looked } of dates) {
    const room = rooms.find(({ id }) => id === date.room_id)
    const price =
      date.slot && room ? await workedOut(pricingOf(request), { slot: date.slot, room, people, client_id }) : undefined
    const options = optionsFor(lookingOf(request), date, looked, { skip, rooms })
    rows.push({ ...date, room, looked, price_cents: price?.price_cents ?? null, options, kept: undefined })
  }
  const prices = rows.flatMap(({ price_cents }) => price_cents ?? [])
  return {
    rows,
    count: rows.filter(({ slot }) => slot).length,
    open: rows.filter(isOpen).length,
    total: prices.length > 0 ? prices.reduce((sum, cents) => sum + cents, 0) : null
  }
}

/** Is there still something to decide about it? */
const isOpen = ({ slot, choice, looked }: DateRow) =>
  slot === undefined ? choice !== 'skip' : Boolean(looked?.conflicts.length)

function optionsFor(
  { t, fmt, timezone }: Looking,
  date: Planned,
  looked: Looked | undefined,
  { skip, rooms }: { skip: Facts['skip']; rooms: readonly Room[] }
): DateRow['options'] {
  const taken = Boolean(looked?.conflicts.length)
  const decide = date.gap !== undefined || taken
  const elsewhere = date.choice.includes('@') && date.slot
  const name = rooms.find(({ id }) => id === date.room_id)?.name ?? ''
  return [
    { value: 'keep', label: t(`sessions.series.choices.${decide && !isElsewhere(date) ? 'decide' : 'keep'}`) },
    ...(date.gap
      ? [{ value: 'later', label: t('sessions.series.choices.later', { clock: laterClock(date, timezone) }) }]
      : []),
    { value: 'skip', label: t(`sessions.series.choices.${skip}`) },
    ...(elsewhere
      ? [{ value: date.choice, label: `${fmt.range(elsewhere.starts_at, elsewhere.ends_at)}, ${name}` }]
      : []),
    ...(looked?.offers ?? [])
      .filter(({ choice }) => choice !== date.choice)
      .map(({ choice, label }) => ({ value: choice, label }))
  ]
}

/** The clock after the skipped hour; where only the end is skipped, that of the start. */
function laterClock({ day, occurrence, gap }: Planned, timezone: string): string {
  const clock = occurrence.slice(11)
  if (gap === 'ends') return clock
  const minutes = Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))
  return time.localOf(new Date(time.startOfDay(day, timezone).getTime() + minutes * 60_000), timezone).clock
}
