import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { AudioFormat, FileKind, RevisionState, Version } from '../mixes/contract.ts'

/** A file of a project that can be delivered: a revision, or a further file. */
export interface Deliverable {
  audio_id: number
  revision_id: number | null
  version: Version | null
  number: number
  /** The newest of its version; further files always are. */
  current: boolean
  /** Of the version that is furthest of its track. */
  furthest: boolean
  state: RevisionState | null
  kind: FileKind | null
  label: string | null
  track_id: number | null
  track_title: string | null
  position: number | null
  isrc: string | null
  /** A revision of its track was approved; of a file of the whole project: one of the project. */
  track_approved: boolean
  mixer: string | null
  file_id: number
  original: string
  format: AudioFormat
  bytes: number
  sha256: Buffer
  /** Milliseconds; null while it is not measured. */
  duration_ms: number | null
  sample_rate: number | null
  bit_depth: number | null
  channels: number | null
  lufs: number | null
  true_peak: number | null
  created_at: Date
}

const sound = `a.id as audio_id, a.file_id, a.name as original, a.format, a.bytes, a.sha256, a.duration_ms, a.sample_rate,
  a.bit_depth, a.channels, a.lufs::float8 as lufs, a.true_peak::float8 as true_peak, a.created_at`
const titled = `t.id as track_id, concat_ws(' · ', t.title, t.version_title) as track_title, t.position, t.isrc`
const step = (of: string) => `array_position(array['demo', 'rough', 'final', 'master'], ${of}.version)`

const revisions = `select r.id as revision_id, r.version, r.number,
    not exists (select from revisions n where n.track_id = r.track_id and n.version = r.version and n.number > r.number) as current,
    not exists (select from revisions n where n.track_id = r.track_id and ${step('n')} > ${step('r')}) as furthest,
    r.state, null::text as kind, null::text as label, ${titled}, r.state = 'approved' as track_approved,
    p.name as mixer, ${sound}
  from revisions r join tracks t on t.id = r.track_id join audio_files a on a.id = r.audio_id
    left join people p on p.id = r.created_by`

const further = `select null::bigint as revision_id, null::text as version, 1 as number, true as current, true as furthest,
    null::text as state, f.kind, f.label, ${titled.replace("concat_ws(' · ', t.title, t.version_title)", "nullif(concat_ws(' · ', t.title, t.version_title), '')")},
    exists (select from revisions r join tracks o on o.id = r.track_id where r.state = 'approved'
      and o.project_id = f.project_id and (f.track_id is null or r.track_id = f.track_id)) as track_approved,
    p.name as mixer, ${sound}
  from track_files f left join tracks t on t.id = f.track_id join audio_files a on a.id = f.audio_id
    left join people p on p.id = f.created_by`

const inOrder = `position nulls last, ${step('d')} desc nulls last, number desc, kind, label, audio_id`

/** All that can be delivered of a project, by its tracks. One statement. */
export const deliverables = (db: Db, project_id: number): Promise<Deliverable[]> =>
  rowsOf(
    db,
    `select * from (${revisions} where t.project_id = ? union all ${further} where f.project_id = ?) d order by ${inOrder}`,
    [project_id, project_id]
  )

/** A file of a package, under its name there. */
export interface PackedFile extends Deliverable {
  id: number
  name: string
  folder: string
}

/** The files of a package, in their order. */
export const filesOf = (db: Db, delivery_id: number): Promise<PackedFile[]> =>
  rowsOf(
    db,
    `select x.id, x.name, x.folder, d.* from delivery_files x join (${revisions} where r.audio_id in
       (select audio_id from delivery_files where delivery_id = ?)
       union all ${further} where f.audio_id in (select audio_id from delivery_files where delivery_id = ?)) d
       on d.audio_id = x.audio_id
     where x.delivery_id = ? order by x.position, x.id`,
    [delivery_id, delivery_id, delivery_id]
  )

/** Puts these files into a package, and no others. Those that stay keep their ids, so that the log still knows them. */
export async function putFiles(
  db: Db,
  delivery_id: number,
  files: readonly { audio_id: number; name: string; folder: string }[]
): Promise<void> {
  const before = await db('delivery_files')
    .where({ delivery_id })
    .select<{ id: number; audio_id: number }[]>('id', 'audio_id')
  const kept = new Set(files.map(({ audio_id }) => audio_id))
  const gone = before.filter(({ audio_id }) => !kept.has(audio_id)).map(({ id }) => id)
  if (gone.length > 0) await db('delivery_files').whereIn('id', gone).delete()
  // two that change names would meet on the way
  await db('delivery_files')
    .where({ delivery_id })
    .update({ name: db.raw(`'~' || id`) })
  const known = new Map(before.map(({ id, audio_id }) => [audio_id, id]))
  const rows = files.map(({ audio_id, name, folder }, position) => ({ delivery_id, audio_id, name, folder, position }))
  for (const row of rows) {
    const id = known.get(row.audio_id)
    if (id === undefined) await db('delivery_files').insert(row)
    else await db('delivery_files').where({ id }).update(row)
  }
}
