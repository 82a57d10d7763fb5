import { randomBytes } from 'node:crypto'
import { rm, statfs } from 'node:fs/promises'
import { action, conflict, notFound, refuse } from '@patchbay/core'
import type { Db, Running } from '@patchbay/core'
import { workshop } from '@patchbay/core/storage'
import { MixSettings } from '../settings.ts'
import { ProposalsForm, UploadForm, UploadKeyForm } from './forms.ts'
import { arrived, placeOf } from './places.ts'
import { propose } from './proposals.ts'
import {
  addUpload,
  awaitedBytes,
  candidatesOf,
  isProject,
  isTrackOf,
  lockRoom,
  lockUpload,
  setGone,
  setReceived,
  setSeen,
  trackByTitle,
  usedBytes
} from './queries.ts'
import type { Upload } from './queries.ts'

/** So much of the disk stays free for everything else, in bytes. */
const spare = 300_000_000

/** A file is going to be sent: room is kept for it, and where it belongs is known before a byte is. */
export const startUpload = action({
  name: 'mixes.start_upload',
  permission: 'mixes.upload',
  input: UploadForm,
  // nothing is there yet: what came is told of
  personal: true,
  oneByOne: true,
  async run(running, { new_track, ...input }) {
    const { db, person } = running
    if (!(await isProject(db, input.project_id))) throw notFound()
    await keepRoom(running, input.bytes)
    const track_id = await trackFor(db, input.project_id, input.track_id, new_track)
    if (input.version && track_id === null && new_track === null)
      throw refuse({ track_id: 'mixes.uploads.errors.track' })
    if (input.version && input.kind) throw refuse({ kind: 'mixes.uploads.errors.kind' })
    const kind = input.version ? null : (input.kind ?? 'other')
    const label = kind ? (input.label ?? input.name.slice(0, 200)) : null
    const key = randomBytes(16).toString('hex')
    const id = await addUpload(db, {
      ...input,
      track_id,
      new_track: track_id === null ? new_track : null,
      kind,
      label,
      key,
      person_id: person.id
    })
    return { id, key }
  },
  about: (_, { project_id, track_id }) => ({ project: project_id, track: track_id })
})

/** Every byte of it is here: a job looks at it. */
export const receiveUpload = action({
  name: 'mixes.receive_upload',
  permission: 'mixes.upload',
  input: UploadKeyForm,
  async run({ db, folder, person, tell }, { key }) {
    const upload = await lockUpload(db, key)
    if (!upload || upload.person_id !== person.id) throw notFound()
    if (upload.state !== 'receiving') return upload
    if ((await arrived(folder, key)) !== upload.bytes) throw conflict('mixes.uploads.errors.not_whole')
    await setReceived(db, upload.id)
    tell('mixes.received', { upload_id: upload.id, project_id: upload.project_id })
    return upload
  },
  about: ({ project_id, track_id }: Upload) => ({ project: project_id, track: track_id })
})

/** Ends one that is under way, or takes what became of it off the list. */
export const dismissUpload = action({
  name: 'mixes.dismiss_upload',
  permission: 'mixes.upload',
  input: UploadKeyForm,
  personal: true,
  async run({ db, folder, person, can, tell }, { key }) {
    const upload = await lockUpload(db, key)
    if (!upload || (upload.person_id !== person.id && !can('mixes.write'))) throw notFound()
    if (upload.state === 'received') throw conflict('mixes.uploads.errors.being_filed')
    if (upload.state === 'receiving') {
      await setGone(db, upload.id)
      await rm(placeOf(folder, key), { force: true })
    } else await setSeen(db, upload.id)
    tell('mixes.files-changed', { project_id: upload.project_id, track_id: upload.track_id })
    return upload
  },
  about: ({ project_id }: Upload) => ({ project: project_id })
})

/** Where files go, by their names: to be corrected before they are sent. */
export const proposePlaces = action({
  name: 'mixes.propose_places',
  permission: 'mixes.upload',
  input: ProposalsForm,
  personal: true,
  async run({ db }, { project_id, track_id, names }) {
    if (!(await isProject(db, project_id))) throw notFound()
    const tracks = await candidatesOf(db, project_id)
    const titles = tracks.map(({ id, title, version_title }) => ({
      id,
      title: version_title ? `${title} (${version_title})` : title
    }))
    return { proposals: propose(names, tracks, track_id), tracks: titles }
  },
  about: (_, { project_id }) => ({ project: project_id })
})

async function keepRoom({ db, folder, settings, fmt }: Running, bytes: number): Promise<void> {
  await lockRoom(db)
  const quota = MixSettings.parse(settings).quota_gb * 1e9
  const free = quota - (await usedBytes(db))
  if (bytes > free) {
    const left = fmt.number(Math.max(0, Math.floor(free / 1e6)) / 1000)
    throw refuse({ bytes: { key: 'mixes.uploads.errors.no_room', values: { free: left } } })
  }
  const { bavail, bsize } = await statfs(await workshop(folder))
  if (bytes + (await awaitedBytes(db)) > bavail * bsize - spare) throw refuse({ bytes: 'mixes.uploads.errors.disk' })
}

/** The track that was chosen, or the one of that title when it is there. */
async function trackFor(
  db: Db,
  project_id: number,
  track_id: number | null,
  new_track: string | null
): Promise<number | null> {
  if (track_id !== null) {
    if (await isTrackOf(db, project_id, track_id)) return track_id
    throw refuse({ track_id: 'mixes.uploads.errors.no_track' })
  }
  return new_track === null ? null : ((await trackByTitle(db, project_id, new_track)) ?? null)
}
