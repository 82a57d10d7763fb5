import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'
import { mixdown, perform } from '../player/demo-music.ts'
import { addRevision, addSound } from '../seed-queries.ts'

const pages = ['tracks/:id', 'projects/:id'] as const
const files = ['listen', 'original', 'peaks', 'wave.svg'] as const

const wav = mixdown(perform({ bpm: 120, chords: [[0, 7]], tune: [12] }, 0.5), {
  pad: 0.5,
  bass: 0.5,
  drums: 0.5,
  tune: 0.5,
  drive: 1
})

async function track({ db, next }: Making): Promise<{ project_id: number; track_id: number }> {
  const [project] = await db('projects')
    .insert({ title: `Projet ${next()}`, kind: 'album' })
    .returning<{ id: number }[]>('id')
  const project_id = project?.id ?? 0
  const [made] = await db('tracks')
    .insert({ project_id, position: 1, title: `Titre ${next()}` })
    .returning<{ id: number }[]>('id')
  return { project_id, track_id: made?.id ?? 0 }
}

async function sound(making: Making): Promise<number> {
  const { db, folder, person } = making
  return addSound({ db, folder }, wav, { name: 'mix.wav', person_id: person, at: new Date() })
}

async function revision(making: Making) {
  const { track_id } = await track(making)
  const audio_id = await sound(making)
  const row = { track_id, version: 'rough' as const, number: 1, audio_id, note: null, state: 'draft' as const }
  const id = await addRevision(making.db, { ...row, created_by: making.person, created_at: new Date() })
  return { id, track_id, audio_id }
}

async function file(making: Making): Promise<number> {
  const { project_id, track_id } = await track(making)
  const row = { project_id, track_id, kind: 'stem', label: 'Basse', audio_id: await sound(making) }
  const [made] = await making.db('track_files').insert(row).returning<{ id: number }[]>('id')
  return made?.id ?? 0
}

const idOf = async (making: Making) => ({ id: (await revision(making)).id })
const moved = async (making: Making) => {
  const { id, track_id } = await revision(making)
  return { id, track_id, version: 'final' }
}

/** What the player says of its routes: see test/access/declared.ts. */
export const access: DeclaredAccess = {
  staff: `
${pages.map(page => `GET  /mixes/${page}               mixes.read   page`).join('\n')}
${files.map(name => `GET  /mixes/audio/:id/${name}     mixes.read   data`).join('\n')}
GET  /mixes/revisions/:id              mixes.write  page
POST /mixes/revisions/:id              mixes.write  write
POST /mixes/revisions/:id/placing      mixes.write  write
POST /mixes/revisions/:id/removal      mixes.write  write
GET  /mixes/files/:id                  mixes.write  page
POST /mixes/files/:id                  mixes.write  write
POST /mixes/files/:id/removal          mixes.write  write
GET  /api/mixes/revisions              mixes.read   api
POST /api/mixes/change_revision        mixes.write  api
POST /api/mixes/move_revision          mixes.write  api
POST /api/mixes/remove_revision        mixes.write  api
POST /api/mixes/change_file            mixes.write  api
POST /api/mixes/remove_file            mixes.write  api
`,
  params: {
    '/s/:studio/mixes/tracks/:id': async making => ({ id: (await revision(making)).track_id }),
    '/s/:studio/mixes/projects/:id': async making => ({ id: (await track(making)).project_id }),
    ...Object.fromEntries(
      files.map(name => [
        `/s/:studio/mixes/audio/:id/${name}`,
        async (making: Making) => ({ id: (await revision(making)).audio_id })
      ])
    ),
    '/s/:studio/mixes/revisions/:id': idOf,
    '/s/:studio/mixes/files/:id': async making => ({ id: await file(making) })
  },
  bodies: {
    '/mixes/revisions/:id': { note: 'Voix +1 dB' },
    '/mixes/revisions/:id/placing': { version: 'final' },
    '/mixes/files/:id': { label: 'Voix', kind: 'a_cappella', track_id: '' },
    '/api/mixes/change_revision': async making => ({ ...(await idOf(making)), note: 'Voix' }),
    '/api/mixes/move_revision': moved,
    '/api/mixes/remove_revision': idOf,
    '/api/mixes/change_file': async making => ({ id: await file(making), label: 'Voix', kind: 'a_cappella' }),
    '/api/mixes/remove_file': async making => ({ id: await file(making) })
  }
}
