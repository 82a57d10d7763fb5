import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'

/** A booking of two options, tomorrow and the day after. */
async function bookingOf({ db, records }: Making, kind: 'days' | 'series'): Promise<number> {
  const room_id = await records.room()
  const rule = {
    rule: 'FREQ=DAILY;COUNT=2',
    starts_on: '2027-03-01',
    starts: '14:00',
    ends: '18:00',
    minutes: 240,
    room_id
  }
  const [made] = await db('bookings')
    .insert({ kind, timezone: 'Europe/Paris', ...(kind === 'series' && rule) })
    .returning<{ id: number }[]>('id')
  const booking_id = made?.id ?? 0
  for (const n of [1, 2]) {
    const starts_at = new Date(Date.now() + n * 864e5)
    const ends_at = new Date(starts_at.getTime() + 36e5)
    const occurrence = kind === 'series' ? `2027-03-0${n}T14:00` : null
    const option = { state: 'option', rank: 1, expires_at: starts_at, title: 'Série' }
    await db('sessions').insert({ room_id, starts_at, ends_at, booking_id, occurrence, ...option })
  }
  return booking_id
}

async function templateOf({ db, next }: Making): Promise<number> {
  const [made] = await db('session_templates')
    .insert({ name: `Modèle ${next()}` })
    .returning<{ id: number }[]>('id')
  return made?.id ?? 0
}

const row = async ({ records }: Making) => ({
  day: '2027-03-01',
  starts: '14:00',
  ends: '18:00',
  room_id: await records.room()
})
const series = async (making: Making) => {
  const { day, ...rest } = await row(making)
  return { ...rest, title: 'Série', starts_on: day, repeat: 'weekly', count: 2 }
}
const days = async (making: Making) => {
  const fields = Object.entries(await row(making)).map(([name, value]) => [`days-0-${name}`, value])
  return { title: 'Album', ...(Object.fromEntries(fields) as Record<string, string | number>) }
}

export const access: DeclaredAccess = {
  staff: `
GET  /sessions/days/new                    sessions.write          page
POST /sessions/days/review                 sessions.write          write
POST /sessions/days                        sessions.write          write
GET  /sessions/series/new                  sessions.write          page
POST /sessions/series/review               sessions.write          write
POST /sessions/series                      sessions.write          write
GET  /sessions/bookings/:id                sessions.read           page
GET  /sessions/bookings/:id/change         sessions.write          page
POST /sessions/bookings/:id/review         sessions.write          write
POST /sessions/bookings/:id                sessions.write          write
POST /sessions/bookings/:id/days           sessions.write          write
POST /sessions/bookings/:id/confirmation   sessions.write          write
POST /sessions/bookings/:id/release        sessions.write          write
POST /sessions/bookings/:id/cancellation   sessions.cancel         write
GET  /sessions/templates                   sessions.read           page
GET  /sessions/templates/new               sessions.write          page
POST /sessions/templates                   sessions.write          write
GET  /sessions/templates/:id               sessions.write          page
POST /sessions/templates/:id               sessions.write          write
POST /sessions/templates/:id/removal       sessions.write          write
POST /api/sessions/book_days               sessions.write          api
POST /api/sessions/add_day                 sessions.write          api
POST /api/sessions/book_series             sessions.write          api
POST /api/sessions/change_series           sessions.write          api
POST /api/sessions/confirm_all             sessions.write          api
POST /api/sessions/release_all             sessions.write          api
POST /api/sessions/cancel_all              sessions.cancel         api
POST /api/sessions/add_template            sessions.write          api
POST /api/sessions/change_template         sessions.write          api
POST /api/sessions/remove_template         sessions.write          api
`,
  params: {
    '/s/:studio/sessions/bookings/:id': async making => ({ id: await bookingOf(making, 'series') }),
    '/s/:studio/sessions/templates/:id': async making => ({ id: await templateOf(making) })
  },
  bodies: {
    '/sessions/days': days,
    '/sessions/days/review': days,
    '/sessions/series': series,
    '/sessions/series/review': series,
    '/sessions/bookings/:id/days': row,
    '/sessions/bookings/:id/cancellation': { reason: 'Tournée' },
    '/sessions/templates': async ({ next }) => ({ name: `Modèle ${next()}` }),
    '/sessions/templates/:id': async ({ next }) => ({ name: `Modèle ${next()}` })
  }
}
