import type { Running } from '@patchbay/core'

/*
 * Signing online: a paper goes to its signers by private links, one after another; each proves their mail with a code,
 * says yes in words that are kept, and the sealed paper with its proof goes to all. Whoever has a paper signed asks here.
 */
declare module '@patchbay/core/plugin' {
  interface Facts {
    /** A signer opened the paper. */
    'signatures.opened': { request_id: number; signer_id: number }
    'signatures.signed': { request_id: number; signer_id: number }
    /** The last one signed: the paper is sealed. */
    'signatures.completed': { request_id: number }
    'signatures.declined': { request_id: number; signer_id: number }
    /** Withdrawn by the studio, or run out. */
    'signatures.ended': { request_id: number }
    /** It is somebody's turn to sign: their link is mailed. */
    'signatures.invited': { signer_id: number }
    /** They have not answered, and are mailed again. */
    'signatures.reminded': { signer_id: number }
    /** Who has the link asked for the code. */
    'signatures.code-asked': { signer_id: number }
  }
  interface Questions {
    /** Asked inside the transaction of an action, which hands on what it was given: have this paper signed. Signatures answer. */
    'signatures.ask': { input: { running: Running } & PaperToSign; answer: SignatureAsked }
    /**
     * A signer has come to a paper that was withdrawn or ran out: the whole link of what they may sign in its place. The
     * plugin that asked answers, if it was the same person.
     */
    'signatures.instead': { input: { document: string; email: string }; answer: string }
    /**
     * Inside a transaction: nobody may sign it any more. False: it is not open. `quietly`: the signers are not written to,
     * for they know, or hear of it otherwise.
     */
    'signatures.withdraw': { input: { running: Running; request_id: number; quietly?: boolean }; answer: boolean }
    /** Where a request stands. */
    'signatures.state': { input: { request_id: number }; answer: SignatureState }
    /**
     * A part of the signing page, inside its form: choices the signer makes (options of a quote), in fields called
     * `choice_…`. The plugin that asked answers, knowing its own by `document`.
     */
    'signatures.choices': { input: { document: string; values: Record<string, string> }; answer: Section }
    /**
     * Inside the transaction in which a signer asks for their code: settle what was chosen. The answer is the paper as it
     * will be signed; nothing leaves it as it was. Refuses by throwing. The plugin that asked answers.
     */
    'signatures.settle': {
      input: { running: Running; document: string; choices: Record<string, string> }
      answer: { pdf: Buffer }
    }
    /**
     * Inside the transaction of the last signature: what must become true with it (a quote is accepted). Throwing rolls the
     * signature back. The plugin that asked answers.
     */
    'signatures.concluded': { input: { running: Running; document: string; request_id: number }; answer: true }
    /** The same for a refusal, with its reason. */
    'signatures.refused': {
      input: { running: Running; document: string; request_id: number; reason: string }
      answer: true
    }
  }
}

export interface PaperToSign {
  /** `quote:12`: whose it is, and which. */
  document: string
  /** `Devis D2026-0012` */
  title: string
  language: 'fr' | 'en'
  /** The paper as it is now. */
  pdf: Buffer
  /** In the order in which they sign; those of one `step` at the same time. */
  signers: { name: string; email: string; role: string | null; step: number }[]
  /** The words each says yes to, with `{title}` as a gap: `Bon pour accord`. */
  consent: string
  /** Above the form: an offer that expires, what comes next. */
  message: string | null
  /** May the signer decline, with a reason? */
  may_decline: boolean
  /** ISO 8601; null: until it is withdrawn. */
  expires_at: string | null
  /** Those who sign first must ask expressly that the service begins within the 14 days of withdrawal (Code de la consommation, L221-25): the words, or null. */
  early_start: string | null
}

export interface SignatureAsked {
  request_id: number
  /** The private link of each signer, whole, in their order; the first ones are mailed by signatures. */
  links: string[]
}

export interface SignatureState {
  state: 'open' | 'completed' | 'declined' | 'withdrawn' | 'expired'
  signers: {
    name: string
    email: string
    step: number
    opened_at: Date | null
    signed_at: Date | null
    declined_at: Date | null
    reason: string | null
  }[]
  completed_at: Date | null
  /** The sealed paper with its proof, at `/s/:studio/signatures/:request_id/sealed.pdf`; null before. */
  sealed_file_id: number | null
  /** SHA-256 of the paper that was signed, hexadecimal. */
  sha256: string
  href: string
}
