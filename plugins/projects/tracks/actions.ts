import { action, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { lockProject } from '../queries.ts'
import { AddTracksForm, PlaceForm, SheetForm, StatusesForm, StatusForm, TrackForm, TrackIdForm } from './forms.ts'
import type { TrackInput } from './forms.ts'
import { keepCode } from './isrc-queries.ts'
import { showIsrc } from './isrc.ts'
import { showIswc } from './iswc.ts'
import { showLength } from './length.ts'
import {
  addTracks,
  changeSheet,
  changeTrack,
  lockOrder,
  lockTrack,
  moveTrack,
  projectOfTrack,
  removeTrack
} from './queries.ts'
import type { TrackFields } from './queries.ts'
import { fromFields, projectSheet, saidOf } from './sheet.ts'
import { changeStatuses, lockTracks } from './status-queries.ts'

/** Puts titles at the end of a project, one or many. */
export const addTracksAction = action({
  name: 'projects.add_tracks',
  permission: 'projects.write',
  input: AddTracksForm,
  async run({ db, tell }, { project_id, titles }) {
    if (!(await lockOrder(db, project_id))) throw notFound()
    const track_ids = await addTracks(db, project_id, titles)
    tell('projects.tracks-changed', { project_id })
    return { track_ids }
  },
  about: ({ track_ids }, { project_id }) => ({ project: project_id, track: track_ids })
})

/** Changes a track. A code that is typed is kept for ever, and refused when another track was given it. */
export const changeTrackAction = action({
  name: 'projects.change_track',
  permission: 'projects.write',
  input: TrackForm,
  constraints: { tracks_isrc_key: ['isrc', 'projects.tracks.errors.isrc_taken'] },
  async run(running, { id, version, ...given }) {
    const { db, tell, changed } = running
    const before = await lockTrack(db, id)
    if (!before) throw notFound()
    if (version !== null && version !== before.version) throw refuse({ version: 'projects.tracks.errors.stale' })
    if (given.isrc !== before.isrc) await proveIsrc(running, given.isrc, id)
    const after = fieldsOf(given)
    await changeTrack(db, id, after)
    changed(readable(before), readable(after))
    tell('projects.track-changed', { project_id: before.project_id, track_id: id })
    return { project_id: before.project_id }
  },
  about: ({ project_id }, { id }) => ({ project: project_id, track: id })
})

/** How far a track is. */
export const setTrackStatus = action({
  name: 'projects.set_track_status',
  permission: 'projects.write',
  input: StatusForm,
  async run({ db, tell, changed }, { id, status }) {
    const before = await lockTrack(db, id)
    if (!before) throw notFound()
    await changeTrack(db, id, { status })
    changed({ track_state: before.status }, { track_state: status })
    tell('projects.track-changed', { project_id: before.project_id, track_id: id })
    return { project_id: before.project_id }
  },
  about: ({ project_id }, { id }) => ({ project: project_id, track: id })
})

/** How far several tracks of a project are, at once. */
export const setTrackStatuses = action({
  name: 'projects.set_track_statuses',
  permission: 'projects.write',
  input: StatusesForm,
  async run({ db, tell, changed }, { project_id, track_ids, status }) {
    if (!(await lockOrder(db, project_id))) throw notFound()
    if (track_ids.length === 0) throw refuse({ track_ids: 'fields.required' })
    if (!(await lockTracks(db, project_id, track_ids))) throw refuse({ track_ids: 'fields.choice' })
    await changeStatuses(db, track_ids, status)
    changed({ track_state: null }, { track_state: status })
    tell('projects.tracks-changed', { project_id })
  },
  about: (_, { project_id, track_ids }) => ({ project: project_id, track: track_ids })
})

/** Puts a track at a place of its project, or a step from its own; the others make room. */
export const moveTrackAction = action({
  name: 'projects.move_track',
  permission: 'projects.write',
  input: PlaceForm,
  async run({ db, tell, changed }, { id, position, by }) {
    if (position === null && by === null) throw refuse({ position: 'fields.required' })
    const track = await inOrder(db, id)
    const place = await moveTrack(db, id, Math.max(1, position ?? track.position + (by ?? 0)))
    changed({ position: track.position }, { position: place })
    tell('projects.tracks-changed', { project_id: track.project_id })
    return { project_id: track.project_id, position: place }
  },
  about: ({ project_id }, { id }) => ({ project: project_id, track: id })
})

/** Takes a track out of its project, with its mixes and what was said of them. Its ISRC is never given again. */
export const removeTrackAction = action({
  name: 'projects.remove_track',
  permission: 'projects.write',
  input: TrackIdForm,
  confirm: true,
  async run({ db, tell }, { id }) {
    const track = await inOrder(db, id)
    await removeTrack(db, track)
    tell('projects.tracks-changed', { project_id: track.project_id })
    return { project_id: track.project_id }
  },
  about: ({ project_id }, { id }) => ({ project: project_id, track: id })
})

/** What the masters of a project have to be. */
export const changeSheetAction = action({
  name: 'projects.change_sheet',
  permission: 'projects.write',
  input: SheetForm,
  async run({ db, tell, changed }, { id, version, ...given }) {
    const project = await lockProject(db, id)
    if (!project) throw notFound()
    if (version !== null && version !== project.version) throw refuse({ version: 'projects.tracks.errors.stale' })
    const [before, after] = [await projectSheet(db, id), fromFields(given)]
    await changeSheet(db, id, after)
    changed({ ...before }, after)
    tell('projects.changed', { project_id: id })
  },
  about: (_, { id }) => ({ project: id })
})

/** A track whose project's order is kept from others. @throws notFound */
async function inOrder(db: Running['db'], id: number) {
  await lockOrder(db, (await projectOfTrack(db, id)) ?? 0)
  // its place may have changed while we waited
  const track = await lockTrack(db, id)
  if (!track) throw notFound()
  return track
}

async function proveIsrc({ db, can, person }: Running, isrc: string | null, track_id: number): Promise<void> {
  if (!can('projects.isrc')) throw refuse({ isrc: 'projects.tracks.errors.isrc_right' })
  if (isrc !== null && !(await keepCode(db, isrc, track_id, person.id))) {
    throw refuse({ isrc: 'projects.tracks.errors.isrc_taken' })
  }
}

function fieldsOf(given: Omit<TrackInput, 'id' | 'version'>): TrackFields {
  const {
    mics,
    patch,
    plug_ins,
    tech_notes,
    sheet_rate,
    sheet_depth,
    sheet_format,
    sheet_lufs,
    sheet_true_peak,
    ...fields
  } = given
  return {
    ...fields,
    technical: { mics, patch, plug_ins, notes: tech_notes },
    sheet: saidOf(fromFields({ sheet_rate, sheet_depth, sheet_format, sheet_lufs, sheet_true_peak }))
  }
}

/** As the trail shows it. */
const readable = ({ status, duration_ms, isrc, iswc, technical, links, ...fields }: TrackFields) => ({
  ...fields,
  track_state: status,
  duration: duration_ms === null ? null : showLength(duration_ms),
  isrc: isrc === null ? null : showIsrc(isrc),
  iswc: iswc === null ? null : showIswc(iswc),
  technical: Object.values(technical).filter(Boolean),
  links: links.map(({ href }) => href)
})
