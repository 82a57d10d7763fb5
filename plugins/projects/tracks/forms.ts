import { fields, form } from '@patchbay/core'
import type { z } from 'zod'
import { trackStatuses } from '../contract.ts'
import {
  bpm,
  decibels,
  isrc,
  iswc,
  languages,
  length,
  links,
  musicalKey,
  optionalChoice,
  optionalNumber,
  root,
  timeSignature,
  titles
} from './fields.ts'

export const rates = [44_100, 48_000, 88_200, 96_000, 176_400, 192_000] as const
export const depths = [16, 24, 32] as const
export const formats = ['wav', 'aiff', 'flac'] as const

/** What a master has to be. Of a project, or where a track differs from it; empty says nothing. */
const sheet = {
  sheet_rate: optionalNumber(...rates),
  sheet_depth: optionalNumber(...depths),
  sheet_format: optionalChoice(...formats),
  sheet_lufs: decibels(-60),
  sheet_true_peak: decibels(-20)
}

export const AddTracksForm = form({ project_id: fields.id(), titles: titles() })

/** `version` is the one it was read with. */
export const TrackForm = form({
  id: fields.id(),
  version: fields.optionalId(),
  title: fields.text(200),
  version_title: fields.optionalText(100),
  status: fields.choice(...trackStatuses),
  bpm: bpm(),
  key: musicalKey(),
  time_signature: timeSignature(),
  duration_ms: length(),
  isrc: isrc(),
  iswc: iswc(),
  lyrics: fields.optionalText(20_000),
  languages: languages(),
  explicit: fields.flag(),
  instrumental: fields.flag(),
  p_line: fields.optionalText(200),
  c_line: fields.optionalText(200),
  mics: fields.optionalText(5000),
  patch: fields.optionalText(5000),
  plug_ins: fields.optionalText(5000),
  tech_notes: fields.optionalText(5000),
  links: links(),
  ...sheet
})
export type TrackInput = z.output<typeof TrackForm>

export const TrackIdForm = form({ id: fields.id() })
export const StatusForm = form({ id: fields.id(), status: fields.choice(...trackStatuses) })
export const StatusesForm = form({
  project_id: fields.id(),
  track_ids: fields.ids(),
  status: fields.choice(...trackStatuses)
})
/**
 * Its new place, 1 first; what is beyond the last is the last. Or `by` one up or down from where it stands then, so that
 * two steps in a row are two, however old the page.
 */
export const PlaceForm = form({
  id: fields.id(),
  position: fields.optionalCount(1, 100_000),
  by: optionalNumber(-1, 1)
})
export const ProjectCodesForm = form({ project_id: fields.id() })
export const SheetForm = form({ id: fields.id(), version: fields.optionalId(), ...sheet })

/** Tracks of a project in their order, or of all projects. */
export const TracksQuery = form({
  project: fields.optionalId(),
  q: fields.optionalText(100),
  status: fields.choice(...trackStatuses).optional(),
  show: fields.choice('no_isrc').optional(),
  after: fields.optionalText(200),
  before: fields.optionalText(200)
})
export type TracksQuery = z.output<typeof TracksQuery>

export const RootForm = form({ prefix: root(), owner: fields.text(200), own: fields.flag() })
export const ChangeRootForm = form({ id: fields.id(), prefix: root(), owner: fields.text(200), own: fields.flag() })
export const RootIdForm = form({ id: fields.id() })
/** The next number of a root in the current year. */
export const CounterForm = form({ id: fields.id(), next: fields.count(1, 99_999) })

/** Codes that were given out, newest first. */
export const CodesQuery = form({
  q: fields.optionalText(100),
  root: fields.optionalId(),
  after: fields.optionalText(200),
  before: fields.optionalText(200)
})
export type CodesQuery = z.output<typeof CodesQuery>
