import { withoutVat } from '@patchbay/core'
import type { Asking, Plugin } from '@patchbay/core'
import type { BillableLine, Overtime } from '../contract.ts'
import type { PriceLine } from '../price.ts'
import { makingOf } from '../pricing.ts'
import { findSession } from '../queries.ts'
import type { Shown } from '../queries.ts'
import { findRoom } from '../room-queries.ts'
import { settingsOf } from '../settings.ts'
import { categoryOf } from './lines.ts'
import { makeOvertime } from './overtime.ts'
import { bookedOf } from './spent-queries.ts'

/** What prices say where others ask. */
export const priceAnswers = {
  'sessions.overtime': overtime,
  'sessions.billable': billable,
  'projects.spent': booked
} satisfies NonNullable<Plugin['answers']>

async function overtime(asking: Asking, { session_id, minutes }: { session_id: number; minutes: number }) {
  const session = await findSession(asking.db, session_id)
  const room = session && (await findRoom(asking.db, session.room_id))
  if (!room || minutes < 1) return undefined
  const people = session.people.map(({ id }) => id)
  const facts = { slot: session, room, people, client_id: session.client_id }
  const made = makeOvertime(await makingOf(asking, facts), minutes)
  if (!made) return undefined
  const vat_rate = made.lines[0]?.vat_rate ?? room.vat_rate
  const { cents, lines, raw_minutes, billed_minutes } = made
  const answer: Overtime = {
    cents,
    lines,
    raw_minutes,
    billed_minutes,
    vat_category: categoryOf(vat_rate),
    vat_rate,
    vat_included: settingsOf(asking.settings).prices_include_vat
  }
  return answer
}

/** What the sessions of a project take of rooms: their time and, for those who may see prices, what they come to. */
async function booked({ db, can, t, settings }: Asking, { session_ids }: { session_ids: readonly number[] }) {
  if (!can('sessions.read') || session_ids.length === 0) return undefined
  const rows = await bookedOf(db, session_ids)
  const { prices_include_vat } = settingsOf(settings)
  const netOf = ({ cents, vat_rate }: (typeof rows)[number]) =>
    prices_include_vat ? (withoutVat([cents], vat_rate)[0] ?? 0) : cents
  const minutes = rows.reduce((sum, row) => sum + row.minutes, 0)
  const cents = can('sessions.price') ? rows.reduce((sum, row) => sum + netOf(row), 0) : null
  return [{ kind: 'booked' as const, label: t('sessions.spent'), minutes, cents }]
}

async function billable(
  asking: Asking,
  { session_id, offered = false }: { session_id: number; offered?: boolean }
): Promise<BillableLine[] | undefined> {
  const session = await findSession(asking.db, session_id)
  if (!session || (session.state === 'option' && !offered)) return undefined
  const vat_included = settingsOf(asking.settings).prices_include_vat
  if (session.state === 'cancelled' || session.state === 'no_show') return feeLines(asking, session, vat_included)
  const { price_cents, price_override, price_note, price_lines } = session
  if (price_cents === null) return undefined
  if (price_override)
    return [wholeLine(session, price_note ?? labelOf(asking, session), price_cents, 'session', vat_included)]
  return price_lines
    .filter(({ quantity }) => quantity > 0)
    .map(line => billableLine(line, lineLabel(asking, session, line), vat_included))
}

function feeLines(asking: Asking, session: Shown, vat_included: boolean): BillableLine[] {
  if (!session.cancel_fee_cents || session.fee_waived_at) return []
  const key = session.state === 'no_show' ? 'no_show' : 'cancelled'
  const label = asking.t(`sessions.prices.billable.${key}`, { session: labelOf(asking, session) })
  return [wholeLine(session, label, session.cancel_fee_cents, 'fee', vat_included)]
}

/** One amount for all of it, at the rate of its first line. */
function wholeLine(
  { price_lines: [first] }: Shown,
  label: string,
  cents: number,
  kind: BillableLine['kind'],
  vat_included: boolean
): BillableLine {
  const vat_rate = first?.vat_rate ?? 2000
  const vat = { vat_rate, vat_category: categoryOf(vat_rate), vat_included }
  return { label, quantity: 1, unit: 'piece', unit_cents: cents, cents, ...vat, kind }
}

/** A line of a price as one to be paid: hours for minutes, one piece for a discount. */
export function billableLine(line: PriceLine, label: string, vat_included: boolean): BillableLine {
  const { unit, quantity, unit_cents, cents, vat_rate, vat_category, kind } = line
  const vat = { vat_rate, vat_category, vat_included }
  if (unit === 'percent')
    return { label, quantity: 1, unit: 'piece', unit_cents: cents, cents, ...vat, kind: 'discount' }
  return {
    label,
    quantity: unit === 'hour' ? Math.round((quantity / 60) * 10_000) / 10_000 : quantity,
    unit,
    unit_cents,
    cents,
    ...vat,
    kind: kind === 'room' ? 'session' : kind
  }
}

/** `Studio A, mar. 24 nov. 14:00–18:00 (Tarif « Nuit »)` */
function lineLabel(asking: Asking, session: Shown, line: PriceLine): string {
  const { t, fmt } = asking
  if (line.unit === 'percent') return t('sessions.prices.line.discount', { percent: line.quantity })
  const made = line.label && t(line.label.key, line.label.values)
  const when = line.from && line.to ? fmt.range(new Date(line.from), new Date(line.to)) : ''
  if (line.kind !== 'room') return [made, labelOf(asking, session)].filter(Boolean).join(', ')
  return `${session.room_name}, ${when || fmt.range(session.starts_at, session.ends_at)}${made ? ` (${made})` : ''}`
}

const labelOf = ({ fmt }: Asking, { room_name, starts_at, ends_at }: Shown) =>
  `${room_name}, ${fmt.range(starts_at, ends_at)}`
