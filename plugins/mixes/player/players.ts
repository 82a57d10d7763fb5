import type { Db } from '@patchbay/core'
import type { AudioFormat, RevisionState, Version } from '../contract.ts'
import { peaksOf } from './queries.ts'
import type { Revision } from './queries.ts'
import { canBeHeard } from './sound.ts'
import { wavePath } from './waves.ts'

/** One revision, as the player takes it. */
export interface Take {
  id: number
  audio_id: number
  version: Version
  number: number
  state: RevisionState
  /** Milliseconds; null until it is known. */
  duration_ms: number | null
  lufs: number | null
  format: AudioFormat
  /** Where it is heard; null when browsers cannot play it. */
  audio: string | null
  /** Where its peaks are; null until it was measured. */
  peaks: string | null
}

/** What `mixes/_player` draws: a track with all that can be heard of it. */
export interface Player {
  track_id: number
  title: string
  /** Artist and project. */
  subtitle: string
  /** Its listening page; where the dock leads. */
  href: string
  /** The furthest version first, its newest first. */
  takes: Take[]
  chosen: Take | undefined
  /** Of the chosen one, drawn; empty until it was measured. */
  path: string
  /** Neighbours: their listening pages. */
  previous: string | null
  next: string | null
}

export interface Playing {
  track: { id: number; title: string; subtitle: string; href: string; previous?: string | null; next?: string | null }
  revisions: readonly Revision[]
  /** Which to begin with; else the first. */
  chosen?: number | undefined
  /** What addresses of files begin with: `${base}/audio/12/listen`. For guests, that of their link. */
  base: string
}

/** What the player needs; one statement, for the chosen one's peaks. */
export async function playerOf(db: Db, { track, revisions, chosen, base }: Playing): Promise<Player> {
  const takes = revisions.map(revision => takeOf(revision, base))
  const first = takes.find(({ id }) => id === chosen) ?? takes[0]
  return {
    track_id: track.id,
    title: track.title,
    subtitle: track.subtitle,
    href: track.href,
    takes,
    chosen: first,
    path: first?.peaks ? wavePath(await peaksOf(db, first.audio_id)) : '',
    previous: track.previous ?? null,
    next: track.next ?? null
  }
}

export function takeOf(revision: Revision, base: string): Take {
  const { id, audio_id, version, number, state, duration_ms, lufs, format, measured, audio_state } = revision
  return {
    id,
    audio_id,
    version,
    number,
    state,
    duration_ms,
    lufs,
    format,
    audio: canBeHeard(revision) ? `${base}/audio/${audio_id}/listen` : null,
    peaks: audio_state === 'analysed' ? `${base}/audio/${audio_id}/peaks?v=${measured}` : null
  }
}
