import { activityOf, notFound } from '@patchbay/core'
import type { Section } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { trackStatuses } from '../contract.ts'
import { depths, formats, rates } from './forms.ts'
import { showIsrc } from './isrc.ts'
import { showIswc } from './iswc.ts'
import { languageName, languageNames } from './languages.ts'
import { showLength } from './length.ts'
import { findTrack } from './queries.ts'
import type { Track } from './queries.ts'
import { trackStyles } from './section.ts'
import { sheetWords, toFields } from './sheet.ts'

/** The track of the address. @throws notFound */
export async function trackOf(request: FastifyRequest): Promise<Track> {
  const track = await findTrack(request.db, request.recordId())
  if (!track) throw notFound()
  return track
}

/** All that a track's page shows: two statements, and those of other plugins. */
export async function cardOf(request: FastifyRequest) {
  const track = await trackOf(request)
  const { t, locale } = request.words()
  const [activity, sections] = await Promise.all([
    activityOf(request.db, 'track', track.id),
    request.ask('projects.track-sections', { track_id: track.id, project_id: track.project_id })
  ])
  return {
    styles: trackStyles,
    title: track.title,
    track,
    languages: track.languages.map(code => languageName(code, locale)),
    sheet: sheetWords({ ...track.project_sheet, ...track.sheet }, locale, t('projects.tracks.bits')),
    // what one came to hear stands before what is to be done
    sections: sections.flat().toSorted((a, b) => Number(own(a)) - Number(own(b))),
    activity,
    statuses: trackStatuses,
    showIsrc,
    showIswc,
    showLength,
    errors: {}
  }
}

const own = ({ view }: Section): boolean => view.startsWith('projects/')

/** The form of a track: with what it is, or what was typed. */
export async function formOf(
  request: FastifyRequest,
  { values, errors = {} }: { values?: Record<string, unknown>; errors?: Record<string, string> } = {}
) {
  const track = await trackOf(request)
  const { t, locale } = request.words()
  const shown = values ?? valuesOf(track, locale)
  return {
    styles: trackStyles,
    title: t('projects.tracks.edit.title', { title: track.title }),
    track,
    values: shown,
    errors,
    rows: linkRows(shown['links']),
    names: languageNames(locale),
    statuses: trackStatuses,
    ...sheetChoices,
    inherited: sheetWords(track.project_sheet, locale, t('projects.tracks.bits'))
  }
}

export const sheetChoices = { rates, depths, formats }

function valuesOf(track: Track, locale: 'fr' | 'en'): Record<string, unknown> {
  const { technical } = track
  return {
    ...track,
    version_title: track.version_title ?? '',
    bpm: track.bpm === null ? '' : String(track.bpm).replace('.', locale === 'fr' ? ',' : '.'),
    duration_ms: track.duration_ms === null ? '' : showLength(track.duration_ms),
    isrc: track.isrc === null ? '' : showIsrc(track.isrc),
    iswc: track.iswc === null ? '' : showIswc(track.iswc),
    languages: track.languages.map(code => languageName(code, locale)).join(', '),
    mics: technical.mics ?? '',
    patch: technical.patch ?? '',
    plug_ins: technical.plug_ins ?? '',
    tech_notes: technical.notes ?? '',
    ...toFields(track.sheet, locale)
  }
}

/** References and two empty rows, 20 at most. */
function linkRows(links: unknown): { label?: string | null; href?: string | null }[] {
  const typed = Array.isArray(links) ? (links as { label?: string | null; href?: string | null }[]) : []
  return [...typed, {}, {}].slice(0, 20)
}
