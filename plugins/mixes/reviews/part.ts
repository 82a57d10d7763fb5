import type { Part } from '@patchbay/core'
import { reviewAnswers } from './answers.ts'
import { decideByLink, noteDecision } from './deciding.ts'
import { followFiled, mailReview, remindReviewers } from './following.ts'
import { reviewList } from './list.ts'
import { reviewRoutes } from './routes.ts'
import { sendForReview, withdrawReview } from './sending.ts'

export const reviews: Part = {
  actions: [sendForReview, withdrawReview, decideByLink, noteDecision],
  lists: [reviewList],
  answers: reviewAnswers,
  on: { 'mixes.filed': followFiled, 'mixes.review-sent': mailReview },
  // whoever is to answer waits for nobody's visit
  jobs: { remind_reviewers: { every: '20 7 * * *', days: 30, run: remindReviewers } },
  live: {
    'mixes.review-sent': 'mixes.read',
    'mixes.review-decided': 'mixes.read',
    'mixes.review-late': 'mixes.read'
  },
  staff: reviewRoutes
}
