import type { Hearing } from '@patchbay/core'
import { calendarFile } from './calendar-file.ts'
import { sheetPdf } from './pdf.ts'
import type { Words } from './pdf.ts'
import { sendingsOf } from './sending-queries.ts'
import type { Sending } from './sending-queries.ts'
import { nameOf, sheetOf } from './sheet.ts'
import type { Sheet } from './sheet.ts'

/** By which what became of a sending's mail is found. */
export const mailKey = (sending: { id: number }): string => `sheet:${sending.id}`

interface Files {
  words: Words
  pdf: Buffer
  calendar: Buffer
}

/** Mails the sheet to whom somebody sent it, each in their language, as it is now. */
export async function mailSheets(
  hearing: Hearing,
  { session_id, sending_ids }: { session_id: number; sending_ids: number[] }
): Promise<void> {
  const { db, studio, wordsIn } = hearing
  const sendings = await sendingsOf(db, sending_ids)
  if (sendings.length === 0) return // the session is gone
  const sheet = await sheetOf(hearing, session_id)
  const made = new Map<string, Files>()
  for (const sending of sendings) {
    let files = made.get(sending.locale)
    if (!files) {
      const words = wordsIn(sending.locale)
      const pdf = await sheetPdf(sheet, studio, sending.locale, words)
      made.set(sending.locale, (files = { words, pdf, calendar: calendarFile(sheet, studio, words) }))
    }
    await hearing.mail({ ...letter(sheet, sending, files, studio.name), key: mailKey(sending), ever: true })
  }
}

function letter(sheet: Sheet, sending: Sending, { words, pdf, calendar }: Files, studio: string) {
  const { t, fmt } = words
  const { session } = sheet
  const say = (key: string, values?: Record<string, string>) => t(`call-sheets.mail.${key}`, values)
  const title = nameOf(sheet, t('call-sheets.sheet.untitled'))
  const when = fmt.range(session.starts_at, session.ends_at)
  // the access code is on the sheet, not in a text that calendars and previews copy about
  const lines = [
    say('hello', { name: sending.name }),
    say('text', { session: title, studio }),
    `${when} · ${session.room_name}`,
    say('call', { at: fmt.time(sheet.call_at) }),
    ...(sheet.address ? [sheet.address.split('\n').join(', ')] : []),
    ...(sending.message ? [sending.message] : []),
    say('attached')
  ]
  return {
    to: sending.email,
    locale: sending.locale,
    subject: say('subject', { session: title, when }),
    lines,
    attachments: [
      { name: `${say('file', { session: title })}.pdf`, type: 'application/pdf', content: pdf },
      { name: `${say('calendar')}.ics`, type: 'text/calendar; charset=utf-8; method=PUBLISH', content: calendar }
    ]
  }
}
