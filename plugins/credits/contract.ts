/** What other plugins may know of musicians and credits: the facts told, with ids only, and the questions asked. */
declare module '@patchbay/core/plugin' {
  interface Facts {
    /** Somebody was entered, changed, put away or merged with another. */
    'credits.musician-changed': { musician_id: number }
    /** Credits or shares of a track changed. */
    'credits.changed': { track_id: number; project_id: number }
    /** The shares of a track were locked, or unlocked. */
    'credits.split-locked': { track_id: number; project_id: number }
  }
  interface Questions {
    /** Who played or sang in these sessions and on which titles; whoever keeps session reports answers. */
    'credits.played': { input: { session_ids: readonly number[] }; answer: Played[] }
    /** What is known of the current recording of these tracks, the furthest version first; whoever keeps files answers. */
    'credits.recordings': { input: { track_ids: readonly number[] }; answer: Record<number, Recorded> }
  }
}

export interface Played {
  session_id: number
  name: string
  instrument: string | null
  /** A word of session reports: soloist, musician, singer, chorister, conductor, other. */
  role: string
  society: string | null
  society_number: string | null
  /** Titles worked on in that session. */
  titles: string[]
}

export interface Recorded {
  version: string
  duration_ms: number | null
  /** Hz. */
  sample_rate: number | null
  bit_depth: number | null
  channels: number | null
  sha256: string
}
