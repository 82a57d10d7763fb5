import { activityOf, allow, centsField, notFound, time, together } from '@patchbay/core'
import { readablePhone } from '@patchbay/core/forms'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { busyWhen } from '../busy.ts'
import { writeHours } from '../opening.ts'
import { looks } from '../routes.ts'
import { mayChangeBusy } from './busy-actions.ts'
import { busyPage } from './busy-queries.ts'
import { BusyQuery } from './forms.ts'
import { addFreelancerAction, archiveFreelancer, changeProfile, restoreFreelancer } from './people-actions.ts'
import { findWorker, listWorkers } from './people-queries.ts'
import type { Week, Worker } from './people-queries.ts'
import { listComing } from './place-queries.ts'

/** The people who work on sessions: those of the studio and freelancers. */
export function peopleRoutes(app: FastifyInstance): void {
  app.get('/people', allow('sessions.read'), async (request, reply) => {
    const workers = await listWorkers(request.db, thisWeek(request))
    return reply.page('sessions/crew/people', { ...looks, title: request.words().t('sessions.nav.people'), workers })
  })

  app.get('/people/new', allow('sessions.crew'), async (request, reply) => {
    return reply.page('sessions/crew/new', { ...newPage(request), values: { included: 'on', locale: 'fr' } })
  })

  app.post('/people', allow('sessions.crew'), async (request, reply) => {
    const added = await request.act(addFreelancerAction)
    if (!added.ok) return reply.code(422).page('sessions/crew/new', { ...newPage(request), ...added })
    return reply.flash('sessions.crew.flash.saved').redirect(pageOf(request, added.value.person_id), 303)
  })

  app.get('/people/:person', allow('sessions.read'), async (request, reply) => {
    return reply.page('sessions/crew/person', await personPage(request))
  })

  app.get('/people/:person/edit', allow('sessions.crew'), async (request, reply) => {
    const worker = await workerOf(request)
    return reply.page('sessions/crew/edit', { ...looks, title: worker.name, worker, values: valuesOf(worker, request) })
  })

  app.post('/people/:person', allow('sessions.crew'), async (request, reply) => {
    const person_id = personIn(request)
    const changed = await request.act(changeProfile, { person_id })
    if (changed.ok) return reply.flash('sessions.crew.flash.saved').redirect(pageOf(request, person_id), 303)
    const worker = await workerOf(request)
    return reply.code(422).page('sessions/crew/edit', { ...looks, title: worker.name, worker, ...changed })
  })

  for (const [noun, action, done] of [
    ['archiving', archiveFreelancer, 'archived'],
    ['restoring', restoreFreelancer, 'restored']
  ] as const) {
    app.post(`/people/:person/${noun}`, allow('sessions.crew'), async (request, reply) => {
      const person_id = personIn(request)
      const changed = await request.act(action, { person_id })
      if (changed.ok) return reply.flash(`sessions.crew.flash.${done}`).redirect(pageOf(request, person_id), 303)
      return reply.code(422).page('sessions/crew/person', { ...(await personPage(request)), errors: changed.errors })
    })
  }
}

/** The person an address names: members above zero, people from outside below. */
export function personIn(request: FastifyRequest): number {
  const { person = '' } = request.params as { person?: string }
  const id = /^-?\d{1,15}$/.test(person) ? Number(person) : 0
  if (id === 0) throw notFound()
  return id
}

/** The instants of the week of today. */
export function thisWeek({ studio }: Pick<FastifyRequest, 'studio'>): Week {
  const monday = time.startOfWeek(time.today(studio.timezone))
  return {
    from: time.startOfDay(monday, studio.timezone),
    to: time.startOfDay(time.addDays(monday, 7), studio.timezone)
  }
}

async function personPage(request: FastifyRequest) {
  const { db } = request
  const worker = await workerOf(request)
  const person_id = worker.id
  const [coming, busy, activity] = await together(db, db => [
    listComing(db, person_id),
    busyPage(db, BusyQuery.parse({ person: person_id })),
    // rates are in it
    request.can('sessions.rates') ? activityOf(db, 'person', person_id) : Promise.resolve([])
  ])
  const mayBlock = mayChangeBusy({ can: request.can, person: request.actor }, { room_id: null, person_id })
  return {
    ...looks,
    title: worker.name,
    worker,
    coming,
    busy: busy.rows,
    activity,
    mayBlock,
    busyWhen,
    writeHours,
    readablePhone
  }
}

async function workerOf(request: FastifyRequest): Promise<Worker> {
  const worker = await findWorker(request.db, personIn(request), thisWeek(request))
  if (!worker) throw notFound()
  return worker
}

const newPage = (request: FastifyRequest) => ({ ...looks, title: request.words().t('sessions.crew.people.new') })
const pageOf = (request: FastifyRequest, person_id: number) => `${request.base}/sessions/people/${person_id}`

/** Somebody as their form shows them. */
function valuesOf(worker: Worker, request: FastifyRequest): Record<string, unknown> {
  const { locale } = request.words()
  const money = (cents: number | null) => (cents === null ? '' : centsField(cents, locale))
  const hours = [1, 2, 3, 4, 5, 6, 7].map(day => [
    `hours_${day}`,
    writeHours(worker.hours.filter(({ weekday }) => weekday === day))
  ])
  return {
    ...worker,
    ...Object.fromEntries(hours),
    phone: worker.phone ? readablePhone(worker.phone) : '',
    included: worker.included ? 'on' : '',
    hourly_cents: money(worker.hourly_cents),
    half_day_cents: money(worker.half_day_cents),
    day_cents: money(worker.day_cents)
  }
}
