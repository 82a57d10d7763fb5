/** What other plugins may know of call sheets: the facts told. */
declare module '@patchbay/core/plugin' {
  interface Facts {
    /** What stands on a session's sheet is another. */
    'call-sheets.changed': { session_id: number }
    /** Somebody sent the sheet to these. */
    'call-sheets.sent': { session_id: number; sending_ids: number[] }
    /** A recall note was added, changed or removed. */
    'call-sheets.recalled': { room_id: number; session_id: number | null }
  }
}

/** What became of a sheet that was sent: it waits for the mail server, was taken by it, or refused. */
export type Fate = 'waiting' | 'sent' | 'failed'
