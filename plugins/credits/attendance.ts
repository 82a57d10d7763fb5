import { document } from '@patchbay/core/documents'
import type { Played } from './contract.ts'
import type { Project } from './credit-queries.ts'
import type { Letter } from './letter.ts'
import type { Musician } from './musician-queries.ts'
import type { Voice } from './notes.ts'
import type { TrackLine } from './pages.ts'
import type { ProjectSession } from './proposal-queries.ts'
import { folded, groupOf, performs } from './roles.ts'
import { artistOf } from './rin-parties.ts'

export interface Attendance {
  project: Project
  lines: readonly TrackLine[]
  musicians: readonly Musician[]
  sessions: readonly ProjectSession[]
  played: readonly Played[]
}

interface Performer {
  name: string
  instruments: string
  society: string
  days: string
}

/**
 * The performers' attendance sheet of a whole project with the fields of the SPEDIDAM, twice: one copy for the society, one
 * for the producer. Each session has one of its own with its report.
 */
export function attendancePdf(attendance: Attendance, voice: Voice, letter: Letter): Promise<Buffer> {
  const { t, fmt, locale } = voice
  const say = (key: string, values?: Record<string, string | number>) => t(`credits.sheet.${key}`, values)
  const { project, lines, sessions } = attendance
  const performers = performersOf(attendance, voice)
  const last = sessions.at(-1)
  const head = {
    title: say('title'),
    subtitle: `${artistOf(project)} · ${project.title}`,
    locale,
    studio: { name: letter.name, lines: letter.lines },
    created: last?.ends_at ?? new Date()
  }
  return document(head, paper => {
    for (const copy of [1, 2]) {
      if (copy === 2) paper.newPage()
      paper.note(say('copy', { copy }))
      paper.facts([
        { label: say('producer'), value: project.label ?? project.client_name ?? '' },
        { label: say('first_destination'), value: t(`credits.sheet.kinds.${project.kind}`) },
        { label: say('dates'), value: sessions.map(({ starts_at }) => fmt.day(starts_at)).join(', ') },
        { label: say('place'), value: [letter.name, letter.address].filter(Boolean).join(', ') },
        { label: say('artist'), value: artistOf(project), wide: true }
      ])
      paper.heading(say('titles'))
      paper.list(lines.length === 0 ? ['–'] : lines.map(({ position, title }) => `${position}. ${title}`))
      paper.heading(say('performers')).table({
        columns: [
          { label: say('name'), width: 2.2 },
          { label: say('instrument'), width: 2.2 },
          { label: say('society'), width: 1.8 },
          { label: say('days'), width: 1.6 },
          { label: say('signature'), width: 2.2 }
        ],
        rows: performers.map(one => [one.name, one.instruments, one.society, one.days, '']),
        empty: say('nobody'),
        rowHeight: 34
      })
      paper.signatures([{ label: say('producer_signature') }, { label: say('studio_signature') }])
    }
  })
}

/** Everybody who is credited as a performer, and whoever the day's notes name beside them. */
function performersOf({ lines, musicians, sessions, played }: Attendance, { t, fmt }: Voice): Performer[] {
  const known = new Map(musicians.map(one => [one.id, one]))
  const by = new Map<string, { name: string; instruments: Set<string>; society: string }>()
  for (const { musician_id, name, role, display } of lines.flatMap(({ credits }) => credits)) {
    if (!performs(role)) continue
    const one = known.get(musician_id)
    const entry = by.get(folded(name)) ?? {
      name,
      instruments: new Set<string>(),
      society: [one?.performer_society, one?.performer_number].filter(Boolean).join(' ')
    }
    if (groupOf(role) !== 'artists') entry.instruments.add(display ?? t(`credits.roles.${role}`))
    by.set(folded(name), entry)
  }
  for (const { name, instrument, society, society_number } of played) {
    const entry = by.get(folded(name)) ?? { name, instruments: new Set<string>(), society: '' }
    if (entry.instruments.size === 0 && instrument) entry.instruments.add(instrument)
    entry.society ||= [society, society_number].filter(Boolean).join(' ')
    by.set(folded(name), entry)
  }
  return [...by].map(([key, { name, instruments, society }]) => {
    const there = new Set(played.filter(one => folded(one.name) === key).map(({ session_id }) => session_id))
    const days = sessions.filter(({ id }) => there.has(id)).map(({ starts_at }) => fmt.day(starts_at))
    return { name, instruments: [...instruments].join(', '), society, days: [...new Set(days)].join(', ') }
  })
}
