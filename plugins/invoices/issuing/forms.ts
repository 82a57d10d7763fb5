import { fields, form } from '@patchbay/core'
import { paymentMethods } from '../contract.ts'

/** Issuing a draft; with `paid_method` it says that it was paid already, on `paid_on` (today when it is left out). */
export const IssueForm = form({
  id: fields.id(),
  paid_method: fields
    .choice('', ...paymentMethods)
    .optional()
    .transform(method => method || null),
  paid_on: fields.optionalPastDay(),
  paid_reference: fields.optionalText(200)
})

/** Several drafts at once, each by itself: those that cannot be issued stay drafts. */
export const IssueManyForm = form({ ids: fields.ids() })
