import type { Studio } from '@patchbay/core'
import { lazily } from '@patchbay/core/lazily'
import type { Words } from './pdf.ts'
import { nameOf } from './sheet.ts'
import type { Sheet } from './sheet.ts'

const icalendar = lazily<typeof import('ical-generator')>('ical-generator', import.meta.url)

/**
 * The session as a file for calendars, in UTC. Sent again after a change, it replaces what was taken over before; nothing
 * of it says how one gets in.
 */
export function calendarFile(sheet: Sheet, studio: Studio, { t, fmt }: Words): Buffer {
  const { session } = sheet
  const calendar = icalendar().default({ prodId: { company: 'Patchbay', product: 'Patchbay' } })
  calendar.createEvent({
    // the same as the feeds of the studio's calendar give, where somebody has both
    id: `session-${session.id}@${studio.slug}.patchbay`,
    sequence: session.session_version,
    start: session.starts_at,
    end: session.ends_at,
    summary: `${nameOf(sheet, t('call-sheets.sheet.untitled'))} · ${studio.name}`,
    location: [session.room_name, ...sheet.address.split('\n')].filter(Boolean).join(', '),
    description: t('call-sheets.mail.call', { at: fmt.time(sheet.call_at) })
  })
  // the library leaves out the last line end, which readers are owed
  return Buffer.from(`${calendar.toString()}\r\n`)
}
