import { savePhoto } from '../../../core/storage.ts'
import { newToken } from '../../../core/secrets.ts'
import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'
import { formStamp } from '../guard.ts'
import { addPhoto, findPage } from '../page-queries.ts'

/** One pixel. */
const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** The open page, its requests and the inbox: who may what, and with which records it is tried. */
export const access: DeclaredAccess = {
  permissions: {
    'requests.read': ['manager', 'engineer', 'assistant'],
    'requests.write': ['manager'],
    'requests.page': ['manager'],
    'requests.send': ['visitor']
  },
  staff: `
GET  /static/requests/*                     public                  file
GET  /requests                             requests.read           page
GET  /requests/:id                         requests.read           page
POST /requests/:id/answer                  requests.write          write
POST /requests/:id/proposal                requests.write          write
POST /requests/:id/refusal                 requests.write          write
POST /requests/:id/archiving               requests.write          write
POST /requests/:id/restoring               requests.write          write
POST /requests/:id/option                  requests.write          write
POST /requests/:id/client                  requests.write          write
GET  /requests/page                        requests.page           page
POST /requests/page                        requests.page           write
POST /requests/page/rooms/:id              requests.page           write
POST /requests/page/photos                 requests.page           write
POST /requests/page/photos/:id             requests.page           write
POST /requests/page/photos/:id/position    requests.page           write
POST /requests/page/photos/:id/removal     requests.page           write
GET  /requests/photos/:id                  requests.page           part
GET  /api/requests/list                    requests.read           api
POST /api/requests/send                    requests.send           api
POST /api/requests/cancel                  requests.send           api
POST /api/requests/accept                  requests.send           api
POST /api/requests/answer                  requests.write          api
POST /api/requests/propose                 requests.write          api
POST /api/requests/decline                 requests.write          api
POST /api/requests/archive                 requests.write          api
POST /api/requests/restore                 requests.write          api
POST /api/requests/hold                    requests.write          api
POST /api/requests/match                   requests.write          api
POST /api/requests/change_page             requests.page           api
POST /api/requests/describe_room           requests.page           api
POST /api/requests/add_photo               requests.page           api
POST /api/requests/describe_photo          requests.page           api
POST /api/requests/move_photo              requests.page           api
POST /api/requests/remove_photo            requests.page           api
`,
  open: `
GET  /requests                             requests.send           page
POST /requests                             requests.send           write
GET  /requests/sent                        requests.send           page
GET  /requests/photos/:id                  requests.send           part
GET  /requests/:token                      requests.send           page
POST /requests/:token/cancellation         requests.send           write
POST /requests/:token/acceptance           requests.send           write
`,
  params: {
    '/s/:studio/requests/page/rooms/:id': async ({ records }) => ({ id: await records.room() }),
    '/s/:studio/requests/page/photos/:id': async making => ({ id: await photo(making) }),
    '/s/:studio/requests/photos/:id': async making => ({ id: await photo(making) }),
    '/s/:studio/requests/:id': async making => ({ id: (await asked(making)).id }),
    '/o/:studio/requests/photos/:id': async making => ({ id: await photo(making) }),
    '/o/:studio/requests/:token': async making => ({ token: (await asked(making)).token })
  },
  bodies: {
    '/requests/:id/answer': { body: 'Avec plaisir' },
    '/requests/:id/proposal': proposal,
    '/requests/:id/refusal': { reason: 'Complet' },
    '/requests/:id/client': async ({ records }) => ({ client_id: await records.client() }),
    '/requests/page': { accent: 3 },
    '/requests/page/rooms/:id': { text_fr: 'Grande' },
    '/requests/page/photos': { alt: 'Console', photo: dot },
    '/requests/page/photos/:id': { alt: 'Piano' },
    '/requests/page/photos/:id/position': { direction: 'up' },
    '/o/:studio/requests': async making => ({
      ...(await wish(making)),
      form: formStamp((await findPage(making.db)).secret, Date.now() - 60_000)
    }),
    '/o/:studio/requests/:token/acceptance': { message_id: 1 },
    '/api/requests/send': wish,
    '/api/requests/cancel': async making => ({ token: (await asked(making)).token }),
    '/api/requests/accept': async making => {
      const { token, message_id } = await asked(making)
      return { token, message_id }
    },
    '/api/requests/answer': async making => ({ id: (await asked(making)).id, body: 'Avec plaisir' }),
    '/api/requests/propose': async making => ({ id: (await asked(making)).id, ...(await proposal(making)) }),
    '/api/requests/decline': async making => ({ id: (await asked(making)).id, reason: 'Complet' }),
    '/api/requests/archive': async making => ({ id: (await asked(making)).id }),
    '/api/requests/restore': async making => ({ id: (await asked(making)).id }),
    '/api/requests/hold': async making => ({ id: (await asked(making)).id }),
    '/api/requests/match': async making => ({
      id: (await asked(making)).id,
      client_id: await making.records.client()
    }),
    '/api/requests/change_page': { accent: 4 },
    '/api/requests/describe_room': async ({ records }) => ({ room_id: await records.room() }),
    '/api/requests/add_photo': { alt: 'Console', photo: dot },
    '/api/requests/describe_photo': async making => ({ id: await photo(making), alt: 'Piano' }),
    '/api/requests/move_photo': async making => ({ id: await photo(making), direction: 'down' }),
    '/api/requests/remove_photo': async making => ({ id: await photo(making) })
  }
}

const inTenDays = () => new Date(Date.now() + 10 * 864e5)

async function wish({ records, next }: Making) {
  return {
    room_id: await records.room(),
    day: inTenDays().toISOString().slice(0, 10),
    starts: '14:00',
    length: '4h',
    name: `Visiteur ${next()}`,
    email: `visiteur-${next()}@example.test`
  }
}

async function proposal({ records }: Making) {
  const day = inTenDays().toISOString().slice(0, 10)
  return { room_id: await records.room(), day, starts: '10h', length: '2h', body: 'Plutôt ce jour ?' }
}

/** A request that waits for an answer, with another time proposed, and its private link. */
async function asked({ db, records, next }: Making): Promise<{ id: number; token: string; message_id: number }> {
  const room_id = await records.room()
  const slot = { starts_at: inTenDays(), ends_at: new Date(+inTenDays() + 36e5) }
  const [request] = await db('requests')
    .insert({
      name: 'Visiteur',
      email: `visiteur-${next()}@example.test`,
      language: 'fr',
      room_id,
      ...slot,
      client_id: await records.client(),
      matched: 'new'
    })
    .returning<{ id: number }[]>('id')
  const id = request?.id ?? 0
  const { token, hash } = newToken()
  await db('request_links').insert({ request_id: id, token_hash: hash })
  const [message] = await db('request_messages')
    .insert({ request_id: id, kind: 'proposal', body: 'Plutôt là ?', room_id: await records.room(), ...slot })
    .returning<{ id: number }[]>('id')
  return { id, token, message_id: message?.id ?? 0 }
}

async function photo({ db, folder, records }: Making): Promise<number> {
  const content = Buffer.from(dot, 'base64')
  const { id: file_id } = await savePhoto({ db, folder }, content, 'Console')
  const { id: small_id } = await savePhoto({ db, folder }, content, 'Console')
  return addPhoto(db, { room_id: await records.room(), file_id, small_id, alt: 'Console' })
}
