import { time } from '@patchbay/core'
import type { Db, Seeding } from '@patchbay/core'
import type { BusyKind, SessionRole } from '../contract.ts'
import { addBusy } from './busy-queries.ts'
import { setPersonHours } from './hours.ts'
import { addFreelancer, saveProfile } from './people-queries.ts'
import type { Outsider, Profile } from './people-queries.ts'

const member: {
  roles: SessionRole[]
  phone: string
  days: number
  opens: string
  closes: string
  hourly_cents: number | null
}[] = [
  { roles: ['producer'], phone: '+33612040711', days: 5, opens: '10:00', closes: '19:00', hourly_cents: null },
  { roles: ['producer', 'other'], phone: '+33619283746', days: 5, opens: '09:30', closes: '18:30', hourly_cents: null },
  { roles: ['engineer', 'mixing'], phone: '+33628114590', days: 0, opens: '', closes: '', hourly_cents: 32_00 },
  { roles: ['engineer'], phone: '+33677450912', days: 6, opens: '12:00', closes: '02:00', hourly_cents: 28_00 },
  {
    roles: ['mastering', 'mixing', 'engineer'],
    phone: '+33650338167',
    days: 5,
    opens: '10:00',
    closes: '20:00',
    hourly_cents: 35_00
  },
  { roles: ['assistant'], phone: '+33699017453', days: 6, opens: '10:00', closes: '02:00', hourly_cents: null }
]

const outside: (Outsider & Pick<Profile, 'phone' | 'roles' | 'hourly_cents' | 'day_cents' | 'notes'>)[] = [
  {
    name: 'Lamine Traoré',
    email: 'lamine.traore@freelance.test',
    locale: 'fr',
    phone: '+33607552318',
    roles: ['engineer', 'mixing'],
    hourly_cents: 40_00,
    day_cents: 280_00,
    notes: 'Batteries et cuivres. Préfère l’après-midi.'
  },
  {
    name: 'Juliette Marchetti',
    email: 'juliette.marchetti@freelance.test',
    locale: 'fr',
    phone: '+33684719025',
    roles: ['assistant', 'engineer'],
    hourly_cents: 22_00,
    day_cents: 150_00,
    notes: null
  },
  {
    name: 'Owen Pritchard',
    email: 'owen.pritchard@freelance.test',
    locale: 'en',
    phone: '+447911123456',
    roles: ['musician'],
    hourly_cents: null,
    day_cents: 320_00,
    notes: 'Piano, orgue Hammond.'
  }
]

/** What the demo's people do and cost, three freelancers, some absences to come and works in a room. */
export async function seedCrew({ db, studio, people }: Pick<Seeding, 'db' | 'studio' | 'people'>): Promise<void> {
  for (const [index, { id }] of people.entries()) {
    const { days, opens, closes, roles, phone, hourly_cents } = member[index % member.length] as (typeof member)[number]
    await saveProfile(db, id, { roles, phone, hourly_cents })
    await setPersonHours(
      db,
      id,
      Array.from({ length: days }, (_, day) => ({ weekday: day + 1, opens, closes }))
    )
  }
  const freelancers: number[] = []
  for (const { name, email, locale, ...profile } of outside) {
    const id = await addFreelancer(db, { name, email, locale })
    await saveProfile(db, id, { ...profile, included: false })
    freelancers.push(id)
  }
  await seedTimes(
    db,
    studio.timezone,
    people.map(({ id }) => id)
  )
  await seedPlaces(db, freelancers, people.at(-2)?.id ?? 0)
}

/** Holidays further ahead than most is booked, and an afternoon of works in the last room. */
async function seedTimes(db: Db, zone: string, people: number[]): Promise<void> {
  const today = time.today(zone)
  const whole = (from: number, days: number) => ({
    starts_at: time.startOfDay(time.addDays(today, from), zone),
    ends_at: time.startOfDay(time.addDays(today, from + days), zone)
  })
  const [boss = null, , , engineer = null, master = null] = people
  const absence = (person_id: number | null, kind: BusyKind, from: number, days: number, note: string | null) =>
    person_id === null ? undefined : addBusy(db, { person_id, room_id: null, kind, note, ...whole(from, days) }, boss)
  await absence(engineer, 'holiday', 33, 9, null)
  await absence(master, 'training', 12, 1, 'Dolby Atmos, chez le constructeur')
  await absence(boss, 'elsewhere', 5, 2, 'Salon professionnel')
  const [room] = await db('rooms').orderBy('position', 'desc').limit(1).pluck('id')
  const day = time.addDays(today, 16)
  const works = { starts_at: time.instantOf(day, '09:00', zone), ends_at: time.instantOf(day, '13:00', zone) }
  if (works.starts_at && works.ends_at) {
    const { starts_at, ends_at } = works
    await addBusy(
      db,
      { room_id: room, person_id: null, kind: 'works', note: 'Traitement acoustique', starts_at, ends_at },
      boss
    )
  }
}

/** A freelancer on each of some sessions to come, one still waiting to answer; and one of the studio who is asked. */
async function seedPlaces(db: Db, freelancers: number[], somebody: number): Promise<void> {
  const sessions = await db('sessions')
    .where({ state: 'confirmed' })
    .where('starts_at', '>', db.raw(`now() + interval '1 day'`))
    .orderBy('starts_at')
    .limit(12)
    .select<{ id: number; during: string; lane: string }[]>('id', 'during', 'lane')
  const [lamine = 0, juliette = 0, owen = 0] = freelancers
  const places: [number, number, SessionRole, string][] = [
    [1, lamine, 'engineer', 'accepted'],
    [4, owen, 'musician', 'asked'],
    [7, juliette, 'assistant', 'accepted']
  ]
  for (const [index, person_id, role, answer] of places) {
    const session = sessions[index]
    if (!session) continue
    const { id: session_id, during, lane } = session
    const asked_at = new Date()
    await db('session_people')
      .insert({ session_id, person_id, during, lane, role, answer, asked_at })
      .onConflict()
      .ignore()
  }
  await db('session_people')
    .where({ person_id: somebody, session_id: sessions[9]?.id ?? 0 })
    .update({ answer: 'asked', asked_at: db.fn.now() })
}
