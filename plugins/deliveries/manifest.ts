import type { Format } from '@patchbay/core/format'
import type { Translate } from '@patchbay/core/i18n'
import { createHash } from 'node:crypto'
import type { PackedFile } from './file-queries.ts'
import type { Delivery } from './queries.ts'

/** A paper that goes with the sound. */
export interface Paper {
  name: string
  content: Buffer
}

/** In whose words something is written. */
interface Words {
  t: Translate
  fmt: Format
}

/** Where a file stands in the package. */
export const pathOf = ({ folder, name }: { folder: string; name: string }): string =>
  folder === '' ? name : `${folder}/${name}`

/** Sums of all that is in a package, as `sha256sum -c SHA256SUMS.txt` reads them. */
export function sums(files: readonly PackedFile[], papers: readonly Paper[]): string {
  const lines = [
    ...files.map(file => [file.sha256.toString('hex'), pathOf(file)]),
    ...papers.map(({ name, content }) => [createHash('sha256').update(content).digest('hex'), name])
  ]
  return lines.map(([sum, path]) => `${sum}  ${path}\n`).join('')
}

/** What is in a package, for programs. */
export function manifestJson(
  delivery: Pick<Delivery, 'title' | 'project_title' | 'project_artist'>,
  files: readonly PackedFile[],
  { studio, at }: { studio: string; at: Date }
): string {
  const listed = files.map(file => ({
    path: pathOf(file),
    track: file.track_title,
    isrc: file.isrc,
    version: file.version,
    revision: file.revision_id === null ? null : file.number,
    approved: file.state === 'approved',
    kind: file.kind,
    label: file.label,
    format: file.format,
    sample_rate: file.sample_rate,
    bit_depth: file.bit_depth,
    channels: file.channels,
    duration_ms: file.duration_ms,
    integrated_lufs: file.lufs,
    true_peak_dbtp: file.true_peak,
    bytes: file.bytes,
    sha256: file.sha256.toString('hex'),
    original_name: file.original
  }))
  const { title, project_title: project, project_artist: artist } = delivery
  return `${JSON.stringify({ delivery: title, project, artist, studio, made_at: at.toISOString(), files: listed }, null, 2)}\n`
}

/** The same for people. */
export function manifestText(
  delivery: Pick<Delivery, 'title' | 'project_title' | 'project_artist'>,
  files: readonly PackedFile[],
  { studio, at, t, fmt }: { studio: string; at: Date; t: Translate; fmt: Format }
): string {
  const { title, project_title: project, project_artist: artist } = delivery
  const head = [
    title,
    [artist, project].filter(Boolean).join(' · '),
    t('deliveries.manifest.made', { studio, at: fmt.datetime(at) })
  ]
  const lines = files.map(file =>
    [
      pathOf(file),
      `  ${[file.track_title, whatIs(file, t), file.isrc].filter(Boolean).join(' · ')}`,
      `  ${measures(file, { t, fmt }).join(' · ')}`,
      `  SHA-256 ${file.sha256.toString('hex')}`
    ].join('\n')
  )
  return `${head.join('\n')}\n\n${lines.join('\n\n')}\n\n${t('deliveries.manifest.check')}\n`
}

/** `Master 2, approuvé`; `Stem Basse`. */
export function whatIs(
  file: Pick<PackedFile, 'version' | 'number' | 'state' | 'kind' | 'label'>,
  t: Translate
): string {
  if (file.version === null)
    return [t(`deliveries.kinds.${file.kind ?? 'other'}`), file.label].filter(Boolean).join(' ')
  const named = `${t(`deliveries.versions.${file.version}`)} ${file.number}`
  return file.state === 'approved' ? `${named}, ${t('deliveries.approved')}` : named
}

/** `WAV`, `96 kHz`, `24 bits`, `3:42`, `61,2 Mo`; what is not known is left out. */
export function measures(
  file: Pick<PackedFile, 'format' | 'sample_rate' | 'bit_depth' | 'duration_ms' | 'bytes'>,
  { t, fmt }: Words
): string[] {
  const { format, sample_rate, bit_depth, duration_ms, bytes } = file
  return [
    format.toUpperCase(),
    sample_rate === null ? '' : `${fmt.number(sample_rate / 1000)} kHz`,
    bit_depth === null ? '' : t('deliveries.units.bits', { n: bit_depth }),
    duration_ms === null ? '' : clock(duration_ms),
    size(bytes, { t, fmt })
  ].filter(Boolean)
}

/** Bytes as people say them, in thousands as disks are sold. */
export function size(bytes: number, { t, fmt }: Words): string {
  const [unit, one, signs] =
    bytes < 1e6 ? (['kb', 1e3, 1] as const) : bytes < 1e9 ? (['mb', 1e6, 10] as const) : (['gb', 1e9, 100] as const)
  return t(`deliveries.units.${unit}`, { size: fmt.number(Math.max(1, Math.round((bytes / one) * signs)) / signs) })
}

function clock(ms: number): string {
  const seconds = Math.round(ms / 1000)
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const [hours = 0, minutes = 0, rest = 0] = parts
  const end = String(rest).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${end}` : `${minutes}:${end}`
}
