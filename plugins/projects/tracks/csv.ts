import { csvLines, csvMark } from '@patchbay/core/csv'
import type { Locale, Translate } from '@patchbay/core/i18n'
import { showIsrc } from './isrc.ts'
import type { CodeRow } from './isrc-queries.ts'
import { showIswc } from './iswc.ts'
import { languageName } from './languages.ts'
import { showLength } from './length.ts'
import type { Track, TrackFields } from './queries.ts'

interface Words {
  t: Translate
  locale: Locale
}

type Listed = TrackFields & Pick<Track, 'position'>

/** The tracks of a project as a file that spreadsheets open. */
export function tracksCsv(tracks: readonly Listed[], { t, locale }: Words): string {
  const yes = (value: boolean) => (value ? t('projects.tracks.yes') : '')
  const columns: [key: string, cell: (track: Listed) => string][] = [
    ['position', track => String(track.position)],
    ['title', track => track.title],
    ['version_title', track => track.version_title ?? ''],
    ['status', track => t(`projects.track_states.${track.status}`)],
    ['duration_ms', track => (track.duration_ms === null ? '' : showLength(track.duration_ms))],
    ['isrc', track => (track.isrc === null ? '' : showIsrc(track.isrc))],
    ['iswc', track => (track.iswc === null ? '' : showIswc(track.iswc))],
    ['bpm', track => (track.bpm === null ? '' : String(track.bpm).replace('.', locale === 'fr' ? ',' : '.'))],
    ['key', track => track.key ?? ''],
    ['time_signature', track => track.time_signature ?? ''],
    ['languages', track => track.languages.map(code => languageName(code, locale)).join(', ')],
    ['explicit', track => yes(track.explicit)],
    ['instrumental', track => yes(track.instrumental)],
    ['p_line', track => track.p_line ?? ''],
    ['c_line', track => track.c_line ?? '']
  ]
  const heads = columns.map(([key]) => t(`projects.tracks.fields.${key}`))
  return csvMark + csvLines([heads, ...tracks.map(track => columns.map(([, cell]) => cell(track)))])
}

/** The codes that were given out. */
export function codesCsv(codes: readonly CodeRow[], { t }: Words): string {
  const heads = ['isrc', 'title', 'project', 'owner', 'given_by', 'given_at'].map(key =>
    t(`projects.tracks.fields.${key}`)
  )
  const rows = codes.map(row => [
    showIsrc(row.code),
    row.title ?? '',
    row.project_title ?? '',
    row.owner ?? '',
    row.given_by ?? '',
    row.given_at.toISOString().slice(0, 10)
  ])
  return csvMark + csvLines([heads, ...rows])
}
