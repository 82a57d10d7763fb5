import { time } from '@patchbay/core'
import type { Working } from '@patchbay/core'
import { documentOf } from './sending.ts'
import { expireQuotes, listToRemind } from './clock-queries.ts'
import { settingsOf } from './settings.ts'

/** Ends quotes that nobody answered in time, and says so. */
export async function expire({ db, studio, tell, did }: Working): Promise<void> {
  const gone = await expireQuotes(db, time.today(studio.timezone))
  for (const { id } of gone) tell('quotes.ended', { quote_id: id, by: 'expired' })
  if (gone.length > 0) await did('quotes.expire', { quote: gone.map(({ id }) => id) })
}

/** Mails the client that their quote runs out soon: once, and not on the heels of the quote itself. */
export async function remind(work: Working): Promise<void> {
  const { db, studio, settings, did, mail, sealed, wordsIn } = work
  const { remind_days } = settingsOf(settings)
  if (remind_days === 0) return
  const today = time.today(studio.timezone)
  const quotes = await listToRemind(db, { today, until: time.addDays(today, remind_days) })
  for (const { id, number, title, language, link_sealed, valid_until, recipient_name, recipient_email } of quotes) {
    const { t, fmt } = wordsIn(language)
    const gaps = { number, name: recipient_name, studio: studio.name, until: fmt.date(valid_until) }
    await mail({
      key: `remind:${id}`,
      to: recipient_email,
      locale: language,
      subject: t('quotes.mail.remind_subject', gaps),
      lines: [
        t('quotes.mail.hello', gaps),
        title === null ? t('quotes.mail.remind', gaps) : t('quotes.mail.remind_title', { ...gaps, title })
      ],
      button: { label: t('quotes.mail.button'), href: sealed.open(link_sealed, documentOf(id)) }
    })
  }
  if (quotes.length > 0) await did('quotes.remind', { quote: quotes.map(({ id }) => id) })
}
