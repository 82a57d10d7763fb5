import type { Hearing, Working } from '@patchbay/core'
import { time } from '@patchbay/core'
import { carryComments } from '../comments/carrying.ts'
import { addressAgain } from '../links/making.ts'
import { revoke } from '../links/queries.ts'
import { settingsOf } from '../settings.ts'
import { decide, findMailed, noteReminder, overdue, supersedeOlder, waitingBefore } from './queries.ts'
import type { Due } from './queries.ts'

/* What follows by itself: a new revision ends the reviews of those before, letters go out, and one more when it is late. */

/**
 * A new revision: those before of its version are no longer what is talked about. Their open reviews are withdrawn and
 * their links closed; what was approved stays approved. Open comments come along.
 */
export async function followFiled(
  hearing: Hearing,
  filed: { revision_id: number | null; track_id: number | null; project_id: number }
): Promise<void> {
  const { db, by, did, tell } = hearing
  const { revision_id, track_id, project_id } = filed
  if (revision_id === null || track_id === null) return
  await carryComments(hearing, filed)
  for (const { id, link_id, revision_id: older } of await waitingBefore(db, revision_id)) {
    await decide(db, id, { outcome: 'withdrawn', decided_by: by.name || 'Patchbay', decided_person: by.id })
    if (link_id !== null && (await revoke(db, link_id, by.id))) tell('mixes.link-changed', { link_id, project_id })
    await did('mixes.withdraw_review', { track: track_id, project: project_id })
    tell('mixes.review-decided', { review_id: id, revision_id: older, track_id })
  }
  await supersedeOlder(db, revision_id)
}

/** Mails the link to whom it is for. */
export async function mailReview(hearing: Hearing, { review_id }: { review_id: number }): Promise<void> {
  const review = await findMailed(hearing.db, review_id)
  if (review) await mailOf(hearing, review, 'sent')
}

/** One letter more, once, to those whose answer is late; the studio hears of it, also where there is nobody to write to. */
export async function remindReviewers(work: Working): Promise<void> {
  const { db, studio, settings, tell, did } = work
  const { review_reminder_days: days } = settingsOf(settings)
  if (days === 0) return
  for (const review of await overdue(db, time.today(studio.timezone), days)) {
    const { id, revision_id, track_id, project_id } = review
    await noteReminder(db, id)
    if (await mailOf(work, review, 'late')) await did('mixes.remind_review', { track: track_id, project: project_id })
    tell('mixes.review-late', { review_id: id, revision_id, track_id })
  }
}

/** False when there is nobody to write to, or nothing behind the link. */
async function mailOf(
  context: Pick<Hearing, 'mail' | 'wordsIn' | 'studio' | 'address' | 'sealed'>,
  review: Due,
  kind: 'sent' | 'late'
): Promise<boolean> {
  const { id, to_email: to, link_id, link_open, token_sealed, title, version, number, due_on, message } = review
  if (to === null || link_id === null || !link_open || token_sealed === null) return false
  const href = addressAgain(context, { id: link_id, token_sealed })
  if (href === undefined) return false
  const { studio } = context
  const locale = review.language ?? studio.locale
  const { t, fmt } = context.wordsIn(locale)
  const values = {
    name: review.to_name,
    studio: studio.name,
    title,
    version: t(`mixes.comments.versions.${version}`, { n: number }),
    sender: review.sender ?? studio.name,
    day: due_on === null ? '' : fmt.date(due_on)
  }
  const due = due_on === null ? [] : [t(`mixes.reviews.mail.${kind}_due`, values)]
  await context.mail({
    key: kind === 'late' ? `review-late-${id}` : `review-${id}`,
    to,
    locale,
    subject: t(`mixes.reviews.mail.${kind}_subject`, values),
    lines: [
      t('mixes.reviews.mail.hello', values),
      t(`mixes.reviews.mail.${kind}`, values),
      ...(message === null || kind === 'late' ? [] : message.split(/\n+/)),
      ...due
    ],
    button: { label: t('mixes.reviews.mail.button'), href },
    note: t('mixes.reviews.mail.note', values)
  })
  return true
}
