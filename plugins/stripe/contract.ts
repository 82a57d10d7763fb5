/** What others may hear of Stripe: facts, with ids only. */
declare module '@patchbay/core/plugin' {
  interface Facts {
    /** Stripe told us something, or somebody asks for it anew: it is to be worked on. */
    'stripe.event-received': { event_id: number }
    /** A payer is back from Stripe's page, or should be by now: how it ended is to be read. */
    'stripe.checkout-left': { checkout_id: number }
    /** Money is to be given back. */
    'stripe.refund-asked': { refund_id: number }
    /** What Stripe says is to be compared with what we hold. */
    'stripe.check-asked': { check_id: number }
    /** Somebody paid; `credited`: there was more than was open. */
    'stripe.paid': { stripe_payment_id: number; invoice_id: number }
    /** A payer's bank takes the money back until it is settled who is right. */
    'stripe.disputed': { stripe_payment_id: number; invoice_id: number }
    /** A refund was refused by Stripe, or came back. */
    'stripe.refund-failed': { stripe_payment_id: number; refund_id: number }
    /** Something is otherwise on the pages of Stripe. */
    'stripe.changed': { stripe_payment_id: number | null }
  }
  interface Questions {
    /** May studios connect an account without a key of their own? Stripe answers, from the environment. */
    'stripe.platform': { input: Record<string, never>; answer: boolean }
  }
}

/** How far an event is: not worked on yet, done, done but for a person to look at, given up. */
export type EventState = 'waiting' | 'done' | 'kept' | 'failed'
