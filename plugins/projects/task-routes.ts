import { allow, notFound } from '@patchbay/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { today } from './actions.ts'
import { plainDay, styles } from './card.ts'
import { taskList } from './list.ts'
import { listPeople } from './queries.ts'
import { listPage } from './routes.ts'
import { addTask, changeTaskAction, finishTask, removeTaskAction, reopenTask } from './task-actions.ts'
import type { TaskPlace } from './task-actions.ts'
import { findTask, tracksToChoose } from './task-queries.ts'
import type { Task } from './task-queries.ts'

const work = allow('projects.tasks')

/** What is to be done: the list of it, a task's own page, done and undone. */
export function taskRoutes(app: FastifyInstance): void {
  app.get('/tasks', allow('projects.read'), async (request, reply) => {
    const page = await request.list(taskList)
    const people = await listPeople(request.db)
    return reply.page('projects/tasks', {
      ...(await listPage(request, 'projects.tasks.title')),
      ...page,
      people,
      values: {},
      errors: {}
    })
  })

  app.post('/tasks', work, async (request, reply) => {
    const added = await request.act(addTask)
    if (added.ok) return reply.redirect(placeOf(request, added.value), 303)
    return reply.code(422).page('projects/task', { ...(await formOf(request)), ...added })
  })

  app.get('/tasks/:id', work, async (request, reply) => {
    const task = await taskOf(request)
    const values = { ...task, due_on: plainDay(task.due_on) }
    return reply.page('projects/task', { ...(await formOf(request, task)), values })
  })

  app.post('/tasks/:id', work, async (request, reply) => {
    const changed = await request.act(changeTaskAction, { id: request.recordId() })
    if (changed.ok) return reply.flash('projects.flash.task_saved').redirect(placeOf(request, changed.value), 303)
    return reply.code(422).page('projects/task', { ...(await formOf(request, await taskOf(request))), ...changed })
  })

  step(app, 'completion', finishTask)
  step(app, 'reopening', reopenTask)
  step(app, 'removal', removeTaskAction)
}

/** `POST /tasks/:id/completion`, and back to where the task stands. */
function step(app: FastifyInstance, noun: string, action: typeof finishTask): void {
  app.post(`/tasks/:id/${noun}`, work, async (request, reply) => {
    const done = await request.act(action, { id: request.recordId() })
    if (done.ok) return reply.redirect(placeOf(request, done.value), 303)
    return reply.code(422).page('projects/task', { ...(await formOf(request, await taskOf(request))), ...done })
  })
}

/** Where a task is seen: on the list when it was done from there, else on what it is about. */
function placeOf(request: FastifyRequest, { project_id, track_id, session_id, client_id }: TaskPlace): string {
  const { base } = request
  const from = fromOf(request)
  if (from === 'track' && track_id !== null) return `${base}/projects/tracks/${track_id}#tasks`
  if (from === 'today') return `${base}/`
  if (from !== 'list' && project_id !== null) return `${base}/projects/${project_id}#tasks`
  if (from !== 'list' && session_id !== null) return `${base}/sessions/${session_id}#tasks`
  if (from !== 'list' && client_id !== null) return `${base}/clients/${client_id}#tasks`
  return `${base}/projects/tasks`
}

/** From which list it was opened, if from one. */
function fromOf(request: FastifyRequest): string {
  const { from } = request.query as { from?: unknown }
  return from === 'list' || from === 'today' || from === 'track' ? from : ''
}

async function taskOf(request: FastifyRequest): Promise<Task> {
  const task = await findTask(request.db, request.recordId())
  if (!task) throw notFound()
  return task
}

async function formOf(request: FastifyRequest, task?: Task) {
  const people = await listPeople(request.db)
  const tracks = task?.project_id ? await tracksToChoose(request.db, task.project_id) : []
  const title = request.words().t(task ? 'projects.task.title' : 'projects.task.new')
  const values: Record<string, unknown> = {}
  return { styles, title, task, people, tracks, from: fromOf(request), today: today(request), values, errors: {} }
}
