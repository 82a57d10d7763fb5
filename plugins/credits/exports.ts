import { csvLines, csvMark } from '@patchbay/core/csv'
import type { Project } from './credit-queries.ts'
import { readableIpi, readableIsni } from './identifiers.ts'
import type { Musician } from './musician-queries.ts'
import type { Voice } from './notes.ts'
import type { TrackLine } from './pages.ts'
import type { Share, Sheet } from './split-queries.ts'

/** The musicians as a file that spreadsheets open; `money`: with what they cost. */
export function musiciansCsv(musicians: readonly Musician[], { t }: Voice, money: boolean): string {
  const columns = [
    'name',
    'stage_name',
    'roles',
    'instruments',
    'email',
    'phone',
    'society',
    'performer_society',
    'performer_number',
    'ipi',
    'ipn',
    'isni',
    ...(money ? (['rate_cents', 'rate_unit'] as const) : []),
    'note'
  ] as const
  const cell = (one: Musician, column: (typeof columns)[number]): string => {
    if (column === 'roles') return one.roles.map(role => t(`credits.roles.${role}`)).join(', ')
    if (column === 'instruments') return one.instruments.join(', ')
    if (column === 'rate_cents')
      return one.rate_cents === null ? '' : (one.rate_cents / 100).toFixed(2).replace('.', ',')
    if (column === 'rate_unit') return one.rate_unit ? t(`credits.units.${one.rate_unit}`) : ''
    if (column === 'isni') return one.isni ? readableIsni(one.isni) : ''
    if (column === 'ipi') return one.ipi ? readableIpi(one.ipi) : ''
    return one[column] ?? ''
  }
  const heads = columns.map(column => t(`credits.fields.${column}`))
  return csvMark + csvLines([heads, ...musicians.map(one => columns.map(column => cell(one, column)))])
}

/** Every credit of a project, one a line. */
export function creditsCsv(lines: readonly TrackLine[], musicians: readonly Musician[], { t }: Voice): string {
  const known = new Map(musicians.map(one => [one.id, one]))
  const say = (key: string) => t(`credits.csv.${key}`)
  const heads = [
    'number',
    'title',
    'isrc',
    'iswc',
    'name',
    'stage_name',
    'role',
    'role_label',
    'display',
    'ipi',
    'isni',
    'ipn',
    'society',
    'performer_society',
    'confirmed'
  ].map(say)
  const rows = lines.flatMap(({ position, title, version_title, isrc, iswc, credits }) =>
    credits.map(credit => {
      const one = known.get(credit.musician_id)
      return [
        String(position),
        version_title ? `${title} (${version_title})` : title,
        isrc ?? '',
        iswc ?? '',
        credit.name,
        credit.stage_name ?? '',
        credit.role,
        t(`credits.roles.${credit.role}`),
        credit.display ?? '',
        one?.ipi ?? '',
        one?.isni ?? '',
        one?.ipn ?? '',
        one?.society ?? '',
        one?.performer_society ?? '',
        credit.confirmed_at ? t('credits.csv.yes') : t('credits.csv.no')
      ]
    })
  )
  return csvMark + csvLines([heads, ...rows])
}

/** All of a project's credits and shares for other programs. Shares in per cent. */
export function creditsJson(
  project: Project,
  lines: readonly TrackLine[],
  musicians: readonly Musician[],
  sheets: readonly Sheet[],
  shares: readonly Share[]
): object {
  const known = new Map(musicians.map(one => [one.id, one]))
  const numbersOf = (id: number) => {
    const { ipi = null, isni = null, ipn = null, society = null, performer_society = null } = known.get(id) ?? {}
    return { ipi, isni, ipn, society, performer_society }
  }
  const { title, kind, artist, label, catalogue_number, upc, released_on, p_line, c_line } = project
  return {
    project: { id: project.id, title, kind, artist, label, catalogue_number, upc, released_on, p_line, c_line },
    tracks: lines.map(track => ({
      id: track.id,
      position: track.position,
      title: track.title,
      version_title: track.version_title,
      isrc: track.isrc,
      iswc: track.iswc,
      duration_ms: track.duration_ms,
      lacking: track.lacking,
      credits: track.credits.map(credit => ({
        name: credit.name,
        stage_name: credit.stage_name,
        role: credit.role,
        display: credit.display,
        confirmed: credit.confirmed_at !== null,
        ...numbersOf(credit.musician_id)
      })),
      splits: sheets
        .filter(({ track_id }) => track_id === track.id)
        .map(sheet => ({
          kind: sheet.kind,
          locked: sheet.locked_at !== null,
          shares: shares
            .filter(share => share.track_id === track.id && share.kind === sheet.kind)
            .map(share => ({
              name: share.name,
              role: share.role,
              percent: share.share_bp / 100,
              publisher: share.publisher,
              ...numbersOf(share.musician_id)
            }))
        }))
    }))
  }
}
