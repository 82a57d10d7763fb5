import type { House } from '../../../test/helper.ts'
import { filesOf } from '../../../core/folder.ts'
import type { Version } from '../contract.ts'
import { mixdown, perform } from '../player/demo-music.ts'
import type { Balance, Song } from '../player/demo-music.ts'
import { addRevision, addSound } from '../seed-queries.ts'

const song: Song = {
  bpm: 120,
  chords: [
    [0, 3, 7],
    [-4, 0, 3]
  ],
  tune: [12, 15, 12, 10, 8, -1, 7, 8]
}
const even: Balance = { pad: 0.46, bass: 0.5, drums: 0.46, tune: 0.5, drive: 1 }

/** A project of tracks with real sound: short, but measured as any other. */
export async function makeSongs({ db, host, studio, engineer }: House, titles: readonly string[], seconds = 12) {
  const keeping = { db, folder: filesOf(host.env, studio) }
  const played = perform(song, seconds)
  const [client] = await db('clients').insert({ kind: 'person', name: 'Zoé' }).returning<{ id: number }[]>('id')
  const [project] = await db('projects')
    .insert({ title: 'Nuits blanches', kind: 'album', artist: 'Zoé Arnaud', client_id: client?.id })
    .returning<{ id: number }[]>('id')
  const project_id = project?.id ?? 0
  const rows = titles.map((title, index) => ({ project_id, position: index + 1, title, status: 'mixing' }))
  const tracks = await db('tracks').insert(rows).returning<{ id: number; title: string }[]>(['id', 'title'])

  /** Driven by `drive`: the more, the louder. */
  async function take(track_id: number, version: Version, number: number, drive = 1, note: string | null = null) {
    const at = new Date()
    const wav = mixdown(played, { ...even, drive, pad: even.pad / drive })
    const audio_id = await addSound(keeping, wav, { name: `take ${number}.wav`, person_id: engineer.id, at })
    const row = {
      track_id,
      version,
      number,
      audio_id,
      note,
      state: 'draft' as const,
      created_by: engineer.id,
      created_at: at
    }
    return { id: await addRevision(db, row), audio_id, bytes: wav }
  }

  return { project_id, client_id: client?.id ?? 0, tracks, take, keeping }
}
