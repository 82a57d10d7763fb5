import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { TrackStatus } from '../../projects/contract.ts'
import type { AudioFormat, FileKind, RevisionState, Version } from '../contract.ts'

/** A file of sound and what was measured of it; null where nothing is known (yet). */
export interface Sound {
  audio_id: number
  name: string
  format: AudioFormat
  bytes: number
  audio_state: 'waiting' | 'analysed' | 'failed'
  /** Changes when it is measured anew: part of the addresses that browsers keep. */
  measured: number
  duration_ms: number | null
  /** Hz. */
  sample_rate: number | null
  bit_depth: number | null
  channels: number | null
  /** Integrated loudness. */
  lufs: number | null
  /** dBTP. */
  true_peak: number | null
  /** There is a copy that every browser plays. */
  copied: boolean
}

export interface Revision extends Sound {
  id: number
  track_id: number
  version: Version
  number: number
  note: string | null
  state: RevisionState
  by: string | null
  at: Date
}

export interface FurtherFile extends Sound {
  id: number
  project_id: number
  track_id: number | null
  kind: FileKind
  label: string
  by: string | null
  at: Date
}

/** A track where it is heard: of what it is part, and its neighbours. */
export interface Heard {
  id: number
  project_id: number
  position: number
  title: string
  version_title: string | null
  status: TrackStatus
  project: string
  artist: string | null
  client_id: number | null
  rounds_included: number
  /** Rounds of mixing that were sent so far. */
  rounds_used: number
  previous: number | null
  next: number | null
}

export const soundColumns = `a.id as audio_id, a.name, a.format, a.bytes, a.state as audio_state,
  coalesce(extract(epoch from a.analysed_at)::bigint, 0) as measured, a.duration_ms, a.sample_rate, a.bit_depth, a.channels,
  a.lufs::float8 as lufs, a.true_peak::float8 as true_peak, a.listening_file_id is not null as copied`

/** From first to last. */
export const furthest = `array_position(array['demo', 'rough', 'final', 'master'], r.version)`

const revision = `select r.id, r.track_id, r.version, r.number, r.note, r.state, p.name as by, r.created_at as at, ${soundColumns}
  from revisions r join audio_files a on a.id = r.audio_id left join people p on p.id = r.created_by`

const file = `select f.id, f.project_id, f.track_id, f.kind, f.label, p.name as by, f.created_at as at, ${soundColumns}
  from track_files f join audio_files a on a.id = f.audio_id left join people p on p.id = f.created_by`

export async function findHeard(db: Db, id: number): Promise<Heard | undefined> {
  const [row] = await rowsOf<Heard>(
    db,
    `select t.id, t.project_id, t.position, t.title, t.version_title, t.status, o.title as project, o.client_id,
       coalesce(o.artist, c.artist_name, c.name) as artist, o.rounds_included,
       coalesce((select max(w.round) from reviews w join revisions r on r.id = w.revision_id where r.track_id = t.id), 0) as rounds_used,
       (select n.id from tracks n where n.project_id = t.project_id and n.position < t.position order by n.position desc limit 1) as previous,
       (select n.id from tracks n where n.project_id = t.project_id and n.position > t.position order by n.position limit 1) as next
     from tracks t join projects o on o.id = t.project_id left join clients c on c.id = o.client_id where t.id = ?`,
    [id]
  )
  return row
}

/** All revisions of a track: the furthest version first, its newest first. */
export const revisionsOf = (db: Db, trackId: number): Promise<Revision[]> =>
  rowsOf(db, `${revision} where r.track_id = ? order by ${furthest} desc, r.number desc`, [trackId])

/** Chosen revisions, in the order in which they are heard. */
export const revisionsBy = (db: Db, ids: readonly number[]): Promise<Revision[]> =>
  rowsOf(db, `${revision} where r.id = any(?::bigint[]) order by r.track_id, ${furthest} desc, r.number desc`, [ids])

export async function findRevision(db: Db, id: number): Promise<Revision | undefined> {
  return (await revisionsBy(db, [id]))[0]
}

/** Further files of a track. */
export const filesOfTrack = (db: Db, trackId: number): Promise<FurtherFile[]> =>
  rowsOf(db, `${file} where f.track_id = ? order by f.kind, f.id`, [trackId])

/** Further files that belong to the project as a whole. */
export const filesOfProject = (db: Db, projectId: number): Promise<FurtherFile[]> =>
  rowsOf(db, `${file} where f.project_id = ? and f.track_id is null order by f.kind, f.id`, [projectId])

export async function findFile(db: Db, id: number): Promise<FurtherFile | undefined> {
  const [row] = await rowsOf<FurtherFile>(db, `${file} where f.id = ?`, [id])
  return row
}

/** 1800 pairs of signed bytes, lowest and highest; null until it was measured. */
export async function peaksOf(db: Db, audioId: number): Promise<Buffer | null | undefined> {
  const [row] = await rowsOf<{ peaks: Buffer | null }>(db, 'select peaks from audio_files where id = ?', [audioId])
  return row?.peaks
}

/** What is needed to send a file of sound, and to name it as deliveries do. */
export interface Stored {
  file_id: number
  listening_file_id: number | null
  format: AudioFormat
  name: string
  version: Version | null
  number: number | null
  kind: FileKind | null
  label: string | null
  title: string | null
  artist: string | null
  by: string | null
  sample_rate: number | null
  bit_depth: number | null
}

export async function findStored(db: Db, audioId: number): Promise<Stored | undefined> {
  const [row] = await rowsOf<Stored>(
    db,
    `select a.file_id, a.listening_file_id, a.format, a.name, a.sample_rate, a.bit_depth, r.version, r.number, f.kind, f.label,
       t.title, coalesce(o.artist, c.artist_name, c.name) as artist, p.name as by
     from audio_files a left join revisions r on r.audio_id = a.id left join track_files f on f.audio_id = a.id
       left join tracks t on t.id = coalesce(r.track_id, f.track_id)
       left join projects o on o.id = coalesce(t.project_id, f.project_id) left join clients c on c.id = o.client_id
       left join people p on p.id = coalesce(r.created_by, f.created_by)
     where a.id = ?`,
    [audioId]
  )
  return row
}

export async function findProject(
  db: Db,
  id: number
): Promise<{ id: number; title: string; artist: string | null } | undefined> {
  const [row] = await rowsOf<{ id: number; title: string; artist: string | null }>(
    db,
    `select o.id, o.title, coalesce(o.artist, c.artist_name, c.name) as artist
     from projects o left join clients c on c.id = o.client_id where o.id = ?`,
    [id]
  )
  return row
}
