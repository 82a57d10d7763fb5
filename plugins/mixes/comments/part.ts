import type { Part } from '@patchbay/core'
import { answerComment, changeOwnComment, comment, removeOneComment, reopenComment, resolveComment } from './actions.ts'
import { commentAnswers } from './answers.ts'
import { commentByLink, removeByLink, settleByLink } from './by-link.ts'
import { commentRoutes, guestCommentRoutes } from './routes.ts'

export const comments: Part = {
  actions: [
    comment,
    answerComment,
    changeOwnComment,
    removeOneComment,
    resolveComment,
    reopenComment,
    commentByLink,
    settleByLink,
    removeByLink
  ],
  answers: commentAnswers,
  live: { 'mixes.commented': 'mixes.read' },
  staff: commentRoutes,
  open: guestCommentRoutes
}
