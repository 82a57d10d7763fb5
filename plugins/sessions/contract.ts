/**
 * What other plugins may know of sessions: the facts told. All are told with ids only; whoever hears one reads what it
 * may see.
 */
declare module '@patchbay/core/plugin' {
  interface Facts {
    /** A session was entered, as an option or confirmed. */
    'sessions.booked': { session_id: number }
    /** Its time or its room is another. */
    'sessions.moved': { session_id: number }
    /** Something else of it: client, people, title, notes, price; or an option was extended. */
    'sessions.changed': { session_id: number }
    /** An option became firm. */
    'sessions.confirmed': { session_id: number }
    /** Called off, by somebody and for a reason. */
    'sessions.cancelled': { session_id: number }
    /** An option ended: given up, run out, or gone because `for_session_id` was confirmed. */
    'sessions.released': { session_id: number; for_session_id: number | null }
    /** What was cancelled, started, completed or confirmed by mistake is again what it was before. */
    'sessions.reopened': { session_id: number }
    'sessions.started': { session_id: number }
    'sessions.completed': { session_id: number }
    /** Nobody came. */
    'sessions.missed': { session_id: number }
    /** A room was added, changed, archived or restored. */
    'sessions.rooms-changed': { room_id: number }
  }
}

export const sessionStates = ['option', 'confirmed', 'in_progress', 'completed', 'cancelled', 'no_show'] as const
export type SessionState = (typeof sessionStates)[number]

export const roomKinds = [
  'live_room',
  'cabine',
  'control_room',
  'mixing',
  'mastering',
  'rehearsal',
  'podcast',
  'other'
] as const
export type RoomKind = (typeof roomKinds)[number]
