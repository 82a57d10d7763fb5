import { action, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { ChangeTaskForm, TaskForm, TaskIdForm } from './task-forms.ts'
import { addTasks, changeTask, isTrackOf, lockTask, removeTask } from './task-queries.ts'
import type { Task } from './task-queries.ts'
import { isActive } from './queries.ts'

/** What a task is about; pages lead back there. */
export type TaskPlace = Pick<Task, 'id' | 'project_id' | 'track_id' | 'session_id' | 'client_id'>

const about = ({ project_id, track_id, session_id, client_id }: TaskPlace) => ({
  project: project_id,
  track: track_id,
  session: session_id,
  client: client_id
})
const constraints = {
  tasks_project_id_fkey: ['project_id', 'fields.choice'],
  tasks_session_id_fkey: ['session_id', 'fields.choice'],
  tasks_client_id_fkey: ['client_id', 'fields.choice']
} as const

/** Enters something to be done: on a project, a track of it, a session or a client, or on nothing. Whoever gets it is told. */
export const addTask = action({
  name: 'projects.add_task',
  permission: 'projects.tasks',
  input: TaskForm,
  constraints,
  async run(running, input): Promise<TaskPlace> {
    const { project_id, track_id, session_id, client_id, assignee_id } = input
    if ([project_id, session_id, client_id].filter(id => id !== null).length > 1)
      throw refuse({ '': 'projects.errors.one_place' })
    await check(running, assignee_id, track_id, project_id)
    const [id = 0] = await addTasks(running.db, [input], running.person.id)
    told(running, { id, project_id }, assignee_id)
    return { id, project_id, track_id, session_id, client_id }
  },
  about
})

/** Changes a task; somebody else who gets it is told. */
export const changeTaskAction = action({
  name: 'projects.change_task',
  permission: 'projects.tasks',
  input: ChangeTaskForm,
  async run(running, { id, ...after }): Promise<TaskPlace> {
    const before = await there(running, id)
    await check(running, after.assignee_id, after.track_id, before.project_id, before.assignee_id)
    await changeTask(running.db, id, after)
    running.changed(before, after)
    told(running, before, after.assignee_id === before.assignee_id ? null : after.assignee_id)
    return { ...before, track_id: after.track_id }
  },
  about
})

/** It is done, by whoever says so. */
export const finishTask = action({
  name: 'projects.finish_task',
  permission: 'projects.tasks',
  input: TaskIdForm,
  async run(running, { id }): Promise<TaskPlace> {
    const task = await there(running, id)
    if (task.done_at === null) {
      const done_by = running.person.id === null ? null : running.person.id
      await changeTask(running.db, id, { done_at: new Date(), done_by })
    }
    running.changed({ task: null }, { task: task.title })
    told(running, task, null)
    return task
  },
  about
})

/** It is to be done again. */
export const reopenTask = action({
  name: 'projects.reopen_task',
  permission: 'projects.tasks',
  input: TaskIdForm,
  async run(running, { id }): Promise<TaskPlace> {
    const task = await there(running, id)
    await changeTask(running.db, id, { done_at: null, done_by: null })
    running.changed({ task: null }, { task: task.title })
    told(running, task, null)
    return task
  },
  about
})

/** Takes a task away. What it was stays in the trail. */
export const removeTaskAction = action({
  name: 'projects.remove_task',
  permission: 'projects.tasks',
  confirm: true,
  input: TaskIdForm,
  async run(running, { id }): Promise<TaskPlace> {
    const task = await there(running, id)
    await removeTask(running.db, id)
    running.changed({ task: task.title }, { task: null })
    told(running, task, null)
    return task
  },
  about
})

async function there({ db }: Running, id: number): Promise<Task> {
  const task = await lockTask(db, id)
  if (!task) throw notFound()
  return task
}

/** Whoever is to do it is of the studio (or had it before), and the track is of the project. */
async function check(
  { db }: Running,
  assignee_id: number | null,
  track_id: number | null,
  project_id: number | null,
  before: number | null = null
): Promise<void> {
  if (assignee_id !== null && assignee_id !== before && !(await isActive(db, assignee_id)))
    throw refuse({ assignee_id: 'fields.choice' })
  if (track_id !== null && (project_id === null || !(await isTrackOf(db, track_id, project_id))))
    throw refuse({ track_id: 'fields.choice' })
}

function told(
  { tell }: Running,
  { id, project_id }: { id: number; project_id: number | null },
  assignee: number | null
) {
  tell('projects.task-changed', { task_id: id, project_id })
  if (assignee !== null) tell('projects.task-assigned', { task_id: id, project_id })
}
