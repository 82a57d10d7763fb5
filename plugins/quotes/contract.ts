import type { Running } from '@patchbay/core'

/** What other plugins may know of quotes: the facts told, with ids only, and the questions asked. */
declare module '@patchbay/core/plugin' {
  interface Facts {
    /** A draft was made or changed, or what is linked to a quote. */
    'quotes.changed': { quote_id: number }
    /** A draft is gone. */
    'quotes.removed': { quote_id: number }
    /** It is frozen and on its way to the client. */
    'quotes.sent': { quote_id: number }
    /** The client said yes, online or on paper. */
    'quotes.accepted': { quote_id: number }
    'quotes.declined': { quote_id: number }
    /** Nobody can accept it any more: out of date, taken back, or in place of it there is a newer version. */
    'quotes.ended': { quote_id: number; by: 'expired' | 'withdrawn' | 'superseded' }
    /** A session of an accepted quote could not be confirmed: somebody decides. */
    'quotes.session-blocked': { quote_id: number; session_id: number }
  }
  interface Questions {
    /** As mixes declare it, word for word, so that either may be installed without the other. */
    'mixes.supplement': {
      input: { running: Running | null; project_id: number; client_id: number | null; title: string; round: number }
      answer: { label: string; href: string | null; source: string | null }
    }
    /**
     * The project of an accepted quote: asked to know whether projects can be made at all, and where the one there is is.
     * With `running`, inside the transaction of an action: make it, from the quote's client, title and lines. Whoever keeps
     * projects answers.
     */
    'quotes.make-project': {
      input: {
        running: Running | null
        quote_id: number
        client_id: number
        title: string
        /** Of the quote, so that they are the project's as well. */
        session_ids: readonly number[]
        /** Of mixing, if the quote says so. */
        rounds_included: number | null
      }
      answer: { label: string; href: string | null }
    }
  }
}

export const quoteStates = ['draft', 'sent', 'accepted', 'declined', 'expired', 'superseded', 'withdrawn'] as const
export type QuoteState = (typeof quoteStates)[number]

/** "Acompte" binds both sides; with "arrhes" the client may leave and loses them. */
export const depositKinds = ['acompte', 'arrhes'] as const
export type DepositKind = (typeof depositKinds)[number]

/** What makes the sessions of a quote firm: its acceptance, the payment of its deposit, or somebody of the studio. */
export const confirmations = ['acceptance', 'deposit', 'never'] as const
export type Confirmation = (typeof confirmations)[number]
