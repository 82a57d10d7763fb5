import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import { saveFile, withLocal } from '@patchbay/core/storage'
import type { Keeping } from '@patchbay/core/storage'
import { analyse } from './analysis/analysis.ts'
import { settle } from './analysis/queries.ts'
import type { FileKind, RevisionState, Version } from './contract.ts'

export interface DemoTrack {
  id: number
  project_id: number
  title: string
  artist: string | null
}

/** Tracks of the project that is being mixed and has most of them, in their order. */
export const tracksToFill = (db: Db, most: number): Promise<DemoTrack[]> =>
  rowsOf(
    db,
    `with chosen as (
       select p.id, p.artist from projects p join tracks t on t.project_id = p.id where p.status in ('mixing', 'mastering')
       group by p.id order by count(*) desc, p.id limit 1
     ) select t.id, t.project_id, t.title, c.artist from chosen c join tracks t on t.project_id = c.id
     where t.status <> 'dropped' order by t.position limit ?`,
    [most]
  )

interface Given {
  name: string
  person_id: number | null
  at: Date
}

/** A WAV as if it had been uploaded and measured: the id of the file of sound. */
export async function addSound(keeping: Keeping, content: Buffer, { name, person_id, at }: Given): Promise<number> {
  const { db } = keeping
  const saved = await saveFile(keeping, content, { name: name.replace(/\.wav$/, ''), media_type: 'audio/wav' })
  const bytes = content.length
  const [row] = await db('audio_files')
    .insert({
      file_id: saved.id,
      name,
      format: 'wav',
      bytes,
      sha256: saved.sha256,
      uploaded_by: person_id,
      created_at: at
    })
    .returning<{ id: number }[]>('id')
  const id = row?.id ?? 0
  const { sound, measured } = await withLocal(keeping, saved.id, path => analyse(path))
  if (!measured) throw new Error('what was just made cannot be read')
  const { frames, peaks, ...levels } = measured
  const { codec, rate: sample_rate, depth: bit_depth, channels } = sound
  const duration_ms = Math.round((frames * 1000) / (sample_rate ?? 1))
  const known = { codec, sample_rate, bit_depth, channels, duration_ms, peaks: Buffer.from(peaks.buffer) }
  await settle(db, id, 'analysed', null, { ...known, ...levels })
  return id
}

export async function addRevision(
  db: Db,
  revision: {
    track_id: number
    version: Version
    number: number
    audio_id: number
    note: string | null
    state: RevisionState
    created_by: number | null
    created_at: Date
  }
): Promise<number> {
  const [row] = await db('revisions').insert(revision).returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

export async function addFurtherFile(
  db: Db,
  file: {
    project_id: number
    track_id: number | null
    kind: FileKind
    label: string
    audio_id: number
    created_by: number | null
    created_at: Date
  }
): Promise<number> {
  const [row] = await db('track_files').insert(file).returning<{ id: number }[]>('id')
  return row?.id ?? 0
}
