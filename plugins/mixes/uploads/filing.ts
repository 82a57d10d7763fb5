import { randomBytes } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Db, Working } from '@patchbay/core'
import type { Part } from '@patchbay/core/context'
import { Failure } from '@patchbay/core/errors'
import { hashFile } from '@patchbay/core/hashing'
import { bring, enter, workshop } from '@patchbay/core/storage'
import type { Brought } from '@patchbay/core/storage'
import { probe } from '../analysis/probe.ts'
import type { Sound } from '../analysis/probe.ts'
import type { AudioFormat } from '../contract.ts'
import {
  addAudio,
  addRevision,
  addTrackFile,
  giveUpOld,
  keepUp,
  lockTrack,
  lockWaiting,
  openUploads,
  putDown,
  sameAudio,
  settle,
  takeUp,
  waitingUploads
} from './filing-queries.ts'
import { withoutEnding } from './names.ts'
import { arrived, placeOf } from './places.ts'
import { lockProject, lockUpload, setReceived, trackByTitle } from './queries.ts'
import type { Upload } from './queries.ts'

/** So often it is tried to file one, when it is nobody else's fault. */
const mostTries = 5
/** So long one process has an upload without saying that it goes on, in seconds. */
const lease = 30

/**
 * Files what has arrived: proves that it is sound, takes it in, and makes it a revision or a further file. Killed at any
 * point, it is done again from the beginning; each is filed once. One that fails keeps none of the others waiting.
 */
export async function fileUploads(work: Working): Promise<void> {
  await noticeArrived(work)
  const failures: unknown[] = []
  for (const upload of await waitingUploads(work.db)) {
    try {
      await attempt(work, upload)
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} uploads could not be filed`)
}

/** All bytes were here, and then the process was killed before it could say so. */
async function noticeArrived({ db, folder, within }: Working): Promise<void> {
  for (const { key, bytes } of await openUploads(db)) {
    if ((await arrived(folder, key)) !== bytes) continue
    await within(async part => {
      const upload = await lockUpload(part.db, key)
      if (upload?.state !== 'receiving') return
      await setReceived(part.db, upload.id)
      part.tell('mixes.received', { upload_id: upload.id, project_id: upload.project_id })
    })
  }
}

async function attempt(work: Working, upload: Upload): Promise<void> {
  const { db } = work
  const holder = randomBytes(12).toString('hex')
  const tries = await takeUp(db, upload.id, holder, lease)
  if (tries === undefined) return
  const goOn = setInterval(
    () => {
      keepUp(db, upload.id, holder, lease).catch((error: unknown) =>
        process.emitWarning(`an upload is not held: ${String(error)}`)
      )
    },
    (lease * 1000) / 3
  )
  try {
    await fileOne(work, upload)
  } catch (error) {
    // a disk that is full and a store that is away are no fault of the file: it waits
    const outside = error instanceof Failure && [503, 507].includes(error.status)
    if (!outside && tries >= mostTries) await refuse(work, upload, 'failed')
    else await putDown(db, upload.id, holder, !outside)
    throw error
  } finally {
    clearInterval(goOn)
  }
}

async function fileOne(work: Working, upload: Upload): Promise<void> {
  const path = placeOf(work.folder, upload.key)
  if ((await arrived(work.folder, upload.key)) !== upload.bytes) return refuse(work, upload, 'lost')
  const sound = await probe(path)
  const { format, problem } = sound
  if (problem !== undefined || format === null) return refuse(work, upload, problem ?? 'not_audio')
  const sha256 = await hashFile(path)
  const same = await sameAudio(work.db, upload.project_id, sha256)
  if (same !== undefined) return noticeSame(work, upload, same)
  const brought = await bring(work.folder, path, sha256)
  try {
    await take(work, upload, { ...sound, format }, brought)
  } catch (error) {
    if (error instanceof Overtaken) return fileOne(work, upload)
    throw error
  }
  await rm(path, { force: true })
}

type Known = Sound & { format: AudioFormat }

async function take(work: Working, upload: Upload, sound: Known, brought: Brought): Promise<void> {
  const { folder } = work
  const { project_id } = upload
  await work.within(async ({ db, tell, did, ask }) => {
    const person = { id: upload.person_id, name: '', role: 'engineer' as const }
    const called = { name: withoutEnding(upload.name), media_type: mediaTypeOf(sound) }
    const file = await enter({ db, folder, person }, brought, called)
    await lockProject(db, project_id)
    const waiting = await lockWaiting(db, upload.id)
    if (!waiting || (await sameAudio(db, project_id, brought.sha256)) !== undefined) throw new Overtaken()
    const track_id = upload.track_id ?? (await newTrack({ db, tell, ask }, upload))
    const audio_id = await addAudio(db, audioOf(upload, sound, brought, file.id))
    const revision_id = await place(db, { ...upload, track_id }, audio_id)
    await settle(db, upload.id, { state: 'filed', audio_id, same: false, track_id })
    if (track_id !== null && upload.version && upload.version !== 'demo') {
      const status = upload.version === 'master' ? 'mastering' : 'mixing'
      await ask('projects.advance-track', { running: { db, tell }, track_id, status }, db)
    }
    tell('mixes.filed', { audio_id, project_id, track_id, revision_id })
    await did('mixes.file_upload', { project: project_id, ...(track_id === null ? {} : { track: track_id }) })
  })
}

/** The track of a title that was not there when the file was announced; made now, when the file is proven. */
async function newTrack({ db, tell, ask }: Pick<Part, 'db' | 'tell' | 'ask'>, upload: Upload): Promise<number | null> {
  const { project_id, new_track } = upload
  if (new_track === null) return null
  const there = await trackByTitle(db, project_id, new_track)
  if (there !== undefined) return there
  const [added] = await ask('projects.add-track', { running: { db, tell }, project_id, title: new_track }, db)
  return added?.track_id ?? null
}

/** Another process filed it, or one of the same bytes, since we looked: what was taken in goes again. */
class Overtaken extends Error {}

/** A revision of the version it was sent as, or a further file; the revision's id. */
async function place(db: Db, upload: Upload, audio_id: number): Promise<number | null> {
  const { project_id, track_id, version, kind, label, note, person_id: created_by } = upload
  if (track_id !== null && version !== null && (await lockTrack(db, track_id)))
    return addRevision(db, { track_id, version, audio_id, note, created_by })
  await addTrackFile(db, {
    project_id,
    track_id,
    kind: kind ?? 'other',
    label: label ?? upload.name,
    audio_id,
    created_by
  })
  return null
}

const audioOf = (upload: Upload, sound: Known, { bytes, sha256 }: Brought, file_id: number) => ({
  file_id,
  name: upload.name,
  format: sound.format,
  bytes,
  sha256,
  codec: sound.codec,
  sample_rate: sound.rate,
  bit_depth: sound.depth,
  channels: sound.channels,
  duration_ms: sound.frames && sound.rate ? Math.max(1, Math.round((sound.frames * 1000) / sound.rate)) : null,
  uploaded_by: upload.person_id
})

const mediaTypes: Record<AudioFormat, string> = {
  wav: 'audio/wav',
  aiff: 'audio/aiff',
  flac: 'audio/flac',
  mp3: 'audio/mpeg',
  aac: 'audio/mp4',
  ogg: 'audio/ogg',
  opus: 'audio/ogg'
}

const mediaTypeOf = ({ format }: Known): string => mediaTypes[format]

/** The same bytes are in this project: nothing is filed again, and whoever sent it is told where they are. */
async function noticeSame(work: Working, upload: Upload, audio_id: number): Promise<void> {
  await work.within(async ({ db, tell }) => {
    if (!(await lockWaiting(db, upload.id))) return
    await settle(db, upload.id, { state: 'filed', audio_id, same: true })
    tell('mixes.files-changed', { project_id: upload.project_id, track_id: upload.track_id })
  })
  await rm(placeOf(work.folder, upload.key), { force: true })
}

async function refuse(work: Working, upload: Upload, problem: string): Promise<void> {
  const { project_id, track_id } = upload
  await work.within(async ({ db, tell, did }) => {
    if (!(await lockWaiting(db, upload.id))) return
    await settle(db, upload.id, { state: 'refused', problem })
    tell('mixes.refused', { upload_id: upload.id, project_id })
    await did('mixes.refuse_upload', { project: project_id, ...(track_id === null ? {} : { track: track_id }) })
  })
  await rm(placeOf(work.folder, upload.key), { force: true })
}

/** Uploads nobody went on with for so many days are given up. */
const patience = 7

/** Sweeps the workshop: what nobody goes on with, and what a crash left. */
export async function sweepWorkshop({ db, folder }: Working): Promise<void> {
  const open = await giveUpOld(db, patience)
  const place = await workshop(folder)
  for (const name of await readdir(place)) {
    const path = join(place, name)
    const { mtimeMs } = await stat(path)
    const hours = (Date.now() - mtimeMs) / 3_600_000
    const own = /^([0-9a-f]{32})\.upload$/.exec(name)?.[1]
    if (own ? !open.has(own) && hours > 1 : hours > 24) await rm(path, { recursive: true, force: true })
  }
}
