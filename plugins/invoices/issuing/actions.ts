import { action, refuse, time } from '@patchbay/core'
import { IssueForm } from './forms.ts'
import { issueInvoice } from './issue.ts'

/** Gives a draft its number and freezes it. */
export const issueAction = action({
  name: 'invoices.issue',
  permission: 'invoices.issue',
  confirm: true,
  oneByOne: true,
  input: IssueForm,
  async run(running, { id, paid_method, paid_on, paid_reference }) {
    const today = time.today(running.studio.timezone)
    if (paid_on !== null && paid_on > today) throw refuse({ paid_on: 'invoices.issuing.errors.paid_in_future' })
    const paid = paid_method && { method: paid_method, paid_on: paid_on ?? today, reference: paid_reference }
    const { number, client_id } = await issueInvoice(running, id, paid ?? undefined)
    return { id, number, client_id }
  },
  about: ({ id, client_id }) => ({ invoice: id, client: client_id })
})

export const issuingActions = [issueAction]
