import { time } from '@patchbay/core'
import type { Db, Seeding } from '@patchbay/core'
import type { GearWanted } from '../sessions/contract.ts'
import { addCheckout } from './check-queries.ts'
import { holdFor } from './holding.ts'
import { addKit } from './kit-queries.ts'
import { addMaintenance, keepAway } from './maintenance-queries.ts'
import { addEquipment } from './queries.ts'
import { habits, kits, log, pieces } from './seed-words.ts'

/** The equipment of a studio of four rooms: on sessions a month ahead, some of it out, one piece late, one being mended. */
export async function seed(seeding: Seeding): Promise<void> {
  const { db, studio, people, did } = seeding
  const rooms: number[] = await db('rooms').orderBy('position').pluck('id')
  const today = time.today(studio.timezone)
  const ids = new Map<string, number>()
  for (const [at, { room, days, price, value, warranty, ...piece }] of pieces.entries()) {
    const id = await addEquipment(db, {
      brand: null,
      serial: null,
      quantity: 1,
      state: 'good',
      notes: null,
      photo_id: null,
      ...piece,
      room_id: room === null ? null : (rooms[room] ?? null),
      purchased_on: time.addDays(today, -days),
      purchase_cents: price * 100,
      value_cents: value * 100,
      warranty_until: warranty === undefined ? null : time.addDays(today, warranty)
    })
    ids.set(piece.model, id)
    const entered = new Date(Date.now() - (170 - at) * 864e5)
    did('equipment.add', entered, { equipment: id }, people[at % Math.max(people.length, 1)]?.id ?? null)
  }
  const wanted = await addKits(db, ids)
  await addLog(db, ids, today)
  await bookSome(seeding, wanted, rooms)
  await takeOut(seeding, ids)
}

/** Kits; and what each name of a habit stands for. */
async function addKits(db: Db, ids: ReadonlyMap<string, number>): Promise<Map<string, GearWanted[]>> {
  const wanted = new Map([...ids].map(([model, equipment_id]) => [model, [{ equipment_id, quantity: 1 }]]))
  for (const { name, notes = null, items } of kits) {
    const gear = items.map(([model, quantity]) => ({ equipment_id: ids.get(model) ?? 0, quantity }))
    await addKit(db, { name, notes, gear })
    wanted.set(name, gear)
  }
  return wanted
}

async function addLog(db: Db, ids: ReadonlyMap<string, number>, today: string): Promise<void> {
  for (const [model, kind, days, provider, cost, note] of log) {
    const day = time.addDays(today, days)
    const done = days < -10
    await addMaintenance(
      db,
      ids.get(model) ?? 0,
      {
        kind,
        provider,
        note,
        due_on: done ? null : day,
        done_on: done ? day : null,
        cost_cents: cost === null ? null : cost * 100,
        units: 1,
        away_from: null,
        away_until: null
      },
      null
    )
  }
  // one of six, for a week
  const equipment_id = ids.get('SM57') ?? 0
  const [away_from, away_until] = [new Date(Date.now() - 2 * 864e5), new Date(Date.now() + 5 * 864e5)]
  const fields = {
    kind: 'repair' as const,
    provider: 'Maison',
    note: 'Connecteur à ressouder',
    due_on: null,
    done_on: null
  }
  const away = { cost_cents: null, units: 1, away_from, away_until }
  const id = await addMaintenance(db, equipment_id, { ...fields, ...away }, null)
  await keepAway(db, { id, equipment_id }, [6], away_from, away_until)
}

/** Sessions of the next weeks hold what is free of what their room's sessions usually have. */
async function bookSome(
  { db, t, fmt }: Seeding,
  wanted: ReadonlyMap<string, GearWanted[]>,
  rooms: number[]
): Promise<void> {
  const sessions = await db('sessions')
    .whereIn('state', ['confirmed', 'option', 'in_progress'])
    .where('ends_at', '>', db.fn.now())
    .orderBy('id')
    .select<{ id: number; room_id: number }[]>('id', 'room_id')
  for (const [at, { id, room_id }] of sessions.entries()) {
    const usual = habits[rooms.indexOf(room_id)] ?? []
    const names = usual.filter((_, index) => (at * 7 + index * 3) % 5 < 2).slice(0, 2)
    for (const name of names)
      await holdFor({ db, t, fmt }, { session_id: id, gear: wanted.get(name) ?? [], over: false })
  }
}

/** With a client since last week and late, with somebody of the house, and at a session of today. */
async function takeOut({ db, people }: Seeding, ids: ReadonlyMap<string, number>): Promise<void> {
  const client = await db('clients').whereNull('archived_at').orderBy('id').first<{ id: number } | undefined>('id')
  const [first, second] = people
  const nobody = { session_id: null, person_id: null, client_id: null, quantity: 1 }
  const lend = async (model: string, days: number, due: number, to: object, note: string | null) => {
    const equipment_id = ids.get(model) ?? 0
    const due_at = new Date(Date.now() + due * 864e5)
    const out = { ...nobody, equipment_id, note, ...to, due_at: new Date(Date.now() + 30 * 864e5) }
    const id = await addCheckout(db, out, first?.id ?? null, [])
    const out_at = new Date(Date.now() - days * 864e5)
    await db('equipment_checkouts').where({ id }).update({ out_at, due_at })
  }
  if (client) await lend('F6', 9, -2, { client_id: client.id }, 'Prise d’ambiances')
  if (second) await lend('Set de percussions', 1, 2, { person_id: second.id }, null)
}
