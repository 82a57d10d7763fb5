import { action, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { removeFile } from '@patchbay/core/storage'
import { FileIdForm, FurtherFileForm, MoveRevisionForm, RevisionIdForm, RevisionNoteForm } from './forms.ts'
import * as writes from './write-queries.ts'

/** Says what changed in a revision; also once it is approved, for it changes nothing that is heard. */
export const changeRevision = action({
  name: 'mixes.change_revision',
  permission: 'mixes.write',
  input: RevisionNoteForm,
  async run({ db, tell, changed }, { id, note }) {
    const before = await locked(db, id)
    await writes.noteRevision(db, id, note)
    changed({ note: before.note }, { note })
    tell('mixes.files-changed', { project_id: before.project_id, track_id: before.track_id })
    return before
  },
  about: ({ id, track_id, project_id }) => ({ revision: id, track: track_id, project: project_id })
})

/** Files a revision where it belongs, as the newest there. What is with somebody for review, or was approved, stays. */
export const moveRevision = action({
  name: 'mixes.move_revision',
  permission: 'mixes.write',
  input: MoveRevisionForm,
  async run({ db, tell, changed }, { id, track_id: to, version }) {
    const before = await locked(db, id)
    const track_id = to ?? before.track_id
    if (before.decided) throw refuse({ '': 'mixes.player.errors.approved' })
    if (before.state === 'in_review') throw refuse({ '': 'mixes.player.errors.in_review' })
    if (track_id === before.track_id && version === before.version)
      throw refuse({ version: 'mixes.player.errors.already_there' })
    // of the same project: who may hear it must not change by a slip of the hand
    if ((await writes.projectOf(db, track_id)) !== before.project_id) throw refuse({ track_id: 'fields.choice' })
    const number = await writes.moveRevision(db, id, track_id, version)
    changed(
      { track_id: before.track_id, version: before.version, number: before.number },
      { track_id, version, number }
    )
    tell('mixes.files-changed', { project_id: before.project_id, track_id: before.track_id })
    if (track_id !== before.track_id) tell('mixes.files-changed', { project_id: before.project_id, track_id })
    return { id, track_id, project_id: before.project_id }
  },
  about: ({ id, track_id, project_id }) => ({ revision: id, track: track_id, project: project_id })
})

/** Takes a revision away, with what was said of it; its bytes go when nothing else refers to them. */
export const removeRevision = action({
  name: 'mixes.remove_revision',
  permission: 'mixes.write',
  confirm: true,
  input: RevisionIdForm,
  async run(running, { id }) {
    const { db, tell } = running
    const before = await locked(db, id)
    if (before.decided) throw refuse({ '': 'mixes.player.errors.approved' })
    await writes.removeRevision(db, id)
    await forget(running, before.audio_id)
    tell('mixes.files-changed', { project_id: before.project_id, track_id: before.track_id })
    return before
  },
  about: ({ track_id, project_id }) => ({ track: track_id, project: project_id })
})

/** Says what a further file is, and of which track. */
export const changeFile = action({
  name: 'mixes.change_file',
  permission: 'mixes.write',
  input: FurtherFileForm,
  async run({ db, tell, changed }, { id, ...fields }) {
    const before = await writes.lockFile(db, id)
    if (!before) throw notFound()
    const elsewhere = fields.track_id !== null && (await writes.projectOf(db, fields.track_id)) !== before.project_id
    if (elsewhere) throw refuse({ track_id: 'fields.choice' })
    await writes.changeFile(db, id, fields)
    changed(before, { ...before, ...fields })
    tell('mixes.files-changed', { project_id: before.project_id, track_id: before.track_id })
    return { ...before, ...fields }
  },
  about: ({ id, track_id, project_id }) => ({ track_file: id, track: track_id, project: project_id })
})

/** Takes a further file away; its bytes go when nothing else refers to them. */
export const removeFurtherFile = action({
  name: 'mixes.remove_file',
  permission: 'mixes.write',
  confirm: true,
  input: FileIdForm,
  async run(running, { id }) {
    const { db, tell } = running
    const before = await writes.lockFile(db, id)
    if (!before) throw notFound()
    await writes.removeFurtherFile(db, id)
    await forget(running, before.audio_id)
    tell('mixes.files-changed', { project_id: before.project_id, track_id: before.track_id })
    return before
  },
  about: ({ track_id, project_id }) => ({ track: track_id, project: project_id })
})

async function locked(db: Running['db'], id: number): Promise<writes.LockedRevision> {
  const found = await writes.lockRevision(db, id)
  if (!found) throw notFound()
  return found
}

async function forget(running: Running, audioId: number): Promise<void> {
  for (const id of await writes.forgetSound(running.db, audioId)) await removeFile(running, id)
}
