import { allow, notFound, time, together } from '@patchbay/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { addStep, changeStep, removeStep, resumeDunning, sendReminder, setRate, stopDunning } from './actions.ts'
import { tones } from './contract.ts'
import { lateList } from './list.ts'
import { letterPaper } from './paper.ts'
import { countOfStep, findLate, lettersOf, listRates } from './queries.ts'
import { letterOf } from './sending.ts'
import { findStep, listSteps } from './step-queries.ts'
import type { Step } from './step-queries.ts'
import { gaps } from './words.ts'

/** What is late and what was written about it; the steps; a letter by hand. */
export async function dunningRoutes(app: FastifyInstance): Promise<void> {
  app.get('/', allow('dunning.read'), async (request, reply) => {
    const [page, steps, rates, tabs] = await together(request.db, db => [
      request.list(lateList, db),
      listSteps(db),
      listRates(db),
      request.ask('invoices.tabs', {}, db)
    ])
    return reply.page('dunning/list', {
      title: request.words().t('dunning.title'),
      wide: true,
      ...page,
      steps,
      rates,
      tabs
    })
  })

  app.get('/steps/new', allow('dunning.write'), async (request, reply) => {
    return reply.page('dunning/step', stepPage(request, undefined, { values: firstValues }))
  })

  app.post('/steps', allow('dunning.write'), async (request, reply) => {
    const added = await request.act(addStep)
    if (!added.ok) return reply.code(422).page('dunning/step', stepPage(request, undefined, added))
    return reply.flash('dunning.flash.step_saved').redirect(`${request.base}/dunning#steps`, 303)
  })

  app.get('/steps/:id', allow('dunning.write'), async (request, reply) => {
    const step = await stepOf(request)
    return reply.page('dunning/step', {
      ...stepPage(request, step, { values: step }),
      used: await countOfStep(request.db, step.id)
    })
  })

  app.post('/steps/:id', allow('dunning.write'), async (request, reply) => {
    const changed = await request.act(changeStep, { id: request.recordId() })
    if (changed.ok) return reply.flash('dunning.flash.step_saved').redirect(`${request.base}/dunning#steps`, 303)
    const status = changed.errors['version'] ? 409 : 422
    return reply.code(status).page('dunning/step', stepPage(request, await stepOf(request), changed))
  })

  app.post('/steps/:id/removal', allow('dunning.write'), async (request, reply) => {
    const removed = await request.act(removeStep, { id: request.recordId() })
    return (removed.ok ? reply.flash('dunning.flash.step_removed') : reply).redirect(
      `${request.base}/dunning#steps`,
      303
    )
  })

  app.post('/rates', allow('dunning.write'), async (request, reply) => {
    const set = await request.act(setRate)
    if (set.ok) return reply.flash('dunning.flash.rate_saved').redirect(`${request.base}/dunning#rates`, 303)
    const [page, steps, rates] = [
      await request.list(lateList),
      await listSteps(request.db),
      await listRates(request.db)
    ]
    const title = request.words().t('dunning.title')
    return reply.code(422).page('dunning/list', { title, wide: true, ...page, steps, rates, tabs: [], ...set })
  })

  app.get('/letters/:id.pdf', allow('dunning.read'), async (request, reply) => {
    const { name, pdf } = await letterPaper(request, request.recordId())
    return reply.type('application/pdf').header('content-disposition', `inline; filename="${name}.pdf"`).send(pdf)
  })

  app.get('/invoices/:id', allow('dunning.write'), async (request, reply) => {
    return reply.page('dunning/letter', await letterPage(request))
  })

  app.post('/invoices/:id', allow('dunning.write'), async (request, reply) => {
    const sent = await request.act(sendReminder, { invoice_id: request.recordId() })
    if (!sent.ok) return reply.code(422).page('dunning/letter', { ...(await letterPage(request)), ...sent })
    return reply.flash('dunning.flash.written').redirect(`${request.base}/invoices/${request.recordId()}#dunning`, 303)
  })

  app.post('/invoices/:id/stop', allow('dunning.write'), async (request, reply) => {
    return back(request, reply, await request.act(stopDunning, { invoice_id: request.recordId() }))
  })

  app.post('/invoices/:id/resumption', allow('dunning.write'), async (request, reply) => {
    return back(request, reply, await request.act(resumeDunning, { invoice_id: request.recordId() }))
  })
}

function back(request: FastifyRequest, reply: FastifyReply, outcome: { ok: boolean }): FastifyReply {
  const to = `${request.base}/invoices/${request.recordId()}#dunning`
  return reply
    .flash(outcome.ok ? 'dunning.flash.stop_saved' : 'dunning.flash.reason', outcome.ok ? 'good' : 'bad')
    .redirect(to, 303)
}

/** The letter as it would be written now: `?step=` says by which step, else the next one. */
async function letterPage(request: FastifyRequest) {
  const day = time.today(request.studio.timezone)
  const invoice = await findLate(request.db, day, request.recordId())
  if (!invoice) throw notFound()
  const [steps, rates, letters] = await together(request.db, db => [
    listSteps(db),
    listRates(db),
    lettersOf(db, invoice.id)
  ])
  const asked = Number((request.query as Record<string, unknown>)['step'])
  const open = steps.filter(({ id }) => !invoice.done_steps.includes(id))
  const step =
    open.find(({ id }) => id === asked) ??
    open.findLast(({ days }) => days <= invoice.days_late) ??
    open[0] ??
    steps.at(-1)
  const letter =
    step && letterOf({ studio: request.studio, wordsIn: request.wordsIn.bind(request) }, invoice, step, rates, day)
  const again = step !== undefined && invoice.done_steps.includes(step.id)
  return {
    title: request.words().t('dunning.by_hand', { number: invoice.number }),
    invoice,
    steps,
    step,
    letters,
    letter,
    values: { step_id: again ? '' : (step?.id ?? ''), subject: letter?.subject ?? '', body: letter?.body ?? '' },
    errors: {}
  }
}

async function stepOf(request: FastifyRequest): Promise<Step> {
  const step = await findStep(request.db, request.recordId())
  if (!step) throw notFound()
  return step
}

const firstValues = { days: 7, tone: 'friendly', active: true }

const stepPage = (request: FastifyRequest, step: Step | undefined, outcome: object) => ({
  title: request.words().t(step ? 'dunning.step.edit' : 'dunning.step.new'),
  step,
  gaps,
  tones,
  errors: {},
  ...outcome
})
