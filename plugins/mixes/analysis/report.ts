import type { DeliverySheet } from '../../projects/contract.ts'
import type { AudioFormat } from '../contract.ts'
import type { AnalysisProblem } from './analysis.ts'

/** A file as the report speaks of it. */
export interface Reported {
  format: AudioFormat
  codec: string | null
  problem: AnalysisProblem | null
  duration_ms: number | null
  sample_rate: number | null
  bit_depth: number | null
  channels: number | null
  lufs: number | null
  lra: number | null
  true_peak: number | null
  sample_peak: number | null
  clipped: number | null
  head_ms: number | null
  tail_ms: number | null
}

/**
 * `red`: it will be heard; `warning`: it is not what was asked for, or not as it should be; `ok`: it is what was asked
 * for; `info`: it is said, nothing was asked. None of them keeps anybody from anything.
 */
export type Level = 'ok' | 'info' | 'warning' | 'red'

export const whats = [
  'format',
  'rate',
  'depth',
  'channels',
  'duration',
  'lufs',
  'lra',
  'true_peak',
  'sample_peak',
  'clipped',
  'head',
  'tail',
  'damage'
] as const
export type What = (typeof whats)[number]

/** One line of a report: what was found, what was wanted. Numbers in Hz, bits, ms, LUFS, LU and dB; null: nothing to say. */
export interface Line {
  what: What
  value: number | string | null
  wanted: number | string | null
  level: Level
}

/** A loudness that is half a unit off is not heard. */
const lufsTolerance = 0.5
/** Seconds of silence that one would rather cut. */
const [longHead, longTail] = [2000, 8000]

/** What there is to say of a file that was measured, against the delivery sheet of its project or track. */
export function reportOf(audio: Reported, sheet: DeliverySheet): Line[] {
  const { lufs, true_peak, clipped, head_ms, tail_ms } = audio
  const heard = lufs !== null || (audio.sample_peak ?? -Infinity) > -60
  const silence = (ms: number | null, most: number): Level => (heard && (ms ?? 0) > most ? 'warning' : 'info')
  const lines: Line[] = [
    same('format', audio.format, sheet.format),
    same('rate', audio.sample_rate, sheet.rate),
    same('depth', audio.bit_depth, sheet.depth),
    said('channels', audio.channels),
    said('duration', audio.duration_ms),
    { what: 'lufs', value: lufs, wanted: sheet.lufs, level: loudnessLevel(lufs, sheet.lufs) },
    said('lra', audio.lra),
    { what: 'true_peak', value: true_peak, wanted: sheet.true_peak, level: peakLevel(true_peak, sheet.true_peak) },
    said('sample_peak', audio.sample_peak),
    { what: 'clipped', value: clipped, wanted: null, level: clipped ? 'warning' : 'ok' },
    { what: 'head', value: head_ms, wanted: null, level: silence(head_ms, longHead) },
    { what: 'tail', value: tail_ms, wanted: null, level: silence(tail_ms, longTail) }
  ]
  if (audio.problem) lines.push({ what: 'damage', value: audio.problem, wanted: null, level: 'warning' })
  return lines
}

const order: readonly Level[] = ['info', 'ok', 'warning', 'red']

/** The gravest of them. */
export const worstOf = (lines: readonly Line[]): Level =>
  lines.reduce<Level>((worst, { level }) => (order.indexOf(level) > order.indexOf(worst) ? level : worst), 'info')

const said = (what: What, value: number | null): Line => ({ what, value, wanted: null, level: 'info' })

const same = (what: What, value: number | string | null, wanted: number | string | null): Line => ({
  what,
  value,
  wanted,
  level: wanted === null ? 'info' : value === wanted ? 'ok' : 'warning'
})

function loudnessLevel(lufs: number | null, wanted: number | null): Level {
  if (wanted === null) return 'info'
  return lufs !== null && Math.abs(lufs - wanted) <= lufsTolerance ? 'ok' : 'warning'
}

/** Red above 0 dBTP, whatever was asked: players that make it louder or smaller will clip it. */
function peakLevel(peak: number | null, wanted: number | null): Level {
  if (peak !== null && peak > 0) return 'red'
  if (wanted === null) return 'info'
  return peak === null || peak <= wanted ? 'ok' : 'warning'
}

/** Where music is played, and how loud: what each plays at, and which true peak it asks for. State of November 2026. */
export const places = [
  { name: 'Spotify', lufs: -14, true_peak: -1 },
  { name: 'Apple Music', lufs: -16, true_peak: -1 },
  { name: 'Deezer', lufs: -15, true_peak: -1 },
  { name: 'YouTube', lufs: -14, true_peak: -1 },
  { name: 'Tidal', lufs: -14, true_peak: -1 },
  { name: 'EBU R 128', lufs: -23, true_peak: -1 }
] as const

/** How a file would be played somewhere. */
export interface Playback {
  name: string
  lufs: number
  true_peak: number
  /** dB by which it is made louder or softer to reach that loudness. */
  gain: number
  /** The true peak it then has; null for silence. */
  peak: number | null
  /** Made as loud, it would be above what is asked there: it stays softer, or is limited. */
  held: boolean
}

/** What each place makes of a loudness and a true peak; nothing of silence. */
export function playbacksOf(lufs: number | null, truePeak: number | null): Playback[] {
  if (lufs === null) return []
  return places.map(place => {
    const gain = place.lufs - lufs
    const peak = truePeak === null ? null : truePeak + gain
    return { ...place, gain, peak, held: gain > 0 && peak !== null && peak > place.true_peak }
  })
}
