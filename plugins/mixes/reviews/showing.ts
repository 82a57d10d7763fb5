import { time, together } from '@patchbay/core'
import type { Context } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import type { ShareLink } from '../links/queries.ts'
import { settingsOf } from '../settings.ts'
import { consentTo } from './deciding.ts'
import { findReviewable, findSendable, reviewsOfTrack } from './queries.ts'
import type { Person, Reviewable, ShownReview } from './queries.ts'
import { isBeyond } from './sending.ts'

/** What the view `mixes/_review` is given. */
export interface ReviewPart {
  revision: Reviewable
  /** The one that waits for an answer, or the last that was given, of this revision. */
  review: ShownReview | undefined
  /** All that were sent of the track, the newest first. */
  rounds: ShownReview[]
  /** An older revision of the same version was approved, and this one came later. */
  approved: ShownReview | undefined
  /** The next round would be one more than agreed. */
  beyond: boolean
  /** What a quote for it would be called; undefined when none can be made. */
  supplement: { label: string } | undefined
  /** Whom it can be sent to. */
  people: Person[]
  due_on: string
  today: string
  guest: boolean
  can_send: boolean
  can_decide: boolean
  /** The sentence that is agreed to. */
  consent: string
  /** Where it is sent for review or, by a guest, decided; where one review is dealt with (`<each>/12/withdrawal`). */
  action: string
  each: string
  errors: Record<string, string>
  values: Record<string, unknown>
}

/** The review of a revision for somebody of the studio: two statements; undefined when there is no such revision. */
export async function staffReview(
  request: FastifyRequest,
  revision: { id: number; track_id: number }
): Promise<ReviewPart | undefined> {
  const { db, base, can } = request
  const [found, rounds] = await together(db, over => [
    findSendable(over, revision.id),
    reviewsOfTrack(over, revision.track_id)
  ])
  if (!found) return undefined
  const can_send = can('mixes.review')
  const beyond = isBeyond(found)
  const { project_id, client_id, title, rounds_sent, number, newest, state } = found
  const asked = beyond && can_send && { running: null, project_id, client_id, title, round: rounds_sent + 1 }
  const [supplement] = asked ? await request.ask('mixes.supplement', asked) : []
  return {
    ...partOf(request, found, rounds),
    beyond,
    supplement,
    people: found.people,
    guest: false,
    can_send: can_send && number === newest && state !== 'in_review' && state !== 'approved',
    can_decide: can_send,
    action: `${base}/mixes/revisions/${found.id}/reviews`,
    each: `${base}/mixes/reviews`
  }
}

/** The same for a guest: what they are to say, or said. `here` is the address of their page, with the token. */
export async function guestReview(
  request: FastifyRequest,
  revision_id: number,
  { link, here }: { link: Pick<ShareLink, 'id'>; here: string }
): Promise<ReviewPart | undefined> {
  const found = await findReviewable(request.db, revision_id)
  if (!found) return undefined
  const all = await reviewsOfTrack(request.db, found.track_id)
  const own = all.filter(({ link_id }) => link_id === link.id)
  return {
    ...partOf(request, found, own),
    approved: undefined,
    beyond: false,
    supplement: undefined,
    people: [],
    guest: true,
    can_send: false,
    can_decide: true,
    action: `${here}/decision`,
    each: ''
  }
}

function partOf(request: FastifyRequest, revision: Reviewable, rounds: ShownReview[]) {
  const { studio, switched } = request
  const { review_days } = settingsOf(switched.settings('mixes'))
  const today = time.today(studio.timezone)
  const words: Pick<Context, 't'> = request.words()
  const review = rounds.find(({ revision_id, outcome }) => revision_id === revision.id && outcome !== 'withdrawn')
  return {
    revision,
    review,
    rounds,
    approved: rounds.find(
      ({ outcome, version, number }) =>
        outcome === 'approved' && version === revision.version && number < revision.number
    ),
    due_on: time.addDays(today, review_days),
    today,
    consent: consentTo(words, revision),
    errors: {},
    values: {}
  }
}
