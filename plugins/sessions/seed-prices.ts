import type { Seeding } from '@patchbay/core'
import type { SessionState } from './contract.ts'
import { copyOf } from './prices/fees.ts'
import { makePrice } from './prices/making.ts'
import { feeAt, nameOf, noShowFee } from './prices/policies.ts'
import type { Fee } from './prices/policies.ts'
import { addRule, defaultPolicy, listRules, setTerms, termsOf } from './prices/queries.ts'
import type { RuleFields } from './prices/queries.ts'
import { listAllRooms } from './room-queries.ts'
import { settingsOf } from './settings.ts'
import type { Slot } from './slot.ts'

/** What a seeded session is priced by. */
export interface Unpriced extends Slot {
  room_id: number
  client_id: number | null
  state: SessionState
  /** When it was called off, if it was. */
  cancelled_at: Date | null
}

const always = {
  room_id: null,
  weekdays: [1, 2, 3, 4, 5, 6, 7],
  from_clock: null,
  to_clock: null,
  valid_from: null,
  valid_to: null,
  minimum_minutes: null,
  overtime_cents: null,
  vat_rate: null
}

/** Nights and Sundays of a studio that works late, and a lockout of its large room at weekends. */
const rules = (large: number): RuleFields[] => [
  {
    ...always,
    name: 'Nuit',
    from_clock: '22:00',
    to_clock: '07:00',
    unit: 'hour',
    cents: 60_00,
    overtime_cents: 80_00
  },
  { ...always, name: 'Dimanche', weekdays: [7], unit: 'hour', cents: 65_00, minimum_minutes: 120 },
  { ...always, name: 'Lockout du week-end', room_id: large, weekdays: [6], unit: 'lockout', cents: 690_00 }
]

/** Enters rules and what is agreed with some clients, and gives what makes the prices of the sessions to come. */
export async function seedPrices({ db, studio, settings, t }: Seeding, clients: readonly number[]) {
  const rooms = await listAllRooms(db)
  for (const fields of rules(rooms[0]?.id ?? 0)) await addRule(db, fields)
  const [label, regular] = [clients[2], clients[5]]
  const agreed = { rounding: null, rounding_minutes: null, note: null }
  if (label) await setTerms(db, label, { ...agreed, discount_percent: 10, note: 'Dix jours par an au moins.' })
  if (regular) {
    await setTerms(db, regular, { ...agreed, discount_percent: null, rounding: 'up', rounding_minutes: 30 })
  }
  const used = await listRules(db)
  const terms = new Map(
    await Promise.all([label, regular].map(async id => [id, await termsOf(db, id ?? null)] as const))
  )
  const policy = await defaultPolicy(db)
  const studios = settingsOf(settings)
  return (session: Unpriced) => {
    const room = rooms.find(({ id }) => id === session.room_id)
    if (!room || session.client_id === null) return { price_cents: null, price_lines: '[]' }
    const own = terms.get(session.client_id)
    const made = makePrice({
      slot: session,
      room,
      rules: used,
      people: [],
      terms: {
        rounding: own?.rounding ?? studios.rounding,
        rounding_minutes: own?.rounding_minutes ?? studios.rounding_minutes,
        discount_percent: own?.discount_percent ?? null
      },
      settings: studios,
      zone: studio.timezone
    })
    const price_cents = made?.cents ?? null
    const price = { price_cents, price_lines: JSON.stringify(made?.lines ?? []) }
    if (session.state === 'option' || !policy) return price
    const frozen = copyOf(policy, nameOf(policy, t), price_cents, studios.deposit_percent)
    const facts = { starts_at: session.starts_at, price_cents, deposit_cents: null, policy: frozen }
    const off = session.state === 'no_show' ? noShowFee(facts) : undefined
    const fee = session.cancelled_at ? feeAt(facts, session.cancelled_at, studio.timezone) : off
    return { ...price, policy: JSON.stringify(frozen), ...feeColumns(fee, session) }
  }
}

/** Of the fees that are due, now and then one is waived. */
function feeColumns(fee: Fee | undefined, { starts_at, cancelled_at }: Unpriced) {
  const waived = fee !== undefined && fee.cents > 0 && starts_at.getUTCDate() % 4 === 0
  return {
    cancel_fee_cents: fee?.cents ?? null,
    cancel_fee_how: fee ? JSON.stringify(fee.how) : null,
    fee_waived_at: waived ? (cancelled_at ?? starts_at) : null,
    fee_waived_reason: waived ? 'Client de longue date, malade.' : null
  }
}
