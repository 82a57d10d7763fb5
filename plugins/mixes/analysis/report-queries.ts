import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { DeliverySheet } from '../../projects/contract.ts'
import type { FileKind, Version } from '../contract.ts'
import type { Reported } from './report.ts'
import type { Bext, Tags } from './tags.ts'

/** A file with what it is of, what its delivery sheet wants, and everything that was found in it. */
export interface ReportRow extends Reported {
  id: number
  name: string
  bytes: number
  sha256: string
  state: 'waiting' | 'analysed' | 'failed'
  analysed_at: Date | null
  bit_rate: number | null
  tags: Tags
  bext: Bext | null
  copy: 'none' | 'wanted' | 'made' | 'failed'
  project_id: number | null
  project: string | null
  artist: string | null
  track_id: number | null
  track: string | null
  version: Version | null
  number: number | null
  kind: FileKind | null
  label: string | null
  sheet: DeliverySheet
}

/** These files, in the order of the ids; those that are not there are left out. */
export function listReported(db: Db, ids: readonly number[]): Promise<ReportRow[]> {
  return rowsOf<ReportRow>(
    db,
    `select a.id, a.name, a.bytes, encode(a.sha256, 'hex') as sha256, a.state, a.problem, a.analysed_at, a.format, a.codec,
       a.duration_ms, a.sample_rate, a.bit_depth, a.channels, a.bit_rate, a.lufs::float8 as lufs, a.lra::float8 as lra,
       a.true_peak::float8 as true_peak, a.sample_peak::float8 as sample_peak, a.clipped, a.head_ms, a.tail_ms, a.tags, a.bext,
       a.copy, p.id as project_id, p.title as project, p.artist, t.id as track_id,
       t.title || coalesce(' (' || t.version_title || ')', '') as track, r.version, r.number, f.kind, f.label,
       json_build_object(
         'rate', coalesce((t.sheet->>'rate')::integer, p.sheet_rate),
         'depth', coalesce((t.sheet->>'depth')::integer, p.sheet_depth),
         'format', coalesce(t.sheet->>'format', p.sheet_format),
         'lufs', coalesce((t.sheet->>'lufs')::float8, p.sheet_lufs::float8),
         'true_peak', coalesce((t.sheet->>'true_peak')::float8, p.sheet_true_peak::float8)
       ) as sheet
     from unnest(?::bigint[]) with ordinality as wanted (id, place)
     join audio_files a on a.id = wanted.id
     left join revisions r on r.audio_id = a.id left join track_files f on f.audio_id = a.id
     left join tracks t on t.id = coalesce(r.track_id, f.track_id)
     left join projects p on p.id = coalesce(t.project_id, f.project_id)
     order by wanted.place`,
    [ids]
  )
}
