import type { Db } from '@patchbay/core'
import type { DeliverySheet } from '../../projects/contract.ts'
import type { Voice } from './words.ts'
import { byteWords, lineWords, playbackWords, titleOf } from './words.ts'
import type { ShownLine, ShownPlayback } from './words.ts'
import { playbacksOf, reportOf, worstOf } from './report.ts'
import type { Level } from './report.ts'
import { listReported } from './report-queries.ts'
import type { ReportRow } from './report-queries.ts'

/** What `mixes/_quality` and the report show of one file. */
export interface Quality {
  audio_id: number
  state: 'waiting' | 'analysed' | 'failed'
  /** Why it could not be measured, translated. */
  problem: string | null
  worst: Level
  lines: ShownLine[]
  playbacks: ShownPlayback[]
}

/**
 * What there is to say of a file's quality, for the fragment `mixes/_quality`; undefined when there is no such file. One
 * statement.
 */
export async function qualityOf(db: Db, voice: Voice, audioId: number): Promise<{ quality: Quality } | undefined> {
  const [row] = await listReported(db, [audioId])
  return row && { quality: showQuality(voice, row) }
}

export function showQuality(voice: Voice, row: ReportRow): Quality {
  const lines = row.state === 'analysed' ? reportOf(row, sheetFor(row)) : []
  return {
    audio_id: row.id,
    state: row.state,
    problem: row.state === 'failed' ? voice.t(`mixes.analysis.problems.${row.problem ?? 'crashed'}`) : null,
    worst: worstOf(lines),
    lines: lines.map(line => lineWords(voice, row, line)),
    playbacks:
      row.state === 'analysed' ? playbacksOf(row.lufs, row.true_peak).map(one => playbackWords(voice, one)) : []
  }
}

/** Loudness and peaks are asked of masters; a mix on its way there has what it takes to be worked on. */
const sheetFor = ({ sheet, version }: ReportRow): DeliverySheet =>
  version === null || version === 'master' ? sheet : { ...sheet, lufs: null, true_peak: null }

/** A file's whole report: what it is, its quality, and what others wrote in it. */
export function showReport(voice: Voice, row: ReportRow) {
  const { tags, bext } = row
  const written = [
    ...Object.entries(tags).map(([name, value]) => ({
      label: voice.t(`mixes.analysis.tags.${name}`),
      value: Array.isArray(value) ? value.join(', ') : value
    })),
    ...Object.entries(bext ?? {}).map(([name, value]) => ({
      label: voice.t(`mixes.analysis.bext.${name}`),
      value: String(value)
    }))
  ]
  return {
    audio: row,
    heading: titleOf(voice, row),
    size: byteWords(voice, row.bytes),
    written: written.filter(({ value }) => value !== ''),
    quality: showQuality(voice, row)
  }
}
