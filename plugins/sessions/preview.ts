import { time } from '@patchbay/core'
import type { Ask, Db } from '@patchbay/core'
import { explain, read } from '@patchbay/core/forms'
import type { Format } from '@patchbay/core/format'
import type { Translate } from '@patchbay/core/i18n'
import { busyTimes } from './busy.ts'
import { busyStretches, freeRooms, listConflicts } from './conflicts.ts'
import type { Claim, Conflict } from './conflicts.ts'
import { crewPreview, withinHours } from './crew/preview.ts'
import type { CrewPreview } from './crew/preview.ts'
import { PreviewForm } from './forms.ts'
import type { PreviewInput } from './forms.ts'
import { nearestFree } from './free-times.ts'
import { isOpen, openStretches } from './opening.ts'
import { busySentence, sentence } from './place.ts'
import type { Price } from './price.ts'
import type { Made } from './prices/making.ts'
import { vatOf } from './prices/vat.ts'
import type { Vat } from './prices/vat.ts'
import { quote } from './pricing.ts'
import { findRoom } from './room-queries.ts'
import type { Room } from './room-queries.ts'
import type { SessionSettings } from './settings.ts'
import { minutesOf, slotOf } from './slot.ts'
import type { Slot } from './slot.ts'

/** A button that fills the form with something that is free. */
export interface Offer {
  label: string
  fill: Record<string, string | number | number[]>
}

/** What a booking would be, as far as its form is filled in. */
export interface Preview {
  slot?: Slot & { minutes: number }
  price?: Price & { vat: Vat; minimum: Made['minimum'] }
  /** What is in the way, and the session that is, if it is one. */
  conflicts: { sentence: string; session_id: number | null }[]
  offers: Offer[]
  /** Locale keys of what to look at before saving: it is closed then, it is over, a change of clocks. */
  warnings: string[]
  /** Whole sentences of the same kind: who would work outside of their hours. */
  outside: string[]
  /** What is wrong with what is typed so far, by field. */
  errors: Record<string, string>
}

interface Asking {
  db: Db
  ask: Ask
  timezone: string
  settings: SessionSettings
  t: Translate
  fmt: Format
}

const nothing = (errors: Record<string, string> = {}): Preview => ({
  conflicts: [],
  offers: [],
  warnings: [],
  outside: [],
  errors
})

/** Reads a form half filled in, and looks what it would cost and who is in the way. A fixed number of statements. */
export async function previewOf(asking: Asking, values: Record<string, unknown>): Promise<Preview> {
  const { db, timezone, t } = asking
  const parsed = read(PreviewForm, values, timezone)
  if (!parsed.ok) return nothing(explain(parsed.errors, t))
  const { day, starts, ends, duration, room_id } = parsed.value
  if (!day || !starts || (!ends && !duration)) return nothing()
  const slot = slotOf({ day, starts, ends, duration }, timezone)
  if ('errors' in slot) return nothing(explain(slot.errors, t))
  const minutes = minutesOf(slot)
  const room = room_id === null ? undefined : await findRoom(db, room_id)
  if (!room) return { ...nothing(), slot: { ...slot, minutes } }
  const claim = claimOf(parsed.value, slot, room.id)
  const conflicts = await listConflicts(db, claim)
  const others = await inTheWay(asking, claim)
  const crew = await crewPreview(asking, claim)
  const facts = { slot, room, people: claim.people, client_id: parsed.value.client_id }
  const price = await quote({ ...asking, studio: { timezone } }, facts)
  return {
    slot: { ...slot, minutes },
    ...(price && { price: { ...price, vat: vatOf(price, asking.settings.prices_include_vat) } }),
    conflicts: [
      ...conflicts.map(conflict => {
        const { key, values } = sentence(asking, conflict)
        return { session_id: conflict.id, sentence: t(key, values) }
      }),
      ...others
    ],
    offers: conflicts.length + others.length > 0 ? await offersFor(asking, claim, room, conflicts, crew) : [],
    warnings: warningsOf(room, slot, timezone),
    outside: crew.outside,
    errors: {}
  }
}

function claimOf(input: PreviewInput, slot: Slot, room_id: number): Claim {
  return {
    ...slot,
    room_id,
    people: input.people,
    gear: input.gear,
    rank: input.state === 'option' ? (input.rank ?? 1) : null,
    id: input.id
  }
}

/** Absences, closures, outside calendars and gear that stand against a claim. */
async function inTheWay(asking: Asking, claim: Claim): Promise<Preview['conflicts']> {
  const { starts_at: from, ends_at: to, room_id, people, gear = [], rank } = claim
  const busy = await busyTimes(asking, { from, to, rooms: [room_id], people })
  const wanted = { session_id: claim.id ?? null, starts_at: from, ends_at: to, rank, gear }
  const taken = gear.length > 0 ? (await asking.ask('sessions.gear-conflicts', wanted)).flat() : []
  return [
    ...busy.map(time => {
      const { key, values } = busySentence(asking, time)
      return { session_id: null, sentence: asking.t(key, values) }
    }),
    ...taken.map(({ session_id, sentence }) => ({ session_id, sentence }))
  ]
}

/**
 * The nearest free times in this room for these people, who else could come, the rooms that are free then, the next rank
 * of an option.
 */
async function offersFor(
  asking: Asking,
  claim: Claim,
  room: Room,
  conflicts: Conflict[],
  crew: CrewPreview
): Promise<Offer[]> {
  const { db, timezone, fmt, t } = asking
  const wanted = { start: claim.starts_at, end: claim.ends_at }
  const day = time.localOf(wanted.start, timezone).day
  const [from, to] = [time.addDays(day, -3), time.addDays(day, 8)]
  const around = [time.startOfDay(from, timezone), time.startOfDay(to, timezone)] as const
  const sessions = await busyStretches(db, claim, ...around)
  const resources = { from: around[0], to: around[1], rooms: [claim.room_id], people: claim.people }
  const gear = claim.gear ?? []
  const taken = gear.length > 0 ? (await asking.ask('sessions.gear-busy', { gear, ...resources })).flat() : []
  const away = [...(await busyTimes(asking, resources)), ...taken]
  const busy = [...sessions, ...away.map(({ starts_at, ends_at }) => ({ start: starts_at, end: ends_at }))]
  const open = withinHours(openStretches(room, from, to, timezone), crew.openings, from, to, timezone)
  const { earlier, later } = nearestFree(wanted, busy, open, new Date())
  const offers = [earlier, later]
    .filter(stretch => stretch !== undefined)
    .map(({ start, end }) => ({ label: fmt.range(start, end), fill: wallClock(start, end, timezone) }))
  const closed = away.some(
    ({ room_id, starts_at, ends_at }) => room_id !== null && starts_at < claim.ends_at && ends_at > claim.starts_at
  )
  const full = conflicts.some(conflict => conflict.person_id === null)
  const rooms = closed || full ? await freeRooms(db, claim) : []
  const inRooms = rooms.map(({ id, name }) => ({
    label: t('sessions.preview.in_room', { room: name }),
    fill: { room_id: id }
  }))
  return [...offers, ...crew.offers, ...inRooms.slice(0, 4), ...(await nextRank(asking, claim, conflicts))]
}

/** Where only options are in the way, one of a rank that nobody has may stand beside them. */
async function nextRank({ db, t }: Asking, claim: Claim, conflicts: Conflict[]): Promise<Offer[]> {
  if (conflicts.length === 0) return []
  if (!conflicts.every(conflict => conflict.state === 'option')) return []
  const all = await listConflicts(db, { ...claim, rank: null })
  const taken = new Set(all.map(conflict => conflict.rank ?? 0))
  const free = [1, 2, 3].find(rank => !taken.has(rank))
  if (!free || all.some(conflict => conflict.state !== 'option')) return []
  return [{ label: t('sessions.preview.as_option', { rank: free }), fill: { state: 'option', rank: free } }]
}

function wallClock(start: Date, end: Date, timezone: string): Offer['fill'] {
  const [from, to] = [time.localOf(start, timezone), time.localOf(end, timezone)]
  const day = { day: from.day, starts: from.clock }
  if (end.getTime() - start.getTime() < 24 * 3_600_000) return { ...day, ends: to.clock, duration: '' }
  return { ...day, ends: '', duration: String(minutesOf({ starts_at: start, ends_at: end })) }
}

/** What to look at before saving, as locale keys: it is over, the room is closed then, the clocks change. */
export function warningsOf(room: Room, slot: Slot, timezone: string): string[] {
  const [from, to] = [slot.starts_at, slot.ends_at].map(at => time.localOf(at, timezone).day) as [string, string]
  const open = openStretches(room, from, time.addDays(to, 2), timezone)
  const closed = !isOpen(open, { start: slot.starts_at, end: slot.ends_at })
  const clocks = offsetOf(slot.starts_at, timezone) !== offsetOf(slot.ends_at, timezone)
  return [
    ...(slot.ends_at < new Date() ? ['sessions.preview.past'] : []),
    ...(closed ? ['sessions.preview.closed'] : []),
    ...(clocks ? ['sessions.preview.clocks_change'] : [])
  ]
}

/** How far a zone's clock is from UTC, in minutes, at an instant. */
export function offsetOf(instant: Date, timezone: string): number {
  const { day, clock } = time.localOf(instant, timezone)
  const minute = Math.floor(instant.getTime() / 60_000)
  return Math.round(Date.parse(`${day}T${clock}Z`) / 60_000) - minute
}
