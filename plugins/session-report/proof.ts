import { hashOf, imageHash, sealOf } from './content.ts'
import type { Report } from './report-queries.ts'

/** What was checked of a signed report. */
export interface Proven {
  /** What it says is what was signed. */
  hash: boolean
  /** Who signed, when and how is what was sealed. */
  seal: boolean
}

/** Does what is kept still fit its hash and its seal? Worked out anew each time somebody looks. */
export function verify(report: Report, image: Buffer | undefined): Proven {
  const { version, way, signed_at, signer_name, consent } = report
  if (version === null || !way || !signed_at || signer_name === null || consent === null)
    return { hash: false, seal: false }
  const { hash, signer_role, signer_email, ip, agent, code_sent_at } = report
  const proof = {
    hash,
    version,
    way,
    signed_at,
    signer_name,
    signer_role,
    signer_email,
    consent,
    ip,
    agent,
    code_sent_at
  }
  return {
    hash: hashOf(report.snapshot) === hash,
    seal: sealOf({ ...proof, image_hash: imageHash(image) }) === report.seal
  }
}
