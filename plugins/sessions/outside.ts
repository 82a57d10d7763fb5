import type { Ask } from '@patchbay/core'

/* What is asked for by somebody outside of the studio, and what they may know. Part of the contract. */

/** Rooms and a period; `ask` is the asker's own, because outside calendars answer too. Without rooms, all that are bookable. */
export interface FreeWanted {
  ask: Ask
  from: Date
  to: Date
  rooms?: readonly number[] | undefined
}

/** `[starts_at, ends_at)` */
export interface TimeSlot {
  starts_at: Date
  ends_at: Date
}

/**
 * When rooms can be had, each list in order: opening hours, where nothing is, where only options are, and where three are,
 * so that nobody can stand behind them.
 */
export interface FreeTimes {
  rooms: { room_id: number; open: TimeSlot[]; free: TimeSlot[]; behind: TimeSlot[]; full: TimeSlot[] }[]
  /** How the rooms' rates are to be read. */
  prices_include_vat: boolean
}

/** An option somebody outside asks for. */
export interface AskedFor extends TimeSlot {
  room_id: number
  client_id: number
  title: string | null
  notes: string | null
  /** How long it holds; null: as the studio's options do. Never beyond its start. */
  hours: number | null
}

/**
 * What came of it: the option; or the room is out of use, taken, three options are there; or a price rule wants more
 * minutes.
 */
export type Entered =
  | { session_id: number; rank: number; expires_at: Date }
  | { refused: 'closed' | 'taken' | 'full' }
  | { refused: 'short'; minutes: number }

/** A wish for the waiting list: so many minutes of a day between two clocks. */
export interface WishedFor {
  client_id: number
  room_id: number | null
  day: string
  earliest: string | null
  latest: string | null
  minutes: number
  note: string | null
}
