import { forbidden, refuse, time } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { makePrice } from './prices/making.ts'
import type { Made, Making } from './prices/making.ts'
import { ratesOfPeople, rulesFor, termsOf } from './prices/queries.ts'
import type { SessionRow } from './queries.ts'
import type { Room } from './room-queries.ts'
import { settingsOf } from './settings.ts'
import { minutesOf } from './slot.ts'
import type { Slot } from './slot.ts'

/** What a price is worked out from. */
export interface PriceFacts {
  slot: Slot
  room: Room
  people: readonly number[]
  client_id: number | null
}

export type Priced = Pick<SessionRow, 'price_cents' | 'price_lines' | 'price_override' | 'price_note' | 'deposit_cents'>

/** Where a price is worked out: in an action, or while a form is filled in. */
export type Pricing = Pick<Running, 'db' | 'settings'> & { studio: { timezone: string } }

/** What somebody types of a price; without `ends`, the length that is too short is that of `duration`. */
export interface TypedPrice {
  price_cents: number | null
  price_note: string | null
  deposit_cents?: number | null
  ends?: string | null
}

/**
 * The price typed by somebody who may, with its reason; else the one that stands by agreement; else the one worked out,
 * for which a session may not be shorter than its rules want.
 */
export async function priced(
  running: Running,
  facts: PriceFacts,
  input: TypedPrice,
  before?: SessionRow
): Promise<Priced> {
  const made = await quote(running, facts)
  const price = { price_cents: made?.cents ?? null, price_lines: made?.lines ?? [] }
  const short = input.ends === null ? 'duration' : 'ends'
  if (!running.can('sessions.price')) {
    if (input.price_cents !== null || input.price_note !== null || input.deposit_cents) throw forbidden()
    if (!before?.price_override) checkLength(running, facts.slot, made, short)
    const stands = before?.price_override
      ? { price_cents: before.price_cents, price_override: true }
      : { price_override: false }
    return { ...price, ...stands, price_note: before?.price_note ?? null, deposit_cents: before?.deposit_cents ?? null }
  }
  const override = input.price_cents !== null && input.price_cents !== price.price_cents
  if (override && input.price_note === null) throw refuse({ price_note: 'sessions.prices.errors.reason' })
  if (!override) checkLength(running, facts.slot, made, short)
  const deposit_cents = input.deposit_cents === undefined ? (before?.deposit_cents ?? null) : input.deposit_cents
  return {
    ...price,
    ...(override && { price_cents: input.price_cents }),
    price_override: override,
    price_note: input.price_note,
    deposit_cents
  }
}

/** What the rates and rules make of it, as it is written on a session. */
export async function workedOut(
  running: Pricing,
  facts: PriceFacts
): Promise<Pick<Priced, 'price_cents' | 'price_lines'>> {
  const made = await quote(running, facts)
  return { price_cents: made?.cents ?? null, price_lines: made?.lines ?? [] }
}

/** The same for a session that moves: refuses one that would be shorter than the rules there want. */
export async function workedOutFor(running: Running, facts: PriceFacts) {
  const made = await quote(running, facts)
  checkLength(running, facts.slot, made, 'ends')
  return { price_cents: made?.cents ?? null, price_lines: made?.lines ?? [] }
}

/** The price with all of how it was made; undefined when some of the time has no rate. Three statements at most. */
export async function quote(running: Pricing, facts: PriceFacts): Promise<Made | undefined> {
  return makePrice(await makingOf(running, facts))
}

/** All that prices of a session are made from. */
export async function makingOf({ db, settings, studio }: Pricing, facts: PriceFacts): Promise<Making> {
  const { slot, room, people, client_id } = facts
  const zone = studio.timezone
  const days = [slot.starts_at, slot.ends_at].map(at => time.localOf(at, zone).day) as [string, string]
  const rules = await rulesFor(db, room.id, ...days)
  const persons = await ratesOfPeople(db, people)
  const terms = await termsOf(db, client_id)
  const studios = settingsOf(settings)
  return {
    slot,
    room,
    rules,
    people: persons,
    terms: {
      rounding: terms?.rounding ?? studios.rounding,
      rounding_minutes: terms?.rounding_minutes ?? studios.rounding_minutes,
      discount_percent: terms?.discount_percent ?? null
    },
    settings: studios,
    zone
  }
}

function checkLength(
  { fmt }: Pick<Running, 'fmt'>,
  slot: Slot,
  made: Made | undefined,
  field: 'ends' | 'duration'
): void {
  const wanted = made?.minimum
  if (!wanted || minutesOf(slot) >= wanted.minutes) return
  const values = { minimum: fmt.duration(wanted.minutes), rule: wanted.rule }
  throw refuse({ [field]: { key: 'sessions.prices.errors.too_short', values } })
}
