/** What other plugins may know of a session's report: the facts told, with ids only. */
declare module '@patchbay/core/plugin' {
  interface Facts {
    /** Somebody's timer began on a session; the one that ran before, if any, was stopped and told so. */
    'session-report.timer-started': { session_id: number; person_id: number }
    'session-report.timer-stopped': { session_id: number; person_id: number }
    /** Something of its report was written: arrivals, titles, takes, musicians, costs, notes, corrected time. */
    'session-report.changed': { session_id: number }
    /** The client agreed to time beyond the booked end; the session was extended. */
    'session-report.overtime-accepted': { session_id: number; overtime_id: number }
    /** A report waits to be signed at a distance; its link is mailed. */
    'session-report.sent': { session_id: number; link_id: number }
    /** Who has the link asked for the code. */
    'session-report.code-asked': { link_id: number }
    /** A report was signed and is frozen. */
    'session-report.signed': { session_id: number; report_id: number }
    /** A signed report is to be corrected: what is signed next is a new version. */
    'session-report.reopened': { session_id: number }
  }
  interface Questions {
    /** As credits declare it, word for word, so that either may be installed without the other. */
    'credits.played': {
      input: { session_ids: readonly number[] }
      answer: {
        session_id: number
        name: string
        instrument: string | null
        role: string
        society: string | null
        society_number: string | null
        titles: string[]
      }[]
    }
  }
}

export const verdicts = ['good', 'keep', 'no'] as const
export type Verdict = (typeof verdicts)[number]

/** What somebody does among those who play. */
export const musicianRoles = ['soloist', 'musician', 'singer', 'chorister', 'conductor', 'other'] as const
export type MusicianRole = (typeof musicianRoles)[number]

export const costKinds = ['consumable', 'third_party'] as const
export type CostKind = (typeof costKinds)[number]
