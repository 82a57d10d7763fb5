import { createHash, randomBytes } from 'node:crypto'
import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'

export const access: DeclaredAccess = {
  staff: `
GET  /mixes/analysis                   mixes.read   page
GET  /mixes/audio/:id/report           mixes.read   page
GET  /mixes/audio/:id/report.pdf       mixes.read   data
GET  /mixes/audio/:id/quality          mixes.read   part
POST /mixes/audio/:id/analysis         mixes.write  write
POST /api/mixes/analyse                mixes.write  api
`,
  params: {
    '/s/:studio/mixes/audio/:id/report': async making => ({ id: await audio(making) }),
    '/s/:studio/mixes/audio/:id/report.pdf': async making => ({ id: await audio(making) }),
    '/s/:studio/mixes/audio/:id/quality': async making => ({ id: await audio(making) }),
    '/s/:studio/mixes/audio/:id/analysis': async making => ({ id: await audio(making) })
  },
  bodies: {
    '/mixes/audio/:id/analysis': {},
    '/api/mixes/analyse': async making => ({ id: await audio(making) })
  },
  buttons: ['/mixes/audio/:id/analysis']
}

/** A file that could not be read, of no project. */
async function audio({ db }: Making): Promise<number> {
  const key = randomBytes(16).toString('hex')
  const sha256 = createHash('sha256').update(key).digest()
  const [file] = await db('files')
    .insert({ key, name: 'mix', media_type: 'audio/wav', bytes: 10, sha256 })
    .returning<{ id: number }[]>('id')
  const row = { file_id: file?.id, name: 'mix.wav', format: 'wav', bytes: 10, sha256, state: 'failed', problem: 'cut' }
  const [made] = await db('audio_files').insert(row).returning<{ id: number }[]>('id')
  return made?.id ?? 0
}
