import { fields, form } from '@patchbay/core'
import { z } from 'zod'

export const SendForm = form({
  revision_id: fields.id(),
  to_name: fields.text(200),
  /** Where the link is mailed to; without one it is handed on by hand. */
  to_email: fields.optionalEmail(),
  message: fields.optionalText(4000),
  due_on: fields.optionalDay(),
  /** One round more than agreed: with a quote for it, or as a present. Asked for only then. */
  beyond: fields.choice('propose', 'offer').optional()
})

/** What came back: `yes` ticked is needed to approve. */
const decision = () => ({
  outcome: fields.choice('approved', 'changes'),
  remark: fields.optionalText(4000)
})

export const DecideForm = form({
  token: z.string().max(100),
  revision_id: fields.id(),
  name: fields.optionalText(200),
  consent: fields.flag(),
  ...decision()
})

/** Somebody of the studio writes down what they were told: who said it, on which day, in which words. */
export const NoteForm = form({
  id: fields.id(),
  name: fields.text(200),
  day: fields.optionalDay(),
  ...decision()
})
export const ReviewIdForm = form({ id: fields.id() })

export const reviewFilters = ['waiting', 'late', 'changes', 'approved', 'withdrawn'] as const
export const ReviewsQuery = form({
  q: fields.optionalText(100),
  state: fields.choice(...reviewFilters).optional(),
  project_id: fields.optionalId(),
  after: fields.optionalText(200)
})
export type ReviewsQuery = z.output<typeof ReviewsQuery>
