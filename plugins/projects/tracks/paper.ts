import { document } from '@patchbay/core/documents'
import type { Paper } from '@patchbay/core/documents'
import type { FastifyRequest } from 'fastify'
import type { Project } from '../queries.ts'
import { showIsrc } from './isrc.ts'
import { showIswc } from './iswc.ts'
import { languageName } from './languages.ts'
import { showLength } from './length.ts'
import type { Track, TrackFields } from './queries.ts'
import { sheetWords } from './sheet.ts'

/** A track's technical sheet, for whoever mixes or masters it. */
export function sheetPdf(request: FastifyRequest, track: Track): Promise<Buffer> {
  const { t, locale } = request.words()
  const head = {
    title: track.version_title ? `${track.title} (${track.version_title})` : track.title,
    subtitle: [track.artist, track.project_title, t('projects.tracks.paper.title')].filter(Boolean).join(' · '),
    locale,
    studio: { name: request.studio.name }
  }
  return document(head, paper => {
    facts(request, paper, track)
    for (const part of ['mics', 'patch', 'plug_ins', 'notes'] as const) {
      const said = track.technical[part]
      if (said !== null) paper.heading(t(`projects.tracks.fields.${part}`)).paragraph(said)
    }
    if (track.links.length > 0) {
      paper.heading(t('projects.tracks.fields.links'))
      paper.list(track.links.map(({ label, href }) => (label ? `${label} — ${href}` : href)))
    }
    if (track.lyrics !== null) paper.heading(t('projects.tracks.fields.lyrics')).paragraph(track.lyrics)
  })
}

/** The tracks of a project in their order, on paper. */
export function tracksPdf(
  request: FastifyRequest,
  project: Project,
  tracks: readonly (TrackFields & Pick<Track, 'position'>)[]
): Promise<Buffer> {
  const { t, locale } = request.words()
  const label = (key: string) => t(`projects.tracks.fields.${key}`)
  const artist = project.artist ?? project.client_name
  const subtitle = [artist, project.label, project.catalogue_number, t('projects.tracks.title')]
  const head = {
    title: project.title,
    subtitle: subtitle.filter(Boolean).join(' · '),
    locale,
    studio: { name: request.studio.name }
  }
  const kept = tracks.filter(({ status }) => status !== 'dropped')
  const whole = kept.reduce((sum, { duration_ms }) => sum + (duration_ms ?? 0), 0)
  return document(head, paper =>
    paper.table({
      columns: [
        { label: label('position'), width: 0.6, align: 'right' },
        { label: label('title'), width: 4 },
        { label: label('duration_ms'), align: 'right' },
        { label: label('bpm'), align: 'right' },
        { label: label('key'), width: 0.9 },
        { label: label('isrc'), width: 2 }
      ],
      rows: kept.map(track => [
        String(track.position),
        track.version_title ? `${track.title} (${track.version_title})` : track.title,
        track.duration_ms === null ? '' : showLength(track.duration_ms),
        track.bpm === null ? '' : number(track.bpm, locale),
        track.key ?? '',
        track.isrc === null ? '' : showIsrc(track.isrc)
      ]),
      foot: whole > 0 ? [['', t('projects.tracks.paper.whole'), showLength(whole), '', '', '']] : []
    })
  )
}

function facts(request: FastifyRequest, paper: Paper, track: Track): void {
  const { t, locale } = request.words()
  const label = (key: string) => t(`projects.tracks.fields.${key}`)
  const sheet = sheetWords({ ...track.project_sheet, ...track.sheet }, locale, t('projects.tracks.bits'))
  const marks = [track.explicit && label('explicit'), track.instrumental && label('instrumental')].filter(Boolean)
  paper.facts(
    [
      { label: label('status'), value: t(`projects.track_states.${track.status}`) },
      { label: label('duration_ms'), value: track.duration_ms === null ? '' : showLength(track.duration_ms) },
      { label: label('bpm'), value: track.bpm === null ? '' : number(track.bpm, locale) },
      { label: label('key'), value: track.key ?? '' },
      { label: label('time_signature'), value: track.time_signature ?? '' },
      { label: label('languages'), value: track.languages.map(code => languageName(code, locale)).join(', ') },
      { label: label('isrc'), value: track.isrc === null ? '' : showIsrc(track.isrc) },
      { label: label('iswc'), value: track.iswc === null ? '' : showIswc(track.iswc) },
      { label: label('p_line'), value: track.p_line ?? track.project_p_line ?? '' },
      { label: label('c_line'), value: track.c_line ?? track.project_c_line ?? '' },
      { label: t('projects.tracks.sheet.title'), value: sheet.join(', ') },
      { label: t('projects.tracks.paper.marks'), value: marks.join(', ') }
    ].filter(({ value }) => value !== '')
  )
}

const number = (value: number, locale: 'fr' | 'en') =>
  new Intl.NumberFormat(locale === 'fr' ? 'fr-FR' : 'en-GB').format(value)
