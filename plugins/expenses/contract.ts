import type { Running } from '@patchbay/core'

/*
 * What other plugins may know of expenses: the facts told. The two questions by which bank lines pay them are declared here
 * as the bank declares them, word for word, so that either may be installed without the other.
 */
declare module '@patchbay/core/plugin' {
  interface Facts {
    /** A draft was entered by hand, received as a file, or made because it recurs. */
    'expenses.added': { expense_id: number }
    /** Its fields, lines or files are others, or it was removed. */
    'expenses.changed': { expense_id: number }
    /** It counts from now on. */
    'expenses.recorded': { expense_id: number }
    /** Money went out for it, or a payment was taken back. */
    'expenses.paid': { expense_id: number }
    /** A supplier or a category is another. */
    'expenses.suppliers-changed': { supplier_id: number }
  }
  interface Questions {
    /** As projects declare it. */
    'projects.sections': { input: { project_id: number }; answer: Section | Section[] }
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
    'bank.unpay-expense': { input: { running: Running; external: string }; answer: boolean }
  }
}

export const expenseKinds = ['receipt', 'invoice', 'credit_note'] as const
export type ExpenseKind = (typeof expenseKinds)[number]

export const expenseStates = ['draft', 'recorded'] as const
export type ExpenseState = (typeof expenseStates)[number]

/** How money went out. */
export const paymentMethods = ['card', 'transfer', 'direct_debit', 'cash', 'cheque', 'other'] as const
export type PaymentMethod = (typeof paymentMethods)[number]

export const recurrences = ['month', 'quarter', 'year'] as const
export type Recurrence = (typeof recurrences)[number]
