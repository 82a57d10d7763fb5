import { savePhoto } from '@patchbay/core/storage'
import sharp from 'sharp'
import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'

/** Call sheets and recall notes: who may what, and with which records it is tried. */
export const access: DeclaredAccess = {
  permissions: {
    'call-sheets.read': ['manager', 'engineer', 'assistant'],
    'call-sheets.write': ['manager', 'engineer', 'assistant'],
    'call-sheets.send': ['manager', 'engineer', 'assistant']
  },
  staff: `
GET  /static/call-sheets/*                 public                  file
GET  /call-sheets                          call-sheets.read        page
GET  /call-sheets/:id                      call-sheets.read        page
GET  /call-sheets/:id/pdf                  call-sheets.read        data
GET  /call-sheets/:id/edit                 call-sheets.write       page
POST /call-sheets/:id                      call-sheets.write       write
POST /call-sheets/:id/sendings             call-sheets.send        write
GET  /call-sheets/:id/recall               call-sheets.read        page
POST /call-sheets/:id/recall               call-sheets.write       write
GET  /call-sheets/rooms/:id                call-sheets.read        page
POST /call-sheets/rooms/:id                call-sheets.write       write
GET  /call-sheets/notes/:id                call-sheets.write       page
POST /call-sheets/notes/:id                call-sheets.write       write
POST /call-sheets/notes/:id/removal        call-sheets.write       write
GET  /call-sheets/notes/:id/photo          call-sheets.read        data
GET  /api/call-sheets/list                 call-sheets.read        api
POST /api/call-sheets/change               call-sheets.write       api
POST /api/call-sheets/send                 call-sheets.send        api
POST /api/call-sheets/add_recall           call-sheets.write       api
POST /api/call-sheets/change_recall        call-sheets.write       api
POST /api/call-sheets/remove_recall        call-sheets.write       api
`,
  params: {
    '/s/:studio/call-sheets/rooms/:id': async ({ records }) => ({ id: await records.room() }),
    '/s/:studio/call-sheets/notes/:id': async making => ({ id: await note(making) }),
    '/s/:studio/call-sheets/:id': async ({ records }) => ({ id: await records.session() })
  },
  bodies: {
    '/call-sheets/:id': { patch: '1 KICK' },
    '/call-sheets/:id/sendings': { other_email: 'somebody@example.test' },
    '/call-sheets/:id/recall': { unit: 'LA-2A', settings: '-3 dB' },
    '/call-sheets/rooms/:id': { unit: 'LA-2A', settings: '-3 dB' },
    '/call-sheets/notes/:id': { unit: 'LA-2A', settings: '-6 dB' },
    '/api/call-sheets/change': async ({ records }) => ({ id: await records.session(), patch: '1 KICK' }),
    '/api/call-sheets/send': async ({ records }) => ({ id: await records.session(), other_email: 'a@example.test' }),
    '/api/call-sheets/add_recall': async ({ records }) => ({
      room_id: await records.room(),
      unit: 'LA-2A',
      settings: '1'
    }),
    '/api/call-sheets/change_recall': async making => ({ id: await note(making), unit: 'LA-2A', settings: '2' }),
    '/api/call-sheets/remove_recall': async making => ({ id: await note(making) })
  },
  buttons: ['/call-sheets/notes/:id/removal']
}

const photo = sharp({ create: { width: 8, height: 8, channels: 3, background: '#888' } })
  .jpeg()
  .toBuffer()

/** A note with its photo. */
async function note({ db, folder, records }: Making): Promise<number> {
  const { id: photo_id } = await savePhoto({ db, folder }, await photo, 'LA-2A')
  const [made] = await db('recall_notes')
    .insert({ room_id: await records.room(), unit: 'LA-2A', photo_id })
    .returning<{ id: number }[]>('id')
  return made?.id ?? 0
}
