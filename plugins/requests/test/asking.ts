import type { Answer, Fields, House } from '../../../test/helper.ts'
import { formStamp } from '../guard.ts'
import { findPage } from '../page-queries.ts'

/** A room that is always open, and a day far enough from now. */
export async function addRoom({ db }: House, name: string, more: Record<string, unknown> = {}): Promise<number> {
  const [room] = await db('rooms')
    .insert({ name, kind: 'cabine', always_open: true, hourly_cents: 4500, capacity: 4, ...more })
    .returning<{ id: number }[]>('id')
  return room?.id ?? 0
}

export const inDays = (days: number): string => new Date(Date.now() + days * 864e5).toISOString().slice(0, 10)

/** A form as the page gives it out, so many seconds ago. */
export async function stampOf({ db }: House, seconds = 60): Promise<string> {
  return formStamp((await findPage(db)).secret, Date.now() - seconds * 1000)
}

/** Sends the form of the open page as somebody outside, from an address of their own. */
export async function ask(house: House, fields: Fields, { ip = '198.51.100.7', query = '' } = {}): Promise<Answer> {
  const form = fields['form'] ?? (await stampOf(house))
  return house.visitor.post(`//o/${house.studio.slug}/requests${query}`, { ...fields, form }, { 'x-forwarded-for': ip })
}

export const somebody = (room_id: number, more: Fields = {}): Fields => ({
  room_id,
  day: inDays(10),
  starts: '14:00',
  length: '240',
  name: 'Zoé Marchal',
  email: 'zoe@example.test',
  phone: '06 12 34 56 78',
  ...more
})
