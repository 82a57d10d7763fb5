import type { Asking, Notice, Plugin } from '@patchbay/core'
import { findReview, findReviewable } from '../reviews/queries.ts'
import { findNoticed } from './queries.ts'
import { clockText } from './moments.ts'

/** What people may hear of: kinds of their own choice. Who is called by name, and who waits for a decision, is mailed too. */
const kinds = { commented: false, mentioned: true, decided: true, late: true } as const

/** News of all mixes, for whom they concern. */
export const commentAnswers: NonNullable<Plugin['answers']> = {
  'core.notice': async (asking, { fact, ids }) =>
    fact === 'mixes.commented' ? commented(asking, ids) : reviewed(asking, fact, ids),
  'core.notice-kinds': async ({ t }) =>
    Object.entries(kinds).map(([kind, by_mail]) => ({
      kind: `mixes.${kind}`,
      label: t(`mixes.comments.notice_kinds.${kind}`),
      by_mail
    }))
}

/** Whom it calls hears that; else whoever sent the file in, or said what is answered. A change of words is no news. */
async function commented({ db }: Asking, ids: Record<string, unknown>): Promise<Notice | undefined> {
  if (ids['what'] !== 'said') return undefined
  const comment = await findNoticed(db, Number(ids['comment_id']))
  if (!comment) return undefined
  const others = [comment.uploaded_by, comment.parent_person].filter(id => id !== null)
  const called = comment.mentions.length > 0
  const people = (called ? comment.mentions : others).filter(id => id !== comment.person_id)
  if (people.length === 0) return undefined
  const kind = called ? 'mentioned' : 'commented'
  return {
    people: [...new Set(people)],
    kind: `mixes.${kind}`,
    text: `mixes.comments.notices.${kind}${comment.at_ms === null ? '' : '_at'}`,
    values: {
      who: comment.author,
      title: comment.title,
      at: comment.at_ms === null ? '' : clockText(comment.at_ms),
      words: comment.body.length > 120 ? `${comment.body.slice(0, 119)}…` : comment.body
    },
    path: `/mixes/tracks/${comment.track_id}?revision=${comment.revision_id}#comment-${comment.id}`,
    by_mail: kinds[kind]
  }
}

async function reviewed({ db }: Asking, fact: string, ids: Record<string, unknown>): Promise<Notice | undefined> {
  if (fact !== 'mixes.review-decided' && fact !== 'mixes.review-late') return undefined
  const review = await findReview(db, Number(ids['review_id']))
  const revision = review && (await findReviewable(db, review.revision_id))
  // what the studio took back itself is no news
  if (!revision || review.outcome === 'withdrawn') return undefined
  const kind = fact === 'mixes.review-late' ? 'late' : 'decided'
  return {
    people: [...new Set([review.sent_by, revision.created_by].filter(id => id !== null))],
    kind: `mixes.${kind}`,
    text: `mixes.comments.notices.${kind === 'late' ? 'late' : review.outcome}`,
    values: { who: review.decided_by ?? review.to_name, title: revision.title, n: revision.number },
    path: `/mixes/tracks/${revision.track_id}?revision=${revision.id}`,
    by_mail: kinds[kind]
  }
}
