import { allow, notFound } from '@patchbay/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import {
  addReminderStep,
  changeReminderStep,
  removeReminderStep,
  resumeReminders,
  retryReminder,
  stopReminders
} from './actions.ts'
import { known } from './answers.ts'
import { reminderStates } from './contract.ts'
import { remindersList } from './list.ts'
import { findStep, listSteps } from './step-queries.ts'
import type { Step } from './step-queries.ts'
import { gaps } from './words.ts'

/** All reminders, the studio's steps, and the buttons on other pages. */
export async function reminderRoutes(app: FastifyInstance): Promise<void> {
  app.get('/', allow('reminders.read'), async (request, reply) => {
    const { rows, next, query } = await request.list(remindersList)
    const reminders = await known({ letters: request.letters.bind(request) }, rows)
    const steps = await listSteps(request.db)
    const title = request.words().t('reminders.title')
    return reply.page('reminders/list', {
      title,
      wide: true,
      reminders,
      next,
      query,
      steps,
      states: reminderStates
    })
  })

  app.get('/steps/new', allow('reminders.write'), async (request, reply) => {
    return reply.page('reminders/step', stepPage(request, undefined, { values: firstValues }))
  })

  app.post('/steps', allow('reminders.write'), async (request, reply) => {
    const added = await request.act(addReminderStep)
    if (!added.ok) return reply.code(422).page('reminders/step', stepPage(request, undefined, added))
    return reply.flash('reminders.flash.step_saved').redirect(`${request.base}/reminders`, 303)
  })

  app.get('/steps/:id', allow('reminders.write'), async (request, reply) => {
    const step = await stepOf(request)
    return reply.page('reminders/step', stepPage(request, step, { values: valuesOf(step) }))
  })

  app.post('/steps/:id', allow('reminders.write'), async (request, reply) => {
    const changed = await request.act(changeReminderStep, { id: request.recordId() })
    if (changed.ok) return reply.flash('reminders.flash.step_saved').redirect(`${request.base}/reminders`, 303)
    const status = changed.errors['version'] ? 409 : 422
    return reply.code(status).page('reminders/step', stepPage(request, await stepOf(request), changed))
  })

  app.post('/steps/:id/removal', allow('reminders.write'), async (request, reply) => {
    const removed = await request.act(removeReminderStep, { id: request.recordId() })
    if (!removed.ok) return reply.redirect(`${request.base}/reminders`, 303)
    return reply.flash('reminders.flash.step_removed').redirect(`${request.base}/reminders`, 303)
  })

  app.post('/:id/retry', allow('reminders.send'), async (request, reply) => {
    const retried = await request.act(retryReminder, { id: request.recordId() })
    if (!retried.ok) return reply.redirect(`${request.base}/reminders`, 303)
    const back = `${request.base}/sessions/${retried.value.session_id}#reminders`
    return reply.flash('reminders.flash.retried').redirect(back, 303)
  })

  app.post('/clients/:id/stop', allow('reminders.send'), async (request, reply) => {
    return toClient(request, reply, await request.act(stopReminders, { client_id: request.recordId() }))
  })

  app.post('/clients/:id/resumption', allow('reminders.send'), async (request, reply) => {
    return toClient(request, reply, await request.act(resumeReminders, { client_id: request.recordId() }))
  })
}

function toClient(request: FastifyRequest, reply: FastifyReply, outcome: { ok: boolean }): FastifyReply {
  const back = `${request.base}/clients/${request.recordId()}#reminders`
  return (outcome.ok ? reply.flash('reminders.flash.stop_saved') : reply).redirect(back, 303)
}

async function stepOf(request: FastifyRequest): Promise<Step> {
  const step = await findStep(request.db, request.recordId())
  if (!step) throw notFound()
  return step
}

const firstValues = { audience: 'client', channel: 'mail', moment: 'before', hours_before: 24, active: true }

const valuesOf = ({ minutes_before, ...step }: Step) => ({
  ...step,
  moment: minutes_before === null ? 'day' : 'before',
  hours_before: minutes_before === null ? '' : minutes_before / 60
})

const stepPage = (request: FastifyRequest, step: Step | undefined, outcome: object) => ({
  title: request.words().t(step ? 'reminders.step.edit' : 'reminders.step.new'),
  step,
  gaps,
  ...outcome
})
