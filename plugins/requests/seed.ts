import type { Db, Seeding } from '@patchbay/core'
import { time } from '@patchbay/core'
import { newToken } from '@patchbay/core/secrets'
import { addLink, addMessage, addRequest, changeRequest } from './queries.ts'
import { changePage, findPage, keepRoomText, listRooms } from './page-queries.ts'
import { asked, houseRules, intro, roomTexts } from './seed-words.ts'
import { backdate, clientsToAsk, optionsToCome } from './seed-queries.ts'

/** The page of a studio that takes care of it, and what came in lately. */
export async function seed({ db, people, studio, did, told }: Seeding): Promise<void> {
  const { version } = await findPage(db)
  await changePage(db, version, {
    headline_fr: 'Un studio à Belleville, de la prise au master',
    headline_en: 'A studio in Belleville, from first take to master',
    ...intro,
    ...houseRules,
    accent: 8,
    embed_origins: []
  })
  const rooms = await listRooms(db)
  for (const room of rooms) {
    const text = roomTexts[room.kind]
    if (text) await keepRoomText(db, { room_id: room.id, shown: true, ...text })
  }
  const author = people[0]?.id ?? null
  for (const request of await made(db, rooms, studio.timezone)) {
    const { state, message, ...fields } = request
    const id = await addRequest(db, { ...fields, message: state === 'new' ? message : null })
    await addLink(db, id, newToken().hash)
    const at = new Date(Date.now() - 3_600_000 * (2 + id * 5))
    await backdate(db, id, at)
    did('requests.send', at, { request: id, client: fields.client_id }, null)
    told('requests.received', at, { request_id: id }, null)
    if (state === 'new') continue
    await changeRequest(db, id, {
      state,
      ...(state === 'declined' && { decline_reason: message, closed_at: new Date() })
    })
    await addMessage(db, {
      request_id: id,
      kind: state === 'declined' ? 'decline' : 'answer',
      body: message,
      person_id: author
    })
  }
}

/** Requests that fit what the seed of sessions left: some hold an option there is, the others wait to be decided. */
async function made(db: Db, rooms: { id: number }[], zone: string) {
  const clients = await clientsToAsk(db, asked.length)
  const options = await optionsToCome(db, asked.length)
  const today = time.today(zone)
  return clients.flatMap((client, at) => {
    const words = asked[at]
    const room = rooms[at % rooms.length]
    if (!words || !room) return []
    const option = words.state === 'new' ? options.find(one => one.client_id === client.id) : undefined
    const starts_at = time.instantOf(time.addDays(today, words.days), words.starts, zone) ?? new Date()
    const own = { room_id: room.id, starts_at, ends_at: new Date(+starts_at + words.hours * 3_600_000) }
    const slot = option ? { room_id: option.room_id, starts_at: option.starts_at, ends_at: option.ends_at } : own
    const email = client.email ?? `contact-${client.id}@demo.test`
    return [
      {
        name: client.name,
        artist_name: client.artist_name,
        email,
        phone: client.phone,
        language: 'fr' as const,
        ...slot,
        people: words.people,
        engineer: words.engineer,
        client_id: client.id,
        matched: words.matched,
        alike: [],
        session_id: option?.id ?? null,
        waiting_id: null,
        state: words.state,
        message: words.message
      }
    ]
  })
}
