import { allow } from '@patchbay/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { addTaskAction, archiveTask, changeTaskAction, startTimer, stopTimer } from './time-actions.ts'
import { listTasks, runningOf } from './time-queries.ts'

/** The timer, wherever one is, and the kinds of work it is for. */
export function timeRoutes(app: FastifyInstance): void {
  // the bar above every page asks for it: empty when nothing runs
  app.get('/timer', allow('session-report.read'), async (request, reply) => {
    return reply.view('session-report/_timer', { timer: await runningOf(request.db, request.actor.id ?? 0) })
  })

  app.post('/timer', allow('session-report.write'), async (request, reply) => {
    const started = await request.act(startTimer)
    if (started.ok) return reply.redirect(backFrom(request, started.value.session_id), 303)
    const timer = await runningOf(request.db, request.actor.id ?? 0)
    return reply.code(422).page('session-report/timer', { ...looks(request), timer, ...started })
  })

  app.post('/timer/stop', allow('session-report.write'), async (request, reply) => {
    const stopped = await request.act(stopTimer)
    if (stopped.ok) return reply.redirect(backFrom(request, stopped.value.session_id), 303)
    const timer = await runningOf(request.db, request.actor.id ?? 0)
    return reply.code(422).page('session-report/timer', { ...looks(request), timer, ...stopped })
  })

  app.get('/tasks', allow('session-report.correct'), async (request, reply) => {
    return reply.page('session-report/tasks', { ...(await tasksPage(request)), errors: {}, values: {} })
  })

  for (const [path, action, flash] of [
    ['/tasks', addTaskAction, 'session-report.flash.saved'],
    ['/tasks/:id', changeTaskAction, 'session-report.flash.saved'],
    ['/tasks/:id/archiving', archiveTask, 'session-report.flash.saved']
  ] as const) {
    app.post(path, allow('session-report.correct'), async (request, reply) => {
      const id = path.includes('/:id') ? { id: request.recordId() } : {}
      const done = await request.act(action as typeof archiveTask, id)
      if (done.ok) return reply.flash(flash).redirect(`${request.base}/session-report/tasks`, 303)
      return reply.code(422).page('session-report/tasks', { ...(await tasksPage(request)), ...done, failed: id.id })
    })
  }
}

const looks = (request: FastifyRequest) => ({
  title: request.words().t('session-report.timer.title'),
  styles: ['/static/session-report/session-report.css']
})

async function tasksPage(request: FastifyRequest) {
  const tasks = await listTasks(request.db, { archived: true })
  return { ...looks(request), title: request.words().t('session-report.tasks_page.title'), tasks, failed: undefined }
}

/** Back to where the button was: the bar, Today, the session's card, or the room. */
function backFrom(request: FastifyRequest, session_id: number): string {
  const { back } = request.query as { back?: unknown }
  if (back === 'bar') return `${request.base}/session-report/timer`
  if (back === 'today') return `${request.base}/`
  if (back === 'session') return `${request.base}/sessions/${session_id}`
  return `${request.base}/session-report/${session_id}`
}
