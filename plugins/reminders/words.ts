import type { Working } from '@patchbay/core'

/** What texts may have filled in, `{date}`, and in what order they are offered. */
export const gaps = ['name', 'client', 'title', 'date', 'start', 'end', 'room', 'crew', 'studio'] as const
export type Gap = (typeof gaps)[number]

/** The gaps of a text that nothing fills: `{firstname}`, or a brace left open. */
export function unknownGaps(text: string): string[] {
  const rest = text.replace(/\{(\w+)\}/g, (whole, gap: string) =>
    (gaps as readonly string[]).includes(gap) ? '' : whole
  )
  return [...new Set(rest.match(/\{[^{}\n]{0,40}\}?|\}/g))]
}

/** A text with its gaps filled. What is filled in is not looked at again. */
export const fill = (text: string, values: Record<Gap, string>): string =>
  text.replace(/\{(\w+)\}/g, (whole, gap: string) => values[gap as Gap] ?? whole)

/** What the gaps are of one session for one reader, in their language and the studio's time. */
export function valuesFor(
  reader: { name: string; studio: string },
  session: {
    client_name: string | null
    title: string | null
    room_name: string
    starts_at: Date
    ends_at: Date
    crew: string[]
  },
  { t, fmt }: ReturnType<Working['wordsIn']>
): Record<Gap, string> {
  const untitled = t('reminders.untitled')
  return {
    ...reader,
    client: session.client_name ?? session.title ?? untitled,
    title: session.title ?? untitled,
    date: fmt.date(fmt.field(session.starts_at).day),
    start: fmt.time(session.starts_at),
    end: fmt.time(session.ends_at),
    room: session.room_name,
    crew: session.crew.join(', ') || '–'
  }
}
