import type { Hearing, Notice, Working } from '@patchbay/core'
import './contract.ts'
import { addNotification, listReaders, removeOld } from './queries.ts'
import { NotificationSettings } from './settings.ts'
import { sentence } from './words.ts'

/** Asks whoever told a fact whom it concerns, and tells those people as each has chosen. */
export async function notify(hearing: Hearing, fact: string, ids: Record<string, unknown>): Promise<void> {
  if (fact.startsWith('notifications.')) return
  for (const notice of await hearing.ask('core.notice', { fact, ids })) await tellPeople(hearing, notice)
}

async function tellPeople(hearing: Hearing, notice: Notice): Promise<void> {
  const { db, by, tell, mail, wordsIn, address, settings, studio } = hearing
  const { mail_by_default } = NotificationSettings.parse(settings)
  for (const reader of await listReaders(db, notice, by.id, notice.by_mail ?? mail_by_default)) {
    if (reader.in_page) {
      const notification_id = await addNotification(db, reader.id, notice)
      tell('notifications.added', { person_id: reader.id, notification_id })
    }
    if (!reader.by_mail) continue
    const words = wordsIn(reader.locale)
    const line = sentence(notice, words)
    await mail({
      key: `${notice.kind}:${reader.id}`,
      to: reader.email,
      locale: reader.locale,
      subject: `${studio.name} · ${line}`,
      lines: [line, words.t('notifications.mail.by', { name: by.name })],
      button: { label: words.t('notifications.mail.open'), href: address(notice.path) },
      note: words.t('notifications.mail.why', { address: address('/notifications/preferences') })
    })
  }
}

/** Nightly: drops what was read long ago. */
export async function cleanUp({ db, settings }: Working): Promise<void> {
  await removeOld(db, NotificationSettings.parse(settings).keep_days)
}
