import { fields, form } from '@patchbay/core'
import { z } from 'zod'
import { optionalMoment } from './moments.ts'

/** What is said, and where: nowhere is of the whole, `at` at a moment, with `until` of a span. */
const said = () => ({ at: optionalMoment(), until: optionalMoment(), body: fields.text(4000) })

export const CommentForm = form({ revision_id: fields.id(), ...said(), mentions: fields.ids() })
export const AnswerForm = form({ id: fields.id(), body: fields.text(4000), mentions: fields.ids() })
export const ChangeCommentForm = form({ id: fields.id(), ...said() })
export const CommentIdForm = form({ id: fields.id() })

const token = () => z.string().max(100)

/** A guest speaks: of a revision, or in answer to somebody. Who they are, the link says, unless they say it themselves. */
export const CommentByLinkForm = form({
  token: token(),
  revision_id: fields.id(),
  parent_id: fields.optionalId(),
  ...said(),
  author: fields.optionalText(200)
})
export const SettleByLinkForm = form({ token: token(), id: fields.id() })

/** Which comments of a revision are shown, and in which order: by their place in the music, or the latest first. */
export const CommentsQuery = form({
  show: fields.choice('open', 'resolved', 'mine').optional(),
  by: fields.optionalText(200),
  sort: fields.choice('place', 'latest').optional()
})
export type CommentsQuery = z.output<typeof CommentsQuery>
