import { action, forbidden, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { removeFile as dropStored, saveFile } from '@patchbay/core/storage'
import * as card from './card-queries.ts'
import {
  ChangeNoteForm,
  FileForm,
  FileIdForm,
  NoteForm,
  NoteIdForm,
  PlaceSessionForm,
  SessionOfForm,
  SessionsForm,
  TeamForm
} from './forms.ts'
import { addMember, isActive, removeMember, touchProject } from './queries.ts'

/* What hangs on a project's page: its team, sessions, files and notes. */

const onProject = (project_id: number) => ({ project: project_id })

/** Puts somebody on the team, for one thing they do. */
export const addMemberAction = action({
  name: 'projects.add_member',
  permission: 'projects.write',
  input: TeamForm,
  async run(running, { id, person_id, role }) {
    if (!(await isActive(running.db, person_id))) throw refuse({ person_id: 'fields.choice' })
    await touched(running, id)
    if (!(await addMember(running.db, { project_id: id, person_id, role })))
      throw refuse({ person_id: 'projects.errors.on_team' })
    return id
  },
  about: (id, { person_id }) => ({ project: id, person: person_id })
})

/** Takes somebody off the team, with one of the things they did. */
export const removeMemberAction = action({
  name: 'projects.remove_member',
  permission: 'projects.write',
  input: TeamForm,
  async run(running, { id, person_id, role }) {
    await touched(running, id)
    if (!(await removeMember(running.db, { project_id: id, person_id, role }))) throw notFound()
    return id
  },
  about: (id, { person_id }) => ({ project: id, person: person_id })
})

/** Puts sessions into a project; one that was in another is in this one from now on. */
export const linkSessions = action({
  name: 'projects.link_sessions',
  permission: 'projects.write',
  input: SessionsForm,
  async run(running, { id, session_ids }) {
    if (session_ids.length === 0) throw refuse({ session_ids: 'fields.required' })
    await touched(running, id)
    for (const session_id of session_ids)
      if (!(await card.linkSession(running.db, id, session_id)))
        throw refuse({ session_ids: 'projects.errors.no_session' })
    return id
  },
  about: (id, { session_ids }) => ({ project: id, session: session_ids })
})

/** Takes a session out of its project. */
export const unlinkSessionAction = action({
  name: 'projects.unlink_session',
  permission: 'projects.write',
  input: SessionOfForm,
  async run(running, { id, session_id }) {
    await touched(running, id)
    if (!(await card.unlinkSession(running.db, id, session_id))) throw notFound()
    return id
  },
  about: (id, { session_id }) => ({ project: id, session: session_id })
})

/** Says from a session's page of which project it is, or of none. */
export const placeSession = action({
  name: 'projects.place_session',
  permission: 'projects.write',
  input: PlaceSessionForm,
  async run(running, { session_id, project_id }) {
    const before = await card.projectOfSession(running.db, session_id)
    if (before !== undefined && before !== project_id) {
      await card.unlinkSession(running.db, before, session_id)
      await touched(running, before)
    }
    if (project_id !== null) {
      await touched(running, project_id)
      if (!(await card.linkSession(running.db, project_id, session_id))) throw notFound()
    }
    return {
      session: session_id,
      project: [...new Set([before, project_id ?? undefined])].filter(id => id !== undefined)
    }
  },
  about: result => result
})

/** Puts a file to a project, of at most 10 MB; the API takes it in base64. Sound belongs to its tracks. */
export const addFileAction = action({
  name: 'projects.add_file',
  permission: 'projects.write',
  input: FileForm,
  secret: ['file'],
  most_bytes: 14_000_000,
  async run(running, { id, file, label }) {
    const { db, person } = running
    const kind = kindOf(file)
    const { id: file_id } = await saveFile(running, file, {
      name: nameOf(label, kind.ending),
      media_type: kind.media_type
    })
    await touched(running, id)
    await card.addFile(db, { project_id: id, file_id, label, added_by: person.id })
    return id
  },
  about: onProject
})

/** Takes a file away for good. */
export const removeFileAction = action({
  name: 'projects.remove_file',
  permission: 'projects.write',
  confirm: true,
  input: FileIdForm,
  async run(running, { id, project_file_id }) {
    const file = await card.findFile(running.db, id, project_file_id)
    if (!file) throw notFound()
    await card.dropFile(running.db, file.id)
    await dropStored(running, file.file_id)
    running.changed({ label: file.label }, { label: null })
    await touched(running, id)
    return id
  },
  about: onProject
})

/** Notes something on a project, in the name of whoever does it. */
export const addNoteAction = action({
  name: 'projects.add_note',
  permission: 'projects.tasks',
  input: NoteForm,
  async run(running, { id, body }) {
    await touched(running, id)
    await card.addNote(running.db, { project_id: id, body, person_id: running.person.id })
    return id
  },
  about: onProject
})

/** Changes a note; only its author may. */
export const changeNoteAction = action({
  name: 'projects.change_note',
  permission: 'projects.tasks',
  input: ChangeNoteForm,
  async run(running, { id, note_id, body }) {
    const note = await ownNote(running, id, note_id)
    await card.changeNote(running.db, note_id, body)
    running.changed({ body: note.body }, { body })
    await touched(running, id)
    return id
  },
  about: onProject
})

/** Takes a note away; only its author may. What it said stays in the trail. */
export const removeNoteAction = action({
  name: 'projects.remove_note',
  permission: 'projects.tasks',
  input: NoteIdForm,
  async run(running, { id, note_id }) {
    const note = await ownNote(running, id, note_id)
    await card.removeNote(running.db, note_id)
    running.changed({ body: note.body }, { body: null })
    await touched(running, id)
    return id
  },
  about: onProject
})

async function ownNote({ db, person }: Running, project_id: number, id: number): Promise<card.ProjectNote> {
  const note = await card.findNote(db, project_id, id)
  if (!note) throw notFound()
  if (note.person_id === null || note.person_id !== person.id) throw forbidden('projects.errors.not_your_note')
  return note
}

/** The project is there, and changed now. @throws notFound */
async function touched({ db, tell }: Running, id: number): Promise<void> {
  if (!(await touchProject(db, id))) throw notFound()
  tell('projects.changed', { project_id: id })
}

/** What bytes are by their beginning. Anything else is saved as it came, for whoever knows how to open it. */
function kindOf(file: Buffer): { media_type: string; ending: string } {
  const known = kinds.find(({ begins }) => begins.some(sign => file.subarray(0, sign.length).equals(Buffer.from(sign))))
  return known ?? { media_type: 'application/octet-stream', ending: '' }
}

const kinds = [
  { media_type: 'application/pdf', ending: '.pdf', begins: [[0x25, 0x50, 0x44, 0x46]] },
  { media_type: 'image/png', ending: '.png', begins: [[0x89, 0x50, 0x4e, 0x47]] },
  { media_type: 'image/jpeg', ending: '.jpeg', begins: [[0xff, 0xd8, 0xff]] },
  { media_type: 'image/gif', ending: '.gif', begins: [[0x47, 0x49, 0x46, 0x38]] }
]

/** A stored file is called without the ending that its kind gives it again. */
const nameOf = (label: string, ending: string): string =>
  ending && label.toLowerCase().endsWith(ending) ? label.slice(0, -ending.length) : label
