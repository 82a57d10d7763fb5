import type { Context } from '@patchbay/core'
import type { Locale } from '@patchbay/core/i18n'
import { document } from '@patchbay/core/documents'
import { ranges } from './complete.ts'
import type { Project } from './credit-queries.ts'
import type { Letter } from './letter.ts'
import { billingsOf } from './pages.ts'
import type { TrackLine } from './pages.ts'
import { groupOf } from './roles.ts'
import { artistOf } from './rin-parties.ts'

/** In which words a paper is written. */
export interface Voice extends Pick<Context, 't' | 'fmt'> {
  locale: Locale
}

/** Liner notes as they are said, before they become a text or a PDF. */
export interface Notes {
  title: string
  artist: string
  facts: { label: string; value: string }[]
  tracks: { number: number; title: string; writers: string; duration: string }[]
  groups: { label: string; lines: { role: string; names: string }[] }[]
  /** ℗ and ©. */
  rights: string[]
}

/** The liner notes of a project: its titles with who wrote them, then everybody by group, artists first. */
export function notesOf({ t, fmt }: Voice, project: Project, lines: readonly TrackLine[]): Notes {
  const places = new Map(lines.map(({ id, position }) => [id, position]))
  const groups = billingsOf(lines.flatMap(({ credits }) => credits)).flatMap(({ group, billings }) => {
    if (group === 'writers') return []
    const by = Map.groupBy(billings, ({ role, display }) => display ?? t(`credits.roles.${role}`))
    return {
      label: t(`credits.groups.${group}`),
      lines: [...by].map(([role, of]) => ({
        role,
        names: of
          .map(({ name, stage_name, track_ids }) => {
            // who did it on all of them needs no numbers
            const on = track_ids.size === lines.length ? '' : ranges([...track_ids].map(id => places.get(id) ?? 0))
            return `${stage_name ?? name}${on && ` (${on})`}`
          })
          .join(', ')
      }))
    }
  })
  const [p_line, c_line] = (['p_line', 'c_line'] as const).map(
    key => project[key] ?? lines.find(line => line[key])?.[key] ?? null
  )
  return {
    title: project.title,
    artist: artistOf(project),
    facts: [
      { label: t('credits.paper.label'), value: project.label ?? '' },
      { label: t('credits.paper.catalogue_number'), value: project.catalogue_number ?? '' },
      { label: t('credits.paper.released_on'), value: project.released_on ? fmt.date(project.released_on) : '' }
    ].filter(({ value }) => value !== ''),
    tracks: lines.map(line => ({
      number: line.position,
      title: line.version_title ? `${line.title} (${line.version_title})` : line.title,
      writers: writersOf(line, t),
      duration: line.duration_ms === null ? '' : clock(line.duration_ms)
    })),
    groups,
    rights: [p_line && marked('℗', p_line), c_line && marked('©', c_line)].filter(line => typeof line === 'string')
  }
}

/** `Nina Ravel (Auteur-compositeur), Sami Bey (Compositeur)` */
function writersOf({ credits }: TrackLine, t: Voice['t']): string {
  const written = credits.filter(({ role }) => groupOf(role) === 'writers')
  const by = Map.groupBy(written, ({ display, role }) => display ?? t(`credits.roles.${role}`))
  return [...by]
    .map(([role, of]) => `${role} : ${of.map(({ name, stage_name }) => stage_name ?? name).join(', ')}`)
    .join(' · ')
}

const marked = (sign: string, line: string) => (/^[℗©]|^\([PC]\)/i.test(line) ? line : `${sign} ${line}`)

/** Milliseconds as on a sleeve: `3:07`. */
export function clock(ms: number): string {
  const seconds = Math.round(ms / 1000)
  const [m, s] = [Math.floor(seconds / 60), String(seconds % 60).padStart(2, '0')]
  return m < 60 ? `${m}:${s}` : `${Math.floor(m / 60)}:${String(m % 60).padStart(2, '0')}:${s}`
}

/** The notes as a text that any layout takes. */
export function notesText(notes: Notes, { t }: Voice): string {
  const blocks = [
    [notes.artist, notes.title],
    notes.facts.map(({ label, value }) => `${label} : ${value}`),
    notes.tracks.flatMap(({ number, title, writers, duration }) => [
      `${number}. ${title}${duration && ` (${duration})`}`,
      ...(writers ? [`   ${writers}`] : [])
    ]),
    ...notes.groups.map(({ label, lines }) => [
      label.toUpperCase(),
      ...lines.map(({ role, names }) => `${role} : ${names}`)
    ]),
    notes.groups.length === 0 ? [t('credits.paper.nobody')] : [],
    notes.rights
  ]
  return `${blocks
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')}\n`
}

/** The notes on paper, in the house's look. */
export function notesPdf(notes: Notes, { t, locale }: Voice, letter: Letter): Promise<Buffer> {
  const say = (key: string) => t(`credits.paper.${key}`)
  const head = {
    title: notes.title,
    subtitle: `${notes.artist} · ${say('notes')}`,
    locale,
    studio: { name: letter.name, lines: letter.lines },
    created: new Date()
  }
  return document(head, paper => {
    if (notes.facts.length > 0) paper.facts(notes.facts)
    paper.heading(say('tracks')).table({
      columns: [
        { label: say('number'), width: 0.5, align: 'right' },
        { label: say('title'), width: 3 },
        { label: say('writers'), width: 4 },
        { label: say('duration'), align: 'right' }
      ],
      rows: notes.tracks.map(({ number, title, writers, duration }) => [String(number), title, writers, duration]),
      empty: say('no_tracks')
    })
    for (const { label, lines } of notes.groups) {
      paper.heading(label).table({
        columns: [
          { label: say('role'), width: 2 },
          { label: say('names'), width: 4 }
        ],
        rows: lines.map(({ role, names }) => [role, names])
      })
    }
    if (notes.groups.length === 0) paper.note(say('nobody'))
    for (const line of notes.rights) paper.paragraph(line, 'small')
  })
}
