import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

export type EventKind =
  | 'asked'
  | 'mailed'
  | 'reminded'
  | 'opened'
  | 'changed'
  | 'code_sent'
  | 'wrong_code'
  | 'signed'
  | 'declined'
  | 'withdrawn'
  | 'expired'
  | 'completed'
  | 'sealed'

/** Something that happened to a paper, as the proof tells it. */
export interface SignatureEvent {
  id: number
  signer_id: number | null
  /** Who did it, or to whom it happened; null for the studio and the clock. */
  signer: string | null
  at: Date
  kind: EventKind
  ip: string | null
  agent: string | null
  /** What was changed, why it was withdrawn or declined, where a mail went. */
  detail: string | null
}

/** Adds to what happened; nothing of it can be changed afterwards. */
export async function note(
  db: Db,
  request_id: number,
  kind: EventKind,
  about: {
    signer_id?: number | null
    ip?: string | null
    agent?: string | null
    detail?: string | null
    at?: Date
  } = {}
): Promise<void> {
  const detail = about.detail?.slice(0, 500) ?? null
  await db('signature_events').insert({ request_id, kind, ...about, detail })
}

/** All that happened to a paper, in its order. */
export function listEvents(db: Db, request_id: number): Promise<SignatureEvent[]> {
  return rowsOf(
    db,
    `select e.id, e.signer_id, s.name as signer, e.at, e.kind, e.ip, e.agent, e.detail
     from signature_events e left join signature_signers s on s.id = e.signer_id where e.request_id = ? order by e.id`,
    [request_id]
  )
}
