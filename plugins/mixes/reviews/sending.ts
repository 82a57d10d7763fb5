import { action, conflict, notFound, refuse, time } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { makeLink, revokeLink } from '../links/making.ts'
import { ReviewIdForm, SendForm } from './forms.ts'
import { addReview, decide, findReview, findReviewable, lockTrack, setRevisionState } from './queries.ts'
import type { Reviewable } from './queries.ts'

/* A revision goes to somebody who is to say yes, or what is to change. */

/** What every action about a review gives back. */
export interface Reviewed {
  id: number
  revision_id: number
  track_id: number
  project_id: number
}

export const aboutReview = ({ track_id, project_id }: Reviewed) => ({ track: track_id, project: project_id })

/** A round of mixing more than was agreed to. Demos and masters have no such number. */
export const isBeyond = ({ version, rounds_sent, rounds_included }: Reviewable): boolean =>
  (version === 'rough' || version === 'final') && rounds_sent + 1 > rounds_included

/**
 * Sends a revision for review: a link is made for whom it is for, and mailed when there is an address. One round beyond
 * those included goes only with a word on who pays for it: a quote is made, or it is a present, on record.
 */
export const sendForReview = action({
  name: 'mixes.send_review',
  permission: 'mixes.review',
  input: SendForm,
  constraints: { reviews_open: ['', 'mixes.reviews.errors.open'] },
  about: aboutReview,
  async run(running, { revision_id, to_name, to_email, message, due_on, beyond: choice }): Promise<Reviewed> {
    const { db, person, studio, tell } = running
    const revision = await reviewable(running, revision_id)
    if (revision.state === 'in_review') throw refuse({ '': 'mixes.reviews.errors.open' })
    if (revision.number < revision.newest) throw refuse({ '': 'mixes.reviews.errors.older' })
    if (revision.state === 'approved') throw refuse({ '': 'mixes.reviews.errors.approved' })
    if (due_on !== null && due_on < time.today(studio.timezone)) throw refuse({ due_on: 'mixes.reviews.errors.past' })
    const beyond = isBeyond(revision)
    if (beyond && !choice) throw refuse({ beyond: 'mixes.reviews.errors.beyond' })
    const round = revision.rounds_sent + 1
    const supplement = beyond && choice === 'propose' ? await propose(running, revision, round) : null
    const { project_id, track_id } = revision
    const { link_id } = await makeLink(running, {
      project_id,
      revision_ids: [revision_id],
      scope: 'comment',
      recipient: to_name,
      email: to_email
    })
    const sent = { revision_id, round, beyond, to_name, to_email, message, due_on, link_id, supplement }
    const id = await addReview(db, { ...sent, sent_by: person.id })
    await setRevisionState(db, revision_id, 'in_review')
    tell('mixes.review-sent', { review_id: id, revision_id, track_id })
    return { id, revision_id, track_id, project_id }
  }
})

/** Takes it back before there was an answer; its link opens nothing any more, and the round is not counted. */
export const withdrawReview = action({
  name: 'mixes.withdraw_review',
  permission: 'mixes.review',
  input: ReviewIdForm,
  about: aboutReview,
  async run(running, { id }): Promise<Reviewed> {
    const { db, person } = running
    const review = await findReview(db, id)
    if (!review) throw notFound()
    const revision = await reviewable(running, review.revision_id)
    const who = { decided_by: person.name, decided_person: person.id }
    if (!(await decide(db, id, { outcome: 'withdrawn', ...who }))) throw conflict('mixes.reviews.errors.decided')
    await setRevisionState(db, revision.id, 'draft')
    if (review.link_id !== null) await revokeLink(running, review.link_id)
    return decided(running, revision, id)
  }
})

/** Tells that there is an answer. */
export function decided({ tell }: Running, { id, track_id, project_id }: Reviewable, review_id: number): Reviewed {
  tell('mixes.review-decided', { review_id, revision_id: id, track_id })
  return { id: review_id, revision_id: id, track_id, project_id }
}

/** The revision, its track held until the transaction ends. @throws notFound when there is none. */
export async function reviewable({ db }: Running, id: number): Promise<Reviewable> {
  const found = await findReviewable(db, id)
  if (!found) throw notFound()
  await lockTrack(db, found.track_id)
  // read again: whoever held the track before may have sent it, or a round of it
  const now = await findReviewable(db, id)
  if (!now) throw notFound()
  return now
}

async function propose(running: Running, { project_id, client_id, title }: Reviewable, round: number): Promise<string> {
  const [made] = await running.ask('mixes.supplement', { running, project_id, client_id, title, round })
  if (!made?.source) throw refuse({ beyond: 'mixes.reviews.errors.no_supplement' })
  return made.source
}
