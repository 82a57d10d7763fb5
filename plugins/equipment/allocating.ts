import type { GearWanted } from '../sessions/contract.ts'
import type { Category, Condition } from './contract.ts'

/*
 * Which units of what is wanted a session would hold, and what is in its way. Arithmetic only; the queries beside it say
 * what there is, and the database's constraints are the last word.
 */

export interface Slot {
  starts_at: Date
  ends_at: Date
}

/** What there is of a piece. */
export interface Piece {
  id: number
  label: string
  category: Category
  quantity: number
  state: Condition
  archived_at: Date | null
}

/** A unit that somebody has, or that is away, for some of the time in question. */
export interface Taken extends Slot {
  equipment_id: number
  unit: number
  kind: 'session' | 'option' | 'maintenance' | 'loan'
  /** The session that holds it; null when it is none. */
  session_id: number | null
  /** Whom it is with, if with anybody. */
  who: string | null
  /** It was already decided, and written down, to book over it. */
  agreed: boolean
}

/** A unit for a session, and what of its time it leaves to others. */
export interface Unit {
  equipment_id: number
  unit: number
  over: Slot[]
}

/** What is in the way: a unit that is taken, or why the piece cannot be had at all. */
export interface InTheWay {
  piece: Piece
  why: Taken['kind'] | 'broken' | 'out' | 'archived' | 'quantity'
  taken: Taken | undefined
  /** Units that would be free. */
  free: number
}

/**
 * The best units for what is wanted: free ones, then those already booked over by decision, then those that least is in the
 * way of. With something in the way, they are what would be held over it; a piece of which too few exist gives none.
 */
export function allocate(
  pieces: ReadonlyMap<number, Piece>,
  wanted: readonly GearWanted[],
  taken: readonly Taken[],
  slot: Slot
): { units: Unit[]; inTheWay: InTheWay[] } {
  const units: Unit[] = []
  const inTheWay: InTheWay[] = []
  for (const { equipment_id, quantity } of wanted) {
    const piece = pieces.get(equipment_id)
    if (!piece) continue
    const found = unitsOf(
      piece,
      taken.filter(one => one.equipment_id === equipment_id)
    )
    const free = found.filter(({ against }) => against.length === 0).length
    if (quantity > piece.quantity) {
      inTheWay.push({ piece, why: 'quantity', taken: undefined, free })
      continue
    }
    const never = piece.archived_at
      ? 'archived'
      : piece.state === 'broken' || piece.state === 'out'
        ? piece.state
        : undefined
    if (never) inTheWay.push({ piece, why: never, taken: undefined, free: 0 })
    for (const { unit, all, against } of found.slice(0, quantity)) {
      units.push({ equipment_id, unit, over: never ? [slot] : all })
      for (const one of never ? [] : against) inTheWay.push({ piece, why: one.kind, taken: one, free })
    }
  }
  return { units, inTheWay }
}

/** A piece's units, those with least in the way first. */
function unitsOf(piece: Piece, taken: readonly Taken[]) {
  return Array.from({ length: piece.quantity }, (_, index) => {
    const all = taken.filter(({ unit }) => unit === index + 1)
    return { unit: index + 1, all, against: all.filter(({ agreed }) => !agreed) }
  }).toSorted((a, b) => a.against.length - b.against.length || a.all.length - b.all.length || a.unit - b.unit)
}

/** A unit held from one instant to another, by what `key` names. `fixed`: it cannot be given another unit. */
export interface Held extends Slot {
  key: string
  unit: number
  fixed: boolean
}

/**
 * Other units for the same holdings, so that one more is free throughout `slot`; undefined when there are too few. Whoever
 * comes earlier takes the first unit that is free again: for stretches of time that is the most that can be had.
 */
export function repacked(
  quantity: number,
  held: readonly Held[],
  slot: Slot
): { moves: Map<string, number>; unit: number } | undefined {
  const wanted: Held = { ...slot, key: '', unit: 0, fixed: false }
  const line = [...held.filter(({ fixed }) => !fixed), wanted].toSorted(
    (a, b) => +a.starts_at - +b.starts_at || +a.ends_at - +b.ends_at
  )
  const units = Array.from(
    { length: quantity },
    (_, index) => held.filter(one => one.fixed && one.unit === index + 1) as Slot[]
  )
  const moves = new Map<string, number>()
  for (const one of line) {
    // its own unit if it can stay, else the one that was given back last
    const places = units.map((_, index) => index + 1).filter(unit => isFree(units[unit - 1] ?? [], one))
    const unit = places.includes(one.unit) && one.key !== '' ? one.unit : latest(places, units, one)
    if (unit === undefined) return undefined
    units[unit - 1]?.push(one)
    moves.set(one.key, unit)
  }
  const unit = moves.get('') ?? 0
  moves.delete('')
  for (const { key, unit } of held) if (moves.get(key) === unit) moves.delete(key)
  return { moves, unit }
}

const isFree = (taken: readonly Slot[], { starts_at, ends_at }: Slot) =>
  taken.every(one => one.ends_at <= starts_at || one.starts_at >= ends_at)

/** Of the units that are free, the one whose last holder ended last: gaps stay small. */
function latest(places: number[], units: readonly Slot[][], { starts_at }: Slot): number | undefined {
  const given = (unit: number) =>
    Math.max(0, ...(units[unit - 1] ?? []).map(({ ends_at }) => +ends_at).filter(ends => ends <= +starts_at))
  return places.toSorted((a, b) => given(b) - given(a) || a - b)[0]
}

/** When less than `quantity` of a piece is free, between two instants. */
export function shortages(
  piece: Piece,
  quantity: number,
  taken: readonly Taken[],
  { starts_at, ends_at }: Slot
): Slot[] {
  const gone = piece.archived_at !== null || piece.state === 'broken' || piece.state === 'out'
  if (gone || quantity > piece.quantity) return [{ starts_at, ends_at }]
  const own = taken.filter(one => one.equipment_id === piece.id)
  const edges = [...new Set([starts_at, ends_at, ...own.flatMap(one => [one.starts_at, one.ends_at])].map(Number))]
    .filter(at => at >= +starts_at && at <= +ends_at)
    .toSorted((a, b) => a - b)
  const short: Slot[] = []
  edges.slice(0, -1).forEach((from, index) => {
    const busy = new Set(own.filter(one => +one.starts_at <= from && +one.ends_at > from).map(({ unit }) => unit))
    if (piece.quantity - busy.size >= quantity) return
    const until = new Date(edges[index + 1] ?? from)
    const last = short.at(-1)
    if (last && +last.ends_at === from) last.ends_at = until
    else short.push({ starts_at: new Date(from), ends_at: until })
  })
  return short
}
