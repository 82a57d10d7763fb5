import { createHash } from 'node:crypto'
import type { SignatureEvent } from '../event-queries.ts'
import type { Request, Signer } from '../queries.ts'

/**
 * All that proves the signatures of a paper, as the file says that goes with it: a person and a program can read it. Times
 * are ISO 8601 in UTC, hashes SHA-256 in hexadecimal.
 */
export interface Proof {
  format: 'patchbay-signature-1'
  studio: string
  request: number
  document: { title: string; sha256: string; language: string }
  /** In what sense it is signed. */
  level: string
  asked_at: string
  completed_at: string
  signers: SignerProof[]
  events: {
    at: string
    kind: string
    signer: string | null
    ip: string | null
    agent: string | null
    detail: string | null
  }[]
}

export interface SignerProof {
  step: number
  name: string
  signed_as: string
  role: string | null
  email: string
  opened_at: string | null
  code_sent_at: string | null
  signed_at: string
  consent: string
  /** Which words these are, whatever language they are in: the beginning of their hash. */
  consent_version: string
  early_start: string | null
  drawing_sha256: string | null
  ip: string | null
  agent: string | null
}

/** The proof of a paper that all have signed. */
export function proofOf(
  studio: string,
  request: Request,
  signers: readonly (Signer & { drawing: Buffer | undefined })[],
  events: readonly SignatureEvent[]
): Proof {
  return {
    format: 'patchbay-signature-1',
    studio,
    request: request.id,
    document: { title: request.title, sha256: request.sha256.toString('hex'), language: request.language },
    level: 'eIDAS (EU 910/2014) art. 3(10): simple electronic signature',
    asked_at: request.created_at.toISOString(),
    completed_at: iso(request.ended_at) ?? '',
    signers: signers.map(one => ({
      step: one.step,
      name: one.name,
      signed_as: one.signed_name ?? '',
      role: one.signed_role ?? one.role,
      email: one.email,
      opened_at: iso(one.opened_at),
      code_sent_at: iso(one.code_sent_at),
      signed_at: iso(one.signed_at) ?? '',
      consent: one.consent ?? '',
      consent_version: versionOf(one.consent ?? ''),
      early_start: one.early_start,
      drawing_sha256: one.drawing ? sha256(one.drawing) : null,
      ip: one.ip,
      agent: one.agent
    })),
    events: events.map(({ at, kind, signer, ip, agent, detail }) => ({
      at: at.toISOString(),
      kind,
      signer,
      ip,
      agent,
      detail
    }))
  }
}

/** Which words somebody said yes to: the same words are the same version. */
export const versionOf = (words: string): string => sha256(Buffer.from(words)).slice(0, 12)

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex')
const iso = (at: Date | null) => at?.toISOString() ?? null
