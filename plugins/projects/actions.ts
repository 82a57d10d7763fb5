import { action, notFound, refuse, time } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { removeFile } from '@patchbay/core/storage'
import { lockBoard, moveTo, placeIn, spread } from './board-queries.ts'
import type { Wanted } from './board-queries.ts'
import { filesOfProject, hasTracks, linkSession } from './card-queries.ts'
import { ChangeProjectForm, MoveForm, ProjectForm, ProjectIdForm } from './forms.ts'
import { addProject, changeProject, lockProject, matchClient, removeProject } from './queries.ts'
import type { ProjectFields } from './queries.ts'
import { startFrom } from './starting.ts'

const about = ({ id, client_id }: { id: number; client_id: number | null }) => ({ project: id, client: client_id })
const constraints = {
  projects_check: ['due_on', 'projects.errors.due_before_start'],
  projects_isrc_root_id_fkey: ['isrc_root_id', 'fields.choice']
} as const

/** Begins a project: empty, from a template with its tasks and titles, or around a session. The answer is its id and client. */
export const addProjectAction = action({
  name: 'projects.add',
  permission: 'projects.write',
  input: ProjectForm,
  constraints,
  about,
  async run(running, { client_id, client_name, template_id, session_id, status, ...rest }) {
    const { db, tell, person } = running
    const fields = {
      ...rest,
      ...budgetOf(running, rest),
      client_id: await clientOf(running, client_id, client_name)
    }
    refuseOrder(fields)
    const id = await addProject(db, { ...fields, status, template_id }, person.id)
    if (template_id !== null) await startFrom(running, template_id, { id, starts_on: fields.starts_on })
    if (session_id !== null) await ownSession(running, id, session_id)
    tell('projects.added', { project_id: id })
    return { id, client_id: fields.client_id }
  }
})

/** Changes a project; its place on the board is another matter. */
export const changeProjectAction = action({
  name: 'projects.change',
  permission: 'projects.write',
  input: ChangeProjectForm,
  constraints,
  about,
  async run(running, { id, version, client_id, client_name, ...rest }) {
    const { db, tell, changed } = running
    const before = await lockProject(db, id)
    if (!before) throw notFound()
    if (version !== null && version !== before.version) throw refuse({ version: 'projects.errors.stale' })
    const after = {
      ...rest,
      ...budgetOf(running, rest, before),
      client_id: await clientOf(running, client_id, client_name, before.client_id)
    }
    refuseOrder(after)
    await changeProject(db, id, after)
    changed(before, after)
    tell('projects.changed', { project_id: id })
    return { id, client_id: after.client_id }
  }
})

/** Puts a project into a column, and to its place there. Delivered for the first time, it is noted when. */
export const moveProject = action({
  name: 'projects.move',
  permission: 'projects.write',
  input: MoveForm,
  about,
  async run({ db, tell, changed }, wanted) {
    await lockBoard(db)
    const before = await lockProject(db, wanted.id)
    if (!before) throw notFound()
    await moveTo(db, wanted.id, wanted.status, await freePlace(db, wanted))
    changed({ project_state: before.status }, { project_state: wanted.status })
    tell('projects.moved', { project_id: wanted.id })
    return { id: wanted.id, client_id: before.client_id }
  }
})

/** Takes a project away for good, with its tasks, notes and files. One that has titles is archived instead. */
export const removeProjectAction = action({
  name: 'projects.remove',
  permission: 'projects.write',
  confirm: true,
  input: ProjectIdForm,
  about,
  async run(running, { id }) {
    const { db, tell, changed } = running
    const project = await lockProject(db, id)
    if (!project) throw notFound()
    if (await hasTracks(db, id)) throw refuse({ '': 'projects.errors.has_tracks' })
    const files = await filesOfProject(db, id)
    await removeProject(db, id)
    for (const file_id of files) await removeFile(running, file_id)
    changed({ title: project.title }, { title: null })
    tell('projects.removed', { project_id: id })
    return { id, client_id: project.client_id }
  }
})

async function freePlace(db: Running['db'], wanted: Wanted): Promise<number> {
  const place = await placeIn(db, wanted)
  if (place !== undefined) return place
  await spread(db, wanted.status)
  return (await placeIn(db, wanted)) ?? 0
}

/** The client that was picked, or the one of that name; null for the studio's own. */
async function clientOf(
  { db }: Running,
  client_id: number | null,
  client_name: string | null,
  before: number | null = null
): Promise<number | null> {
  if (client_id === null && client_name === null) return null
  if (client_id !== null && client_id === before) return before
  const found = await matchClient(db, client_id, client_name)
  if (found === undefined) throw refuse({ client_name: 'projects.errors.no_client' })
  return found
}

/** The budget: left as it was by those who may not see it. */
function budgetOf(
  { can }: Running,
  { budget_cents, budget_minutes }: Pick<ProjectFields, 'budget_cents' | 'budget_minutes'>,
  before: Pick<ProjectFields, 'budget_cents' | 'budget_minutes'> = { budget_cents: null, budget_minutes: null }
) {
  if (can('projects.budget')) return { budget_cents, budget_minutes }
  if (budget_cents !== null) throw refuse({ budget_cents: 'projects.errors.budget' })
  if (budget_minutes !== null) throw refuse({ budget_minutes: 'projects.errors.budget' })
  return { budget_cents: before.budget_cents, budget_minutes: before.budget_minutes }
}

function refuseOrder({ starts_on, due_on }: Pick<ProjectFields, 'starts_on' | 'due_on'>): void {
  if (starts_on && due_on && due_on < starts_on) throw refuse({ due_on: 'projects.errors.due_before_start' })
}

async function ownSession({ db }: Running, project_id: number, session_id: number): Promise<void> {
  if (!(await linkSession(db, project_id, session_id))) throw refuse({ session_id: 'projects.errors.no_session' })
}

/** Today, where the studio is. */
export const today = ({ studio }: Pick<Running, 'studio'>): string => time.today(studio.timezone)
