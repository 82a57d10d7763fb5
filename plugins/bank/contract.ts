import type { Running } from '@patchbay/core'

/*
 * What other plugins may know of the bank: the facts told, and the questions by which lines pay what others owe. Expenses
 * declare the same questions, word for word, so that either may be installed without the other.
 */
declare module '@patchbay/core/plugin' {
  interface Facts {
    /** Lines came in, were matched, set aside or opened again; null for many. */
    'bank.changed': { line_id: number | null }
  }
  interface Questions {
    /** What money that left may have paid, recorded between these days and not paid yet. */
    'bank.payable-expenses': {
      input: { from: string; until: string }
      answer: {
        expense_id: number
        label: string
        number: string | null
        iban: string | null
        issue_date: string
        due_date: string | null
        open_cents: number
        currency: string
        href: string
      }[]
    }
    /** Inside the transaction of an action, which hands on what it was given: a line paid that. Told once for each `external`. */
    'bank.pay-expense': {
      input: {
        running: Running
        expense_id: number
        cents: number
        paid_on: string
        reference: string | null
        external: string
      }
      answer: { open_cents: number }
    }
    /** The same: it did not. False: nobody knows that payment. */
    'bank.unpay-expense': { input: { running: Running; external: string }; answer: boolean }
  }
}

/** What lines may be that pay neither an invoice nor an expense. */
export const asideCategories = ['transfer', 'fees', 'taxes', 'wages', 'owner', 'loan', 'subsidy', 'other'] as const
export type AsideCategory = (typeof asideCategories)[number]

export const lineStates = ['open', 'matched', 'aside'] as const
export type LineState = (typeof lineStates)[number]
