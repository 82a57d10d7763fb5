import { action, notFound, refuse, time } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { ChangeRootForm, CounterForm, ProjectCodesForm, RootForm, RootIdForm, TrackIdForm } from './forms.ts'
import {
  addRoot,
  changeRoot,
  freeNumbers,
  giveCodes,
  hasGiven,
  lockCounter,
  lockRoot,
  lockUncoded,
  rootOf,
  setCounter
} from './isrc-queries.ts'
import { isrcOf } from './isrc.ts'
import { lockOrder, lockTrack } from './queries.ts'

/** Gives a track its ISRC, the next of its project's root in this year. Refused when it has one. */
export const assignIsrc = action({
  name: 'projects.assign_isrc',
  permission: 'projects.isrc',
  input: TrackIdForm,
  oneByOne: true,
  async run(running, { id }) {
    const track = await lockTrack(running.db, id)
    if (!track) throw notFound()
    if (track.isrc !== null) throw refuse({ '': 'projects.tracks.errors.has_isrc' })
    const [code = ''] = await assign(running, track.project_id, [id])
    running.changed({ isrc: null }, { isrc: code })
    return { project_id: track.project_id, code }
  },
  about: ({ project_id }, { id }) => ({ project: project_id, track: id })
})

/** Gives an ISRC to all tracks of a project that have none, in their order. */
export const assignIsrcs = action({
  name: 'projects.assign_isrcs',
  permission: 'projects.isrc',
  input: ProjectCodesForm,
  oneByOne: true,
  async run(running, { project_id }) {
    if (!(await lockOrder(running.db, project_id))) throw notFound()
    const ids = await lockUncoded(running.db, project_id)
    if (ids.length === 0) throw refuse({ '': 'projects.tracks.errors.all_have_isrc' })
    await assign(running, project_id, ids)
    return { track_ids: ids }
  },
  about: ({ track_ids }, { project_id }) => ({ project: project_id, track: track_ids })
})

/** The root of a registrant: the studio's own, of which there is one at a time, or a label's. */
export const addIsrcRoot = action({
  name: 'projects.add_isrc_root',
  permission: 'projects.isrc',
  input: RootForm,
  constraints: {
    isrc_roots_prefix_key: ['prefix', 'projects.tracks.errors.root_known'],
    isrc_roots_own: ['own', 'projects.tracks.errors.own_root']
  },
  run: ({ db }, root) => addRoot(db, root),
  about: id => ({ isrc_root: id })
})

/** Changes a root; its signs only as long as it gave no code. */
export const changeIsrcRoot = action({
  name: 'projects.change_isrc_root',
  permission: 'projects.isrc',
  input: ChangeRootForm,
  constraints: {
    isrc_roots_prefix_key: ['prefix', 'projects.tracks.errors.root_known'],
    isrc_roots_own: ['own', 'projects.tracks.errors.own_root']
  },
  async run({ db, changed }, { id, ...root }) {
    const before = await lockRoot(db, id)
    if (!before) throw notFound()
    if (root.prefix !== before.prefix && (await hasGiven(db, id))) {
      throw refuse({ prefix: 'projects.tracks.errors.root_used' })
    }
    await changeRoot(db, id, root)
    changed(before, root)
  },
  about: (_, { id }) => ({ isrc_root: id })
})

/** Puts a root away: no more codes are given from it. */
export const archiveIsrcRoot = action({
  name: 'projects.archive_isrc_root',
  permission: 'projects.isrc',
  input: RootIdForm,
  async run({ db }, { id }) {
    if (!(await lockRoot(db, id))) throw notFound()
    await changeRoot(db, id, { archived_at: new Date() })
  },
  about: (_, { id }) => ({ isrc_root: id })
})

export const restoreIsrcRoot = action({
  name: 'projects.restore_isrc_root',
  permission: 'projects.isrc',
  input: RootIdForm,
  constraints: { isrc_roots_own: ['', 'projects.tracks.errors.own_root'] },
  async run({ db }, { id }) {
    if (!(await lockRoot(db, id))) throw notFound()
    await changeRoot(db, id, { archived_at: null })
  },
  about: (_, { id }) => ({ isrc_root: id })
})

/** Sets the number that comes next this year, for codes that were given elsewhere. Never back: a code is given once. */
export const setIsrcCounter = action({
  name: 'projects.set_isrc_counter',
  permission: 'projects.isrc',
  input: CounterForm,
  oneByOne: true,
  async run({ db, studio, changed }, { id, next }) {
    if (!(await lockRoot(db, id))) throw notFound()
    const year = yearIn(studio.timezone)
    const last = await lockCounter(db, id, year)
    if (next <= last) throw refuse({ next: { key: 'projects.tracks.errors.counter', values: { next: last + 1 } } })
    await setCounter(db, id, year, next - 1)
    changed({ next: last + 1 }, { next })
  },
  about: (_, { id }) => ({ isrc_root: id })
})

/** The two digits of a code's year: the year of assignment, where the studio is. */
export const yearIn = (timezone: string, now = new Date()): number => Number(time.today(timezone, now).slice(2, 4))

async function assign(
  { db, tell, studio, person }: Running,
  project_id: number,
  track_ids: readonly number[]
): Promise<string[]> {
  const root = await rootOf(db, project_id)
  if (!root) throw refuse({ '': 'projects.tracks.errors.no_root' })
  const year = yearIn(studio.timezone)
  const last = await lockCounter(db, root.id, year)
  const numbers = await freeNumbers(db, root.prefix, year, last, track_ids.length)
  const highest = numbers.at(-1)
  if (highest === undefined || numbers.length < track_ids.length) {
    throw refuse({ '': 'projects.tracks.errors.used_up' })
  }
  const given = track_ids.map((track_id, at) => ({ track_id, code: isrcOf(root.prefix, year, numbers[at] ?? 0) }))
  await giveCodes(db, given, { root_id: root.id, person_id: person.id })
  await setCounter(db, root.id, year, highest)
  for (const track_id of track_ids) tell('projects.track-changed', { project_id, track_id })
  return given.map(({ code }) => code)
}
