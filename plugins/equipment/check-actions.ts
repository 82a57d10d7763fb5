import { action, conflict, notFound, refuse, time } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { allocate } from './allocating.ts'
import type { Slot, Unit } from './allocating.ts'
import {
  addCheckout,
  clientCalled,
  endCheckout,
  findCheckout,
  findLive,
  heldBy,
  isClient,
  isPerson,
  listOutOf
} from './check-queries.ts'
import { CheckInForm, CheckOutForm } from './forms.ts'
import type { CheckOutInput } from './forms.ts'
import { listTaken } from './holding-queries.ts'
import { holdAgain, sentenceOf } from './holding.ts'
import { changeEquipment, lockEquipment } from './queries.ts'
import type { Equipment } from './queries.ts'

/** Whose it is for a while. */
interface Holder {
  session_id: number | null
  person_id: number | null
  client_id: number | null
  due_at: Date
}

/**
 * Takes units out. A session that does not hold them yet does from now on; with a person or a client they are not to be had
 * until they are due back.
 */
export const checkOut = action({
  name: 'equipment.check_out',
  permission: 'equipment.check',
  input: CheckOutForm,
  async run(running, input) {
    const { db, tell, person } = running
    const piece = await lockEquipment(db, input.id)
    if (!piece || piece.archived_at) throw notFound()
    const holder = await holderOf(running, input)
    await refuseMoreThanIn(running, piece, input.quantity)
    const units = holder.session_id === null ? await lend(running, piece, input.quantity, holder.due_at) : []
    if (holder.session_id !== null) await holdFor(running, piece, input.quantity, holder.session_id)
    const row = { equipment_id: piece.id, quantity: input.quantity, ...holder, note: input.note }
    const id = await addCheckout(db, row, person.id, units)
    tell('equipment.checked-out', { equipment_id: piece.id })
    return { id, ...holder }
  },
  about: ({ session_id, client_id }: { id: number; session_id: number | null; client_id: number | null }, { id }) => ({
    equipment: id,
    session: session_id,
    client: client_id
  })
})

/** Brings back what one checkout took, and says how it is if that changed. */
export const checkIn = action({
  name: 'equipment.check_in',
  permission: 'equipment.check',
  input: CheckInForm,
  async run({ db, tell, person, changed }, { equipment_id, id, state }) {
    const piece = await lockEquipment(db, equipment_id)
    const checkout = piece && (await findCheckout(db, equipment_id, id))
    if (!piece || !checkout) throw notFound()
    if (!(await endCheckout(db, equipment_id, id, person.id))) throw conflict('equipment.errors.back_already')
    if (state && state !== piece.state) {
      await changeEquipment(db, equipment_id, piece.version, { state })
      changed(piece, { state })
    }
    tell('equipment.checked-in', { equipment_id })
    return checkout
  },
  about: ({ session_id, client_id }: { session_id: number | null; client_id: number | null }, { equipment_id }) => ({
    equipment: equipment_id,
    session: session_id,
    client: client_id
  })
})

async function holderOf(running: Running, input: CheckOutInput): Promise<Holder> {
  const { db } = running
  const { kind, id } = input.holder
  const nobody = { session_id: null, person_id: null, client_id: null }
  if (kind === 'session') {
    const session = await findLive(db, id)
    if (!session) throw refuse({ holder: 'equipment.errors.no_session' })
    return { ...nobody, session_id: id, due_at: dueAt(running, input) ?? later(session.ends_at) }
  }
  const due_at = dueAt(running, input)
  if (kind === 'person') {
    if (!(await isPerson(db, id))) throw refuse({ holder: 'fields.choice' })
    return { ...nobody, person_id: id, due_at: due_at ?? endOfTomorrow(running) }
  }
  if (!due_at) throw refuse({ due_day: 'equipment.errors.due' })
  return { ...nobody, client_id: await clientOf(running, input), due_at }
}

const endOfTomorrow = ({ studio: { timezone } }: Running) =>
  time.startOfDay(time.addDays(time.today(timezone), 2), timezone)

/** A session that is over by the clock still has an hour to bring it back. */
const later = (end: Date) => (end.getTime() > Date.now() + 60_000 ? end : new Date(Date.now() + 3_600_000))

async function clientOf({ db }: Running, { client_id, client_name }: CheckOutInput): Promise<number> {
  if (client_id !== null && (await isClient(db, client_id))) return client_id
  const found = client_id === null && client_name !== null ? await clientCalled(db, client_name) : undefined
  if (found === undefined) throw refuse({ client_name: 'equipment.errors.no_client' })
  return found
}

/** When it is to be back: that day at that time, else at the end of the day. Undefined when no day was given. */
function dueAt({ studio }: Running, { due_day, due_clock }: CheckOutInput): Date | undefined {
  if (due_day === null) {
    if (due_clock !== null) throw refuse({ due_day: 'equipment.errors.due' })
    return undefined
  }
  const due = due_clock
    ? time.instantOf(due_day, due_clock, studio.timezone)
    : time.startOfDay(time.addDays(due_day, 1), studio.timezone)
  if (!due) throw refuse({ due_clock: 'fields.clock' })
  if (due.getTime() < Date.now() + 60_000) throw refuse({ due_day: 'equipment.errors.due_past' })
  return due
}

/** What is out already is not taken again before it is back. */
async function refuseMoreThanIn({ db, t, fmt }: Running, piece: Equipment, wanted: number): Promise<void> {
  const out = await listOutOf(db, piece.id)
  const left = piece.quantity - out.reduce((sum, { quantity }) => sum + quantity, 0)
  if (wanted <= left) return
  const [first] = out
  const who = first?.holder ?? t('equipment.conflicts.somebody')
  const values = { n: left, who, when: first ? fmt.datetime(first.due_at) : '' }
  throw refuse({ quantity: { key: `equipment.errors.${first ? 'out' : 'too_many'}`, values } })
}

/** Free units from now until they are due; refused with who has them. What is broken may go to be mended. */
async function lend(running: Running, piece: Equipment, quantity: number, due_at: Date): Promise<Unit[]> {
  const slot: Slot = { starts_at: new Date(), ends_at: due_at }
  const taken = await listTaken(running.db, [piece.id], { ...slot, session_id: null, rank: null })
  const whole = new Map([[piece.id, { ...piece, state: 'good' as const }]])
  const { units, inTheWay } = allocate(whole, [{ equipment_id: piece.id, quantity }], taken, slot)
  const [first] = inTheWay
  if (first) {
    const sentence = sentenceOf(running, first, [])
    throw refuse({ due_day: { key: 'equipment.errors.gear', values: { sentence } } })
  }
  return units
}

async function holdFor(running: Running, piece: Equipment, quantity: number, session_id: number): Promise<void> {
  const held = await heldBy(running.db, session_id, piece.id)
  if (held >= quantity) return
  const [first] = await holdAgain(running, session_id, { equipment_id: piece.id, quantity })
  if (first) throw refuse({ holder: { key: 'equipment.errors.gear', values: { sentence: first.sentence } } })
}
