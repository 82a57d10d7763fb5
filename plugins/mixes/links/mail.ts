import type { Hearing } from '@patchbay/core'
import { addressAgain } from './making.ts'
import { linkById, projectOf } from './queries.ts'

/** What the mail of a link is called, to know what became of it. */
export const mailKey = (id: number): string => `share-${id}`

/** Mails a link's address. What was revoked in the meantime is not mailed. */
export async function mailLink(hearing: Hearing, { link_id }: { link_id: number }): Promise<void> {
  const { db, studio, mail, wordsIn } = hearing
  const link = await linkById(db, link_id)
  const href = link && addressAgain(hearing, link)
  if (!link?.email || !href || link.state === 'revoked' || link.state === 'expired') return
  const project = await projectOf(db, link.project_id)
  const { t, fmt } = wordsIn(link.language)
  const values = { studio: studio.name, title: project?.title ?? '', name: link.recipient ?? '' }
  await mail({
    key: mailKey(link_id),
    ever: true,
    to: link.email,
    locale: link.language,
    subject: t('mixes.links.mail.subject', values),
    lines: [
      link.recipient === null ? t('mixes.links.mail.hello') : t('mixes.links.mail.hello_name', values),
      ...(link.message === null ? [t(`mixes.links.mail.text_${link.scope}`, values)] : link.message.split(/\n{2,}/)),
      ...(link.password_hash === null ? [] : [t('mixes.links.mail.password')])
    ],
    button: { label: t('mixes.links.mail.button'), href },
    note:
      link.expires_at === null
        ? t('mixes.links.mail.note')
        : t('mixes.links.mail.note_until', { until: fmt.datetime(lastMinute(link.expires_at)) })
  })
}

/** It ends with a day: said as `23:59` of that day, not as midnight of the next. */
const lastMinute = (end: Date): Date => new Date(end.getTime() - 60_000)
