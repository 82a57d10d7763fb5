import { document } from '@patchbay/core/documents'
import type { Project, Track } from './credit-queries.ts'
import type { SplitKind } from './forms.ts'
import type { Letter } from './letter.ts'
import type { Voice } from './notes.ts'
import { artistOf } from './rin-parties.ts'
import type { Share, Sheet } from './split-queries.ts'

export interface SplitPaper {
  project: Project
  track: Track
  kind: SplitKind
  sheet: Sheet
  shares: readonly Share[]
}

/** Hundredths of a per cent as people read them: `33,33 %`. */
export const percent = (bp: number, locale: Voice['locale']): string =>
  `${(bp / 100).toLocaleString(locale, { minimumFractionDigits: bp % 100 === 0 ? 0 : 2, maximumFractionDigits: 2 })} %`

/** The split sheet with a box to sign for each who has a share; a draft says so. */
export function splitPdf(
  { project, track, kind, sheet, shares }: SplitPaper,
  voice: Voice,
  letter: Letter
): Promise<Buffer> {
  const { t, fmt, locale } = voice
  const say = (key: string, values?: Record<string, string>) => t(`credits.paper.${key}`, values)
  const head = {
    title: say(`split_${kind}`),
    subtitle: `${artistOf(project)} · ${track.title}`,
    locale,
    studio: { name: letter.name, lines: letter.lines },
    created: sheet.locked_at ?? new Date()
  }
  return document(head, paper => {
    paper.facts([
      { label: say('work'), value: track.title },
      { label: say('project'), value: project.title },
      { label: 'ISWC', value: track.iswc ?? '' },
      { label: 'ISRC', value: track.isrc ?? '' }
    ])
    if (sheet.locked_at) paper.note(say('locked', { day: fmt.date(sheet.locked_at) }))
    else paper.note(say('draft'))
    paper.heading(say('shares')).table({
      columns: [
        { label: say('name'), width: 3 },
        { label: say('role'), width: 2.2 },
        { label: 'IPI', width: 1.8 },
        { label: say('society'), width: 1.6 },
        { label: say('publisher'), width: 2 },
        { label: say('share'), width: 1.2, align: 'right' }
      ],
      rows: shares.map(one => [
        one.stage_name ? `${one.name} (${one.stage_name})` : one.name,
        t(`credits.roles.${one.role}`),
        one.ipi ?? '',
        one.society ?? '',
        one.publisher ?? '',
        percent(one.share_bp, locale)
      ]),
      foot: [[say('total'), '', '', '', '', percent(sheet.total_bp, locale)]],
      empty: say('nobody')
    })
    paper.paragraph(say(`consent_${kind}`))
    const signers = [...new Map(shares.map(one => [one.musician_id, one.name])).values()]
    paper.heading(say('signatures')).signatures(signers.map(name => ({ label: name, lines: [say('date_line')] })))
  })
}

/** The same as a text. */
export function splitText({ project, track, kind, sheet, shares }: SplitPaper, { t, fmt, locale }: Voice): string {
  const say = (key: string, values?: Record<string, string>) => t(`credits.paper.${key}`, values)
  const numbers = [track.iswc && `ISWC ${track.iswc}`, track.isrc && `ISRC ${track.isrc}`].filter(Boolean).join(' · ')
  const rows = shares.map(one =>
    [
      percent(one.share_bp, locale).padStart(9),
      one.name,
      t(`credits.roles.${one.role}`),
      one.ipi && `IPI ${one.ipi}`,
      one.society,
      one.publisher
    ]
      .filter(Boolean)
      .join('  ')
  )
  const lines = [
    say(`split_${kind}`),
    `${artistOf(project)} · ${track.title} · ${project.title}`,
    ...(numbers ? [numbers] : []),
    sheet.locked_at ? say('locked', { day: fmt.date(sheet.locked_at) }) : say('draft'),
    '',
    ...(rows.length > 0 ? rows : [say('nobody')]),
    `${percent(sheet.total_bp, locale).padStart(9)}  ${say('total')}`,
    '',
    ...[...new Set(shares.map(({ name }) => name))].map(name => `${name} : ______________________  ${say('date_line')}`)
  ]
  return `${lines.join('\n')}\n`
}
