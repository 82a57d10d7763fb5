import { time } from '@patchbay/core'
import type { Seeding } from '@patchbay/core'
import { workedOut } from '../pricing.ts'
import { listRooms } from '../room-queries.ts'
import type { Room } from '../room-queries.ts'
import { slotOf } from '../slot.ts'
import type { Slot } from '../slot.ts'
import { addBooking, joinBooking } from './queries.ts'
import { enterFree } from './seed-queries.ts'
import { addTemplate } from './template-queries.ts'

/** A podcast every Thursday, an album on four days that do not follow one another, three templates. */
export async function seedSeries(seeding: Seeding): Promise<void> {
  const rooms = (await listRooms(seeding.db)).filter(room => room.bookable)
  const clients: number[] = await seeding.db('clients').whereNull('archived_at').orderBy('id').limit(12).pluck('id')
  const [first, last] = [rooms[0], rooms.at(-1)]
  if (!first || !last) return
  await seedPodcast(seeding, last, clients[7] ?? null)
  await seedAlbum(seeding, first, clients[3] ?? null)
  await seedTemplates(seeding, rooms)
}

async function seedPodcast(seeding: Seeding, room: Room, client_id: number | null): Promise<void> {
  const { db, studio, people } = seeding
  const { timezone } = studio
  const starts_on = time.addDays(time.startOfWeek(time.today(timezone)), 3 - 35)
  const plan = { starts: '08:00', ends: '09:30', minutes: 90, room_id: room.id, timezone }
  const days = Array.from({ length: 16 }, (_, week) => time.addDays(starts_on, 7 * week))
  const members: { session_id: number; occurrence: string; moved: boolean }[] = []
  const exdates: string[] = []
  for (const day of days) {
    const session_id = await seedOne(
      seeding,
      room,
      { day, starts: '08:00', ends: '09:30' },
      { client_id, title: 'Podcast « Hors piste »' }
    )
    if (session_id) members.push({ session_id, occurrence: `${day}T08:00`, moved: false })
    else exdates.push(day)
  }
  if (members.length === 0) return
  const rule = { rule: 'FREQ=WEEKLY;BYDAY=TH;COUNT=16', starts_on, exdates }
  const booking = {
    kind: 'series' as const,
    client_id,
    title: 'Podcast « Hors piste »',
    notes: 'Deux micros, un invité au plus.',
    ...rule,
    ...plan
  }
  const id = await addBooking(db, booking, people[0]?.id ?? null)
  await joinBooking(db, id, members)
  seeding.did(
    'sessions.book_series',
    new Date(`${starts_on}T07:00:00Z`),
    { booking: id, client: client_id },
    people[0]?.id ?? null
  )
}

async function seedAlbum(seeding: Seeding, room: Room, client_id: number | null): Promise<void> {
  const { db, studio, people, did } = seeding
  const { timezone } = studio
  const today = time.today(timezone)
  const members: { session_id: number; occurrence: null; moved: boolean }[] = []
  for (let ahead = 18; ahead < 90 && members.length < 4; ahead += 3) {
    const when = { day: time.addDays(today, ahead), starts: '10:00', ends: '19:00' }
    const session_id = await seedOne(seeding, room, when, { client_id, title: 'Album, prises' })
    if (session_id) members.push({ session_id, occurrence: null, moved: false })
  }
  if (members.length === 0) return
  const rule = { rule: null, starts_on: null, starts: null, ends: null, minutes: null, room_id: null, exdates: [] }
  const id = await addBooking(
    db,
    { kind: 'days', client_id, title: 'Album, prises', notes: null, ...rule, timezone },
    people[1]?.id ?? null
  )
  await joinBooking(db, id, members)
  did('sessions.book_days', new Date(Date.now() - 3 * 864e5), { booking: id, client: client_id }, people[1]?.id ?? null)
}

/** Enters a session where nothing is in its way; its id, or 0. One that is over was completed. */
async function seedOne(
  seeding: Seeding,
  room: Room,
  when: { day: string; starts: string; ends: string },
  what: { client_id: number | null; title: string }
): Promise<number> {
  const slot = slotOf(when, seeding.studio.timezone)
  if ('errors' in slot) return 0
  const price = await workedOut(seeding, { slot, room, people: [], client_id: what.client_id })
  return enterFree(seeding.db, { room_id: room.id, ...slot, ...what, ...price, ...stateOf(slot) })
}

const stateOf = ({ starts_at, ends_at }: Slot) =>
  ends_at < new Date()
    ? { state: 'completed' as const, started_at: starts_at, completed_at: ends_at }
    : { state: 'confirmed' as const, started_at: null, completed_at: null }

async function seedTemplates({ db }: Seeding, rooms: readonly Room[]): Promise<void> {
  const blank = { gear: [], notes: null, price_cents: null, price_note: null, state: 'confirmed' as const }
  const [live, other] = [rooms[0]?.id ?? null, rooms[1]?.id ?? null]
  await addTemplate(
    db,
    {
      ...blank,
      name: 'Prise voix, demi-journée',
      title: 'Prise voix',
      room_id: other,
      starts: '14:00',
      minutes: 240,
      roles: ['engineer']
    },
    []
  )
  await addTemplate(
    db,
    {
      ...blank,
      name: 'Journée groupe',
      title: 'Prises live',
      room_id: live,
      starts: '10:00',
      minutes: 540,
      roles: ['engineer', 'assistant'],
      notes: 'Batterie montée la veille, repas à 13 h.'
    },
    []
  )
  await addTemplate(
    db,
    {
      ...blank,
      name: 'Mix, à valider',
      title: 'Mixage',
      room_id: null,
      starts: null,
      minutes: 480,
      roles: ['mixing'],
      state: 'option'
    },
    []
  )
}
