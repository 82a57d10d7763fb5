import { randomBytes } from 'node:crypto'
import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'

export const access: DeclaredAccess = {
  staff: `
POST   /mixes/uploads                  mixes.upload  write
GET    /mixes/uploads/:key             mixes.upload  data
PATCH  /mixes/uploads/:key             mixes.upload  write
DELETE /mixes/uploads/:key             mixes.upload  write
POST   /mixes/uploads/:key/dismissal   mixes.upload  write
GET    /mixes/projects/:id/uploads     mixes.read    part
POST   /mixes/projects/:id/proposals   mixes.upload  write
POST   /api/mixes/start_upload         mixes.upload  api
POST   /api/mixes/receive_upload       mixes.upload  api
POST   /api/mixes/dismiss_upload       mixes.upload  api
POST   /api/mixes/propose_places       mixes.upload  api
`,
  params: {
    '/s/:studio/mixes/uploads/:key': async making => ({ key: await upload(making) }),
    '/s/:studio/mixes/projects/:id/uploads': async making => ({ id: await project(making) }),
    '/s/:studio/mixes/projects/:id/proposals': async making => ({ id: await project(making) })
  },
  bodies: {
    '/mixes/uploads': async making => ({ project_id: await project(making), name: 'mix.wav', bytes: 1000 }),
    '/mixes/projects/:id/proposals': { names: 'Nuit blanche mix v3.wav' },
    '/api/mixes/start_upload': async making => ({ project_id: await project(making), name: 'mix.wav', bytes: 1000 }),
    '/api/mixes/receive_upload': async making => ({ key: await upload(making, 'filed') }),
    '/api/mixes/dismiss_upload': async making => ({ key: await upload(making) }),
    '/api/mixes/propose_places': async making => ({ project_id: await project(making), names: 'Nuit blanche.wav' })
  },
  buttons: ['/mixes/uploads/:key/dismissal']
}

async function project({ db, next }: Making): Promise<number> {
  const [row] = await db('projects')
    .insert({ title: `Projet ${next()}`, kind: 'album' })
    .returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

async function upload(making: Making, state = 'receiving'): Promise<string> {
  const key = randomBytes(16).toString('hex')
  const row = { key, name: 'mix.wav', bytes: 1000, state, person_id: making.person, kind: 'other', label: 'mix' }
  await making.db('uploads').insert({ ...row, project_id: await project(making) })
  return key
}
