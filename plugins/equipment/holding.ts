import { refuse } from '@patchbay/core'
import type { Asking, Db } from '@patchbay/core'
import type { BusyTime, GearClaim, GearConflict, GearWanted, HeldGear } from '../sessions/contract.ts'
import { allocate, repacked, shortages } from './allocating.ts'
import type { InTheWay, Piece, Unit } from './allocating.ts'
import {
  addUnits,
  agreedMissing,
  exchangeUnits,
  findPieces,
  listAround,
  listFreeLike,
  listHeld,
  listTaken,
  lockPieces,
  removeUnits,
  timeOf
} from './holding-queries.ts'
import type { GearTime } from './holding-queries.ts'

/*
 * Gear on sessions: what sessions ask of equipment. Whoever holds units has locked their pieces, in the order of their ids,
 * so that two at once never take the same and never wait for each other.
 */

type Voice = Pick<Asking, 'db' | 't' | 'fmt'>

/** Gear in the way of a claim; nothing is held. */
export async function conflictsOf(asking: Voice, claim: GearClaim): Promise<GearConflict[]> {
  const pieces = await findPieces(asking.db, idsOf(claim.gear))
  const { inTheWay } = await planned(asking.db, pieces, claim.gear, claim)
  return explained(asking, inTheWay, claim)
}

/**
 * Holds gear for a session at its time and rank. With something in the way it holds nothing and answers what; with `over`
 * it holds all the same. Throws a refusal on `gear` for what does not exist, or not so often.
 */
export async function holdFor(
  asking: Voice,
  { session_id, gear, over }: { session_id: number; gear: readonly GearWanted[]; over: boolean }
): Promise<GearConflict[]> {
  const { db } = asking
  const time = await timeOf(db, session_id)
  if (!time || gear.length === 0) return []
  const pieces = await lockPieces(db, idsOf(gear))
  if (gear.some(({ equipment_id }) => !pieces.has(equipment_id))) throw refuse({ gear: 'fields.choice' })
  const { units, inTheWay, exchanges } = await planned(db, pieces, gear, time)
  const conflicts = await explained(asking, inTheWay, time)
  const [first] = conflicts
  if (first && inTheWay.some(({ why }) => why === 'quantity')) {
    throw refuse({ gear: { key: 'equipment.errors.gear', values: { sentence: first.sentence } } })
  }
  if (first && !over) return conflicts
  for (const { equipment_id, moves } of exchanges) await exchangeUnits(db, equipment_id, moves)
  await addUnits(db, session_id, units)
  return conflicts
}

/** Holds so many units of one piece in place of those the session had of it. */
export async function holdAgain(asking: Voice, session_id: number, wanted: GearWanted): Promise<GearConflict[]> {
  await removeUnits(asking.db, session_id, wanted.equipment_id)
  return holdFor(asking, { session_id, gear: [wanted], over: false })
}

interface Plan {
  units: Unit[]
  inTheWay: InTheWay[]
  /** Other units for others, which make one free. */
  exchanges: { equipment_id: number; moves: ReadonlyMap<string, number> }[]
}

/** The units a claim would hold, and what is in its way once decisions and exchanges are counted in. */
async function planned(
  db: Db,
  pieces: ReadonlyMap<number, Piece>,
  gear: readonly GearWanted[],
  time: GearTime
): Promise<Plan> {
  const taken = await listTaken(db, idsOf(gear), time)
  const { units, inTheWay } = allocate(pieces, gear, taken, time)
  const missing = inTheWay.some(({ taken }) => !taken) ? await agreedMissing(db, time) : []
  const plan: Plan = {
    units,
    inTheWay: inTheWay.filter(({ taken, piece }) => taken || !missing.includes(piece.label.slice(0, 300))),
    exchanges: []
  }
  for (const { equipment_id, quantity } of gear) {
    const piece = pieces.get(equipment_id)
    const taken = plan.inTheWay.some(({ piece, why }) => piece.id === equipment_id && why === 'session')
    if (piece && taken && quantity === 1 && time.rank === null) await exchange(db, plan, piece, time)
  }
  return plan
}

/** One unit for all of the time, where there is only one at each moment: earlier sessions pass theirs on to later ones. */
async function exchange(db: Db, plan: Plan, piece: Piece, time: GearTime): Promise<void> {
  if (piece.quantity === 1) return
  const found = repacked(piece.quantity, await listAround(db, piece.id, time), time)
  if (!found) return
  const { unit, moves } = found
  plan.units = [...plan.units.filter(one => one.equipment_id !== piece.id), { equipment_id: piece.id, unit, over: [] }]
  plan.inTheWay = plan.inTheWay.filter(one => one.piece.id !== piece.id)
  plan.exchanges.push({ equipment_id: piece.id, moves })
}

/** What is in the way, as whole sentences: what, who has it, when, and what else is free. */
async function explained(asking: Voice, inTheWay: readonly InTheWay[], time: GearTime): Promise<GearConflict[]> {
  if (inTheWay.length === 0) return []
  const pieces = [...new Map(inTheWay.map(({ piece }) => [piece.id, piece])).values()]
  const others = await listFreeLike(asking.db, pieces, time)
  return inTheWay.map(one => ({
    equipment_id: one.piece.id,
    name: one.piece.label,
    session_id: one.taken?.session_id ?? null,
    starts_at: one.taken?.starts_at ?? time.starts_at,
    ends_at: one.taken?.ends_at ?? time.ends_at,
    sentence: sentenceOf(
      asking,
      one,
      others.filter(({ category }) => category === one.piece.category).map(({ label }) => label)
    )
  }))
}

/** `Neumann U87 Ai (2) : prises par « Nadia Ferrand », mar. 24 nov. 14:00–18:00. Libres alors : AKG C414, Neumann TLM 103.` */
export function sentenceOf(
  { t, fmt }: Pick<Voice, 't' | 'fmt'>,
  { piece, why, taken, free }: InTheWay,
  others: string[]
): string {
  const what = piece.quantity > 1 ? `${piece.label} (${piece.quantity})` : piece.label
  const who = taken?.who ?? t('equipment.conflicts.somebody')
  const when = taken ? fmt.range(taken.starts_at, taken.ends_at) : ''
  const has = t(`equipment.conflicts.${why}`, { what, who, when, n: piece.quantity })
  const left = why !== 'quantity' && free > 0 ? ` ${t('equipment.conflicts.left', { n: free })}` : ''
  const instead = others.length > 0 ? ` ${t('equipment.conflicts.others', { others: others.join(', ') })}` : ''
  return `${has}${left}${instead}`
}

/** When less than the wanted gear is free, between two instants. */
export async function busyTimes(
  { db }: Pick<Voice, 'db'>,
  { gear, from, to }: { gear: readonly GearWanted[]; from: Date; to: Date }
): Promise<BusyTime[]> {
  const slot = { starts_at: from, ends_at: to }
  const pieces = await findPieces(db, idsOf(gear))
  const taken = await listTaken(db, idsOf(gear), { ...slot, session_id: null, rank: null })
  return gear.flatMap(({ equipment_id, quantity }) => {
    const piece = pieces.get(equipment_id)
    if (!piece) return []
    const short = shortages(piece, quantity, taken, slot)
    return short.map(one => ({ room_id: null, person_id: null, ...one, label: piece.label }))
  })
}

/** What these sessions have. */
export async function gearOf(
  { db, base }: Pick<Asking, 'db' | 'base'>,
  session_ids: readonly number[]
): Promise<Record<number, HeldGear[]>> {
  const held = await listHeld(db, session_ids)
  const bySession = Map.groupBy(held, ({ session_id }) => session_id)
  return Object.fromEntries(
    [...bySession].map(([id, rows]) => [
      id,
      rows.map(({ equipment_id, quantity, label }) => ({
        equipment_id,
        quantity,
        name: label,
        href: `${base}/equipment/${equipment_id}`
      }))
    ])
  )
}

const idsOf = (gear: readonly GearWanted[]) => gear.map(({ equipment_id }) => equipment_id)
