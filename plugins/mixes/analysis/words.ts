import type { Asking } from '@patchbay/core'
import type { Level, Line, Playback } from './report.ts'
import type { ReportRow } from './report-queries.ts'

/** In whose words. */
export type Voice = Pick<Asking, 't' | 'fmt'>

/** A line of a report in words. */
export interface ShownLine {
  what: Line['what']
  label: string
  value: string
  /** What was wanted; empty where nothing was. */
  wanted: string
  level: Level
  /** The level in a word: colour alone says nothing. */
  says: string
}

export function lineWords(voice: Voice, row: ReportRow, { what, value, wanted, level }: Line): ShownLine {
  const { t } = voice
  return {
    what,
    label: t(`mixes.analysis.what.${what}`),
    value: value === null ? t(`mixes.analysis.nothing.${what}`) : valueWords(voice, row, what, value),
    wanted: wanted === null ? '' : valueWords(voice, row, what, wanted),
    level,
    says: t(`mixes.analysis.levels.${what === 'true_peak' && level === 'red' ? 'over' : level}`)
  }
}

function valueWords(voice: Voice, row: ReportRow, what: Line['what'], value: number | string): string {
  const { t, fmt } = voice
  if (typeof value === 'string') return what === 'format' ? value.toUpperCase() : t(`mixes.analysis.problems.${value}`)
  if (what === 'rate') return `${fmt.number(value / 1000)} kHz`
  if (what === 'depth') return t(`mixes.analysis.bits.${floats(row, value) ? 'float' : 'whole'}`, { n: value })
  if (what === 'channels') return channelWords(voice, value)
  if (what === 'duration') return lengthWords(value)
  if (what === 'clipped') return value === 0 ? t('mixes.analysis.no_clipping') : t('mixes.analysis.clips', { n: value })
  if (what === 'head' || what === 'tail') return `${tenths(voice, value / 1000)} s`
  const plus = what.endsWith('peak') && value > 0 ? '+' : ''
  return `${plus}${tenths(voice, value)} ${units[what] ?? ''}`
}

const units: Partial<Record<Line['what'], string>> = { lufs: 'LUFS', lra: 'LU', true_peak: 'dBTP', sample_peak: 'dBFS' }
const floats = ({ codec, bit_depth }: ReportRow, value: number) => value === bit_depth && /_f\d/.test(codec ?? '')

const channelWords = ({ t }: Voice, channels: number) =>
  t(`mixes.analysis.channels.${channels === 1 ? 'mono' : channels === 2 ? 'stereo' : 'many'}`, { n: channels })

/** `-14,0`, with the language's own mark and a minus as wide as a plus. */
export function tenths({ fmt }: Voice, value: number): string {
  const mark = fmt.number(0.5).charAt(1)
  return value
    .toFixed(1)
    .replace(/^-(?=0\.0$)/, '')
    .replace('.', mark)
    .replace('-', '−')
}

/** `3:25`, `1:02:07` */
export function lengthWords(ms: number): string {
  const seconds = Math.round(ms / 1000)
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  const rest = String(seconds % 60).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`
}

/** `86,4 Mo` */
export function byteWords(voice: Voice, bytes: number): string {
  const size = bytes < 1e6 ? 'kb' : bytes < 1e9 ? 'mb' : 'gb'
  return voice.t(`mixes.analysis.size.${size}`, { n: tenths(voice, bytes / { kb: 1e3, mb: 1e6, gb: 1e9 }[size]) })
}

/** How a place would play it, in words. */
export interface ShownPlayback {
  name: string
  lufs: string
  gain: string
  peak: string
  held: boolean
}

export function playbackWords(voice: Voice, { name, lufs, gain, peak, held }: Playback): ShownPlayback {
  const signed = `${gain >= 0.05 ? '+' : ''}${tenths(voice, gain)} dB`
  return {
    name,
    lufs: `${voice.fmt.number(lufs).replace('-', '−')} LUFS`,
    gain: signed,
    peak: peak === null ? '–' : `${tenths(voice, peak)} dBTP`,
    held
  }
}

/** What a file is called in a report: `Nuit blanche · Master 2`, `Nuit blanche · Instrumental`, or its own name. */
export function titleOf({ t }: Voice, { track, version, number, label, kind, name }: ReportRow): string {
  const what = version ? `${t(`mixes.player.versions.${version}`)} ${number}` : (label ?? (kind ? name : ''))
  return [track, what].filter(Boolean).join(' · ') || name
}
