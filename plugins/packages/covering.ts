import { divRound, shareOut } from '@patchbay/core'
import type { BillableLine, PriceLine } from '../sessions/contract.ts'
import type { Cover, CoveredSession } from './session-queries.ts'

/** What of a session's price is at one VAT rate. */
interface Part {
  vat_category: string
  vat_rate: number
  cents: number
}

/** How long a session counts: what is billed of its room's time, else how long it was booked. Minutes. */
export function minutesOf({ price_lines, price_override, starts_at, ends_at }: CoveredSession): number {
  const billed = price_override
    ? 0
    : price_lines.reduce((sum, line) => sum + (line.kind === 'room' ? (line.billed_minutes ?? 0) : 0), 0)
  return billed > 0 ? billed : Math.round((ends_at.getTime() - starts_at.getTime()) / 60_000)
}

/** Minutes that no package covers yet; a package of sessions covers all. */
export function uncoveredMinutes(session: CoveredSession, covers: readonly Cover[]): number {
  if (covers.some(({ unit }) => unit === 'session')) return 0
  return Math.max(0, minutesOf(session) - covers.reduce((sum, { amount }) => sum + amount, 0))
}

/**
 * What packages take off a session, as lines of its bill: as much of the room's price, or of the fee when it was called
 * off, as they cover of its time. People who are paid beside the room are not covered.
 */
export function coverLines(
  session: CoveredSession,
  covers: readonly Cover[],
  { vat_included, label }: { vat_included: boolean; label: (cover: Cover, minutes: number) => string }
): BillableLine[] {
  const whole = minutesOf(session)
  const covered = whole - uncoveredMinutes(session, covers)
  if (covered === 0) return []
  const weights = covers.map(cover => (cover.unit === 'session' ? whole : cover.amount))
  const minutes = shareOut(covered, weights)
  return partsOf(session).flatMap(({ vat_category, vat_rate, cents }) => {
    const off = Number(divRound(BigInt(cents) * BigInt(covered), BigInt(whole)))
    return shareOut(off, weights).flatMap((part, at): BillableLine[] => {
      const [cover, of] = [covers[at], minutes[at] ?? 0]
      if (!cover || part === 0) return []
      const hours = Math.round((of / 60) * 10_000) / 10_000
      const [quantity, unit] = cover.unit === 'hour' && hours > 0 ? ([hours, 'hour'] as const) : ([1, 'piece'] as const)
      return [
        {
          label: label(cover, of),
          quantity,
          unit,
          unit_cents: -Math.round(part / quantity),
          cents: -part,
          vat_category,
          vat_rate,
          vat_included,
          kind: 'discount'
        }
      ]
    })
  })
}

/** What of a session packages can pay for, by VAT rate. */
function partsOf(session: CoveredSession): Part[] {
  const { price_cents, price_lines, price_override, state } = session
  const first = price_lines[0]
  const one = (cents: number): Part[] =>
    cents > 0 ? [{ vat_category: first?.vat_category ?? 'S', vat_rate: first?.vat_rate ?? 2000, cents }] : []
  if (state === 'cancelled' || state === 'no_show')
    return one(session.fee_waived_at ? 0 : (session.cancel_fee_cents ?? 0))
  if (price_cents === null) return []
  if (price_override) return one(price_cents)
  return [...Map.groupBy(price_lines, ({ vat_rate }) => vat_rate)]
    .map(([vat_rate, lines]) => ({ vat_rate, vat_category: lines[0]?.vat_category ?? 'S', cents: roomPart(lines) }))
    .filter(({ cents }) => cents > 0)
}

/** The room's share of lines of one rate, less its share of what is taken off all of them. */
function roomPart(lines: readonly PriceLine[]): number {
  const sum = (kinds: readonly string[]) =>
    lines.reduce((all, line) => all + (kinds.includes(line.kind) ? line.cents : 0), 0)
  const [room, people, off] = [sum(['room', 'overtime']), sum(['person']), sum(['discount'])]
  if (room + people === 0) return 0
  return room + Number(divRound(BigInt(off) * BigInt(room), BigInt(room + people)))
}
