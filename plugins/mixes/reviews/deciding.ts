import { action, conflict, notFound, refuse, time } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import type { TrackStatus } from '../../projects/contract.ts'
import { speakingLink } from '../comments/by-link.ts'
import type { Version } from '../contract.ts'
import { DecideForm, NoteForm } from './forms.ts'
import { decide, findReview, lockWaiting, reviewOfLink, setRevisionState } from './queries.ts'
import type { Decision, Reviewable } from './queries.ts'
import { aboutReview, decided, reviewable } from './sending.ts'
import type { Reviewed } from './sending.ts'

/* What came back. */

/** Where a track is at least when a version of it is approved. */
const further: Partial<Record<Version, TrackStatus>> = { rough: 'mixing', final: 'mastering', master: 'approved' }

/**
 * Whom it was sent to says yes, or what is to change. A yes is kept with the words that were read, the file's SHA-256, the
 * address and the time; the first answer counts, whoever presses when.
 */
export const decideByLink = action({
  name: 'mixes.decide_by_link',
  permission: 'mixes.listen',
  input: DecideForm,
  secret: ['token'],
  about: aboutReview,
  async run(running, { token, revision_id, name, consent, outcome, remark }): Promise<Reviewed> {
    const { db, from } = running
    const link = await speakingLink(running, token, revision_id)
    // the track first, as everything that concerns its rounds does
    const revision = await reviewable(running, revision_id)
    const review = await lockWaiting(db, { link_id: link.id, revision_id })
    if (!review) {
      // a link that was never sent for review decides nothing
      if (!(await reviewOfLink(db, link.id, revision_id))) throw notFound()
      throw conflict('mixes.reviews.errors.decided')
    }
    if (outcome === 'approved' && !consent) throw refuse({ consent: 'mixes.reviews.errors.consent' })
    const by = { decided_by: name ?? review.to_name, decided_email: review.to_email, ...from }
    const words = outcome === 'approved' ? consentTo(running, revision) : null
    return settle(running, revision, review.id, { outcome, remark, words, ...by })
  }
})

/** Somebody of the studio writes down what they were told by voice: who, on which day, in which words. */
export const noteDecision = action({
  name: 'mixes.note_decision',
  permission: 'mixes.review',
  input: NoteForm,
  about: aboutReview,
  async run(running, { id, name, day, outcome, remark }): Promise<Reviewed> {
    const { db, person, studio, fmt, t } = running
    const review = await findReview(db, id)
    if (!review) throw notFound()
    const today = time.today(studio.timezone)
    if (day !== null && day > today) throw refuse({ day: 'mixes.reviews.errors.future' })
    const revision = await reviewable(running, review.revision_id)
    if (!(await lockWaiting(db, { id }))) throw conflict('mixes.reviews.errors.decided')
    const words = t('mixes.reviews.noted', { who: name, day: fmt.date(day ?? today), by: person.name })
    const by = { decided_by: name, decided_email: review.to_email, decided_person: person.id }
    return settle(running, revision, id, { outcome, remark, words, ...by })
  }
})

/** The sentence that is agreed to, as it stands on the page. */
export const consentTo = (
  { t }: Pick<Running, 't'>,
  { title, version, number, sha256 }: Pick<Reviewable, 'title' | 'version' | 'number' | 'sha256'>
): string =>
  t('mixes.reviews.consent', {
    title,
    version: t(`mixes.comments.versions.${version}`, { n: number }),
    print: sha256.toString('hex').slice(0, 12)
  })

async function settle(running: Running, revision: Reviewable, id: number, decision: Decision): Promise<Reviewed> {
  const { db, ask } = running
  const approved = decision.outcome === 'approved'
  const proof = approved ? { sha256: revision.sha256 } : {}
  if (!(await decide(db, id, { ...decision, ...proof }))) throw conflict('mixes.reviews.errors.decided')
  await setRevisionState(db, revision.id, approved ? 'approved' : 'changes')
  const status = approved ? further[revision.version] : undefined
  if (status) await ask('projects.advance-track', { running, track_id: revision.track_id, status })
  return decided(running, revision, id)
}
