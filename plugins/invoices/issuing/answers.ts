import type { Plugin } from '@patchbay/core'
import { issueInvoice } from './issue.ts'
import { findPaperBySha } from './queries.ts'

/** Issuing for other plugins, inside the transaction of their actions. */
export const issuingAnswers: NonNullable<Plugin['answers']> = {
  async 'invoices.issue'({ settings, sealed }, { running, invoice_id }) {
    // what is this plugin's own is not what the action of another one was given
    const { number } = await issueInvoice({ ...running, settings, sealed }, invoice_id)
    return { number }
  },
  async 'core.known-paper'({ db, t }, { sha256 }) {
    const paper = await findPaperBySha(db, Buffer.from(sha256, 'hex'))
    return paper && { what: t(`invoices.issuing.known_${paper.kind}`), since: paper.issued_at }
  }
}
