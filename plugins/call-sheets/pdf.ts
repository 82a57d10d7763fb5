import { document } from '@patchbay/core/documents'
import { readablePhone } from '@patchbay/core/forms'
import type { Studio, Working } from '@patchbay/core'
import { nameOf } from './sheet.ts'
import type { Sheet } from './sheet.ts'

/** In whose language a sheet is written. */
export type Words = ReturnType<Working['wordsIn']>

/** The sheet as a PDF, for paper and mail. */
export function sheetPdf(sheet: Sheet, studio: Studio, locale: 'fr' | 'en', { t, fmt }: Words): Promise<Buffer> {
  const { session, speakers, crew, gear } = sheet
  const say = (key: string) => t(`call-sheets.sheet.${key}`)
  const phone = (stored: string | null) => (stored ? readablePhone(stored) : '')
  const head = {
    title: `${say('title')} — ${nameOf(sheet, say('untitled'))}`,
    subtitle: [fmt.range(session.starts_at, session.ends_at), session.room_name].join(' · '),
    locale,
    studio: { name: studio.name, lines: sheet.address.split('\n').filter(Boolean) }
  }
  return document(head, paper => {
    if (session.state === 'cancelled') paper.note(say('cancelled'))
    if (session.state === 'option') paper.note(say('option'))
    paper.facts(
      [
        { label: say('call'), value: fmt.datetime(sheet.call_at) },
        { label: say('hours'), value: fmt.hours(session.starts_at, session.ends_at) },
        { label: say('room'), value: session.room_name },
        { label: say('session_title'), value: session.title ?? '' },
        { label: say('address'), value: sheet.address, wide: true },
        { label: say('access_code'), value: sheet.access_code },
        { label: say('parking'), value: sheet.parking }
      ].filter(({ value }) => value !== '')
    )
    const people = [
      ...(session.client_name === null
        ? []
        : [[say('client'), session.client_name, phone(session.client_phone), session.client_email ?? '']]),
      ...speakers.map(one => [one.role ?? say('contact'), one.name, phone(one.phone), one.email ?? '']),
      ...crew.map(one => [
        capital(t(`sessions.roles.${one.role}`)),
        one.answer === 'asked' ? `${one.name} (${say('asked')})` : one.name,
        phone(one.phone),
        one.email ?? ''
      ])
    ]
    const columns = [
      { label: say('role'), width: 3 },
      { label: say('name'), width: 4 },
      { label: say('phone'), width: 3 },
      { label: say('email'), width: 5 }
    ]
    paper.heading(say('who')).table({ columns, rows: people, empty: say('nobody') })
    if (session.musicians) paper.heading(say('musicians')).list(linesOf(session.musicians))
    if (gear.length > 0) paper.heading(say('gear')).list(gear.map(gearLine))
    for (const part of ['patch', 'rider', 'notes'] as const) {
      const text = session[part]
      if (text) paper.heading(say(part)).paragraph(text)
    }
  })
}

/** `2 × Neumann U 87`, one of it without number. */
export const gearLine = ({ name, quantity }: { name: string; quantity: number }): string =>
  quantity > 1 ? `${quantity} × ${name}` : name

/** A word as a label begins: `Ingénieur du son`. */
export const capital = (word: string): string => word.charAt(0).toLocaleUpperCase() + word.slice(1)

/** Lines that say something. */
export const linesOf = (text: string): string[] => text.split('\n').filter(line => line.trim() !== '')
