/*
 * What a track still lacks before its credits can be given out: for the page, the section and the delivery.
 */

export const lacks = [
  'artist',
  'composer',
  'lyricist',
  'recording',
  'mixing',
  'mastering',
  'isrc',
  'split',
  'unconfirmed'
] as const
export type Lack = (typeof lacks)[number]

/** Roles of which one is enough. */
const wanted = {
  composer: ['Composer', 'ComposerLyricist', 'Author'],
  lyricist: ['Lyricist', 'ComposerLyricist', 'Author', 'Librettist'],
  recording: ['RecordingEngineer', 'TrackingEngineer', 'OverdubEngineer', 'VocalEngineer', 'Engineer', 'Tonmeister'],
  mixing: ['MixingEngineer', 'ImmersiveMixingEngineer', 'RemixingEngineer'],
  mastering: ['MasteringEngineer', 'ImmersiveMasteringEngineer']
} as const

/** Kinds of projects without writers of music, codes and shares. */
const spoken = new Set(['podcast', 'audiobook', 'voice_over'])

export interface Judged {
  isrc: string | null
  instrumental: boolean
  /** Of the project. */
  kind: string
  credits: readonly { role: string; confirmed_at: Date | null }[]
  /** Are the shares of the writing locked? */
  locked: boolean
}

/** What is missing, in the order of `lacks`; nothing when it is complete. `performs` says who performs. */
export function lacksOf(track: Judged, performs: (role: string) => boolean): Lack[] {
  const has = (roles: readonly string[]) => track.credits.some(({ role }) => roles.includes(role))
  const music = !spoken.has(track.kind)
  const missing: Record<Lack, boolean> = {
    artist: !track.credits.some(({ role }) => performs(role)),
    composer: music && !has(wanted.composer),
    lyricist: music && !track.instrumental && !has(wanted.lyricist),
    recording: !has(wanted.recording),
    mixing: !has(wanted.mixing),
    mastering: music && !has(wanted.mastering),
    isrc: music && track.isrc === null,
    split: music && !track.locked,
    unconfirmed: track.credits.some(({ confirmed_at }) => confirmed_at === null)
  }
  return lacks.filter(lack => missing[lack])
}

/** `[1, 2, 3, 4, 7]` as `1–4, 7`. */
export function ranges(numbers: readonly number[]): string {
  const parts: [number, number][] = []
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const last = parts.at(-1)
    if (last && number <= last[1] + 1) last[1] = number
    else parts.push([number, number])
  }
  return parts
    .map(([from, to]) => (from === to ? `${from}` : to === from + 1 ? `${from}, ${to}` : `${from}–${to}`))
    .join(', ')
}
