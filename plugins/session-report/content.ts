import { createHash } from 'node:crypto'
import { divRound } from '@patchbay/core'
import type { CostKind, MusicianRole, Verdict } from './contract.ts'
import type { Room, TimeEntry } from './queries.ts'

/**
 * What a report says: what is shown, signed, frozen and printed, all from this one object. Instants are ISO texts, words
 * are keys where they are ours and as typed where they are not, so that it reads the same in any language.
 */
export interface Content {
  format: 1
  studio: string
  currency: string
  place: string | null
  session: {
    id: number
    title: string | null
    client: string | null
    room: string
    starts_at: string
    ends_at: string
    started_at: string | null
    completed_at: string | null
    booked_minutes: number
    /** From when they began until it was completed; null until both are known. */
    present_minutes: number | null
  }
  hours: { raw_minutes: number; billed_minutes: number; lines: HoursLine[] }
  people: { name: string; role: string }[]
  arrivals: { name: string; role: string | null; arrived_at: string; left_at: string | null }[]
  titles: { title: string; takes: { number: number; verdict: Verdict | null; note: string | null; at: string }[] }[]
  musicians: {
    name: string
    instrument: string | null
    role: MusicianRole
    society: string | null
    society_number: string | null
    from_at: string | null
    to_at: string | null
  }[]
  costs: CostLine[]
  overtime: OvertimeLine[]
  notes: string | null
  producer: string | null
  first_destination: string | null
  /** The signed version that this one corrects, and why. */
  corrects: { version: number; hash: string; reason: string | null } | null
}

/** The time of one person on one kind of work: what was measured or noted, and what is billed of it. */
export interface HoursLine {
  person: string
  task_key: string | null
  task_name: string | null
  raw_minutes: number
  billed_minutes: number
  /** Some of it is not what the clock said. */
  corrected: boolean
}

export interface CostLine {
  kind: CostKind
  label: string
  quantity: number
  unit_cents: number
  cents: number
  /** Hundredths of a percent. */
  vat_rate: number
  billable: boolean
}

export interface OvertimeLine {
  minutes: number
  from_at: string
  price_cents: number
  vat_rate: number
  vat_category: string
  vat_included: boolean
  /** Who agreed to it for the client. */
  accepted_by: string
  at: string
}

/** What a report of this session says now. Timers that still run are not in it. */
export function contentOf(
  room: Room,
  { studio, rounding, place }: { studio: { name: string; currency: string }; rounding: number; place: string | null }
): Content {
  const lines = hoursOf(room.times, rounding)
  const sum = (key: 'raw_minutes' | 'billed_minutes') => lines.reduce((total, line) => total + line[key], 0)
  return {
    format: 1,
    studio: studio.name,
    currency: studio.currency,
    place,
    session: {
      id: room.id,
      title: room.title,
      client: room.client_name,
      room: room.room_name,
      starts_at: room.starts_at.toISOString(),
      ends_at: room.ends_at.toISOString(),
      started_at: iso(room.started_at),
      completed_at: iso(room.completed_at),
      booked_minutes: minutesBetween(room.starts_at, room.ends_at),
      present_minutes: room.started_at && room.completed_at ? minutesBetween(room.started_at, room.completed_at) : null
    },
    hours: { raw_minutes: sum('raw_minutes'), billed_minutes: sum('billed_minutes'), lines },
    people: room.people.map(({ name, role }) => ({ name, role })),
    arrivals: room.arrivals.map(({ name, role, arrived_at, left_at }) => ({
      name,
      role,
      arrived_at: arrived_at.toISOString(),
      left_at: iso(left_at)
    })),
    titles: room.titles.map(({ title, takes }) => ({
      title,
      takes: takes.map(({ number, verdict, note, at }) => ({ number, verdict, note, at: at.toISOString() }))
    })),
    musicians: room.musicians.map(({ id: _id, from_at, to_at, ...musician }) => ({
      ...musician,
      from_at: iso(from_at),
      to_at: iso(to_at)
    })),
    costs: room.costs.map(({ id: _id, ...cost }) => ({ ...cost, cents: centsOf(cost) })),
    overtime: room.overtime.map(({ id: _id, from_at, at, ...rest }) => ({
      ...rest,
      from_at: from_at.toISOString(),
      at: at.toISOString()
    })),
    notes: room.notes,
    producer: room.producer,
    first_destination: room.first_destination,
    corrects:
      room.signed_version === null
        ? null
        : { version: room.signed_version, hash: room.signed_hash ?? '', reason: room.reopening_reason }
  }
}

/** By person and kind of work, in the order in which they began. Billed is rounded up once for each line. */
export function hoursOf(times: readonly TimeEntry[], rounding: number): HoursLine[] {
  const groups = new Map<string, TimeEntry[]>()
  for (const entry of times) {
    if (!entry.ended_at) continue
    const key = `${entry.person_id}/${entry.task_type_id ?? ''}`
    groups.set(key, [...(groups.get(key) ?? []), entry])
  }
  return [...groups.values()].flatMap(entries => {
    const [first] = entries
    if (!first) return []
    const billable = entries.filter(entry => entry.billable)
    const line = {
      person: first.person,
      task_key: first.task_key,
      task_name: first.task_name,
      raw_minutes: measured(entries),
      billed_minutes: Math.ceil(measured(billable) / rounding) * rounding,
      corrected: entries.some(entry => entry.corrected_at !== null)
    }
    return line.raw_minutes === 0 && !line.corrected ? [] : [line]
  })
}

/** Whole minutes of some entries, of their seconds together. */
const measured = (entries: readonly TimeEntry[]) =>
  Math.round(
    entries.reduce((sum, { started_at, ended_at }) => sum + (+(ended_at ?? started_at) - +started_at), 0) / 60_000
  )

/** Quantity (to 3 decimals) times the price of one, in cents. */
export const centsOf = ({ quantity, unit_cents }: { quantity: number; unit_cents: number }): number =>
  Number(divRound(BigInt(Math.round(quantity * 1000)) * BigInt(unit_cents), 1000n))

/** SHA-256 of a value's canonical JSON, in hex: the same whatever order its keys came in. */
export const hashOf = (value: unknown): string => createHash('sha256').update(canonical(value)).digest('hex')

/** JSON with sorted keys and no spaces, as RFC 8785 writes it for what we keep: text, whole numbers, decimals of quantities. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`
}

/** All that proves a signature, as it goes into its seal. */
export interface Proof {
  hash: string
  version: number
  way: string
  signed_at: Date
  signer_name: string
  signer_role: string | null
  signer_email: string | null
  consent: string
  ip: string | null
  agent: string | null
  code_sent_at: Date | null
  image_hash: string | null
}

/** The seal over a signature: changed in anything, it no longer fits. */
export const sealOf = (proof: Proof): string =>
  hashOf({ ...proof, signed_at: proof.signed_at.toISOString(), code_sent_at: iso(proof.code_sent_at) })

export const imageHash = (image: Buffer | null | undefined): string | null =>
  image ? createHash('sha256').update(image).digest('hex') : null

const iso = (at: Date | null) => at?.toISOString() ?? null
const minutesBetween = (from: Date, to: Date) => Math.round((+to - +from) / 60_000)
