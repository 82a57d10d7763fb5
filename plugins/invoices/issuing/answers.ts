import type { Plugin } from '@patchbay/core'
import { issueInvoice } from './issue.ts'

/** Issuing for other plugins, inside the transaction of their actions. */
export const issuingAnswers: NonNullable<Plugin['answers']> = {
  async 'invoices.issue'({ settings, sealed }, { running, invoice_id }) {
    // what is this plugin's own is not what the action of another one was given
    const { number } = await issueInvoice({ ...running, settings, sealed }, invoice_id)
    return { number }
  }
}
