import { action, refuse } from '@patchbay/core'
import type { KnownPaper } from '@patchbay/core'
import { createHash } from 'node:crypto'
import { VerifyForm } from './forms.ts'
import { findKnown } from './turn-queries.ts'

/** What there is to say of a file: its hash, and whether it is known here. */
export interface Verified {
  sha256: string
  known: KnownPaper | null
}

/** Is this paper, to the byte, one that was issued or signed here? It changes nothing; files come by POST. */
export const verify = action({
  name: 'signatures.verify',
  permission: 'signatures.sign',
  input: VerifyForm,
  personal: true,
  secret: ['paper'],
  async run({ db, ask, t }, { paper, sha256 }): Promise<Verified> {
    const hash = paper ? createHash('sha256').update(paper).digest('hex') : sha256
    if (hash === null) throw refuse({ paper: 'signatures.errors.nothing_to_verify' })
    const own = await findKnown(db, Buffer.from(hash, 'hex'))
    if (own) {
      const kind = own.what === 'sealed' ? 'sealed' : own.signed ? 'signed' : 'issued'
      return { sha256: hash, known: { what: t(`signatures.verify.${kind}`), since: own.since } }
    }
    const [known] = await ask('core.known-paper', { sha256: hash })
    return { sha256: hash, known: known ?? null }
  },
  about: () => ({})
})
