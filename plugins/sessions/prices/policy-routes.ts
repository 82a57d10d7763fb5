import { allow, notFound } from '@patchbay/core'
import { activityOf } from '@patchbay/core/studio/activity'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { looks } from '../routes.ts'
import { settingsOf } from '../settings.ts'
import { stepRows } from './forms.ts'
import { nameOf } from './policies.ts'
import {
  addCancellationPolicy,
  archiveCancellationPolicy,
  changeCancellationPolicy,
  chooseCancellationPolicy,
  restoreCancellationPolicy
} from './policy-actions.ts'
import { findPolicy, listPolicies } from './queries.ts'
import type { Policy } from './queries.ts'
import { back } from './routes.ts'
import { stepWords } from './words.ts'

const { styles } = looks

/** What calling off costs: the studio's grids. */
export function policyRoutes(app: FastifyInstance): void {
  app.get('/policies', allow('sessions.price'), async (request, reply) => {
    return reply.page('sessions/prices/policies', await listPage(request))
  })

  app.get('/policies/new', allow('sessions.price'), async (request, reply) => {
    return reply.page('sessions/prices/policy', await policyPage(request, { values: firstValues }))
  })

  app.post('/policies', allow('sessions.price'), async (request, reply) => {
    const added = await request.act(addCancellationPolicy)
    if (!added.ok) return reply.code(422).page('sessions/prices/policy', await policyPage(request, added))
    return reply.flash('sessions.prices.flash.policy_saved').redirect(`${request.base}/sessions/policies`, 303)
  })

  app.get('/policies/:id', allow('sessions.price'), async (request, reply) => {
    const policy = await policyOf(request)
    return reply.page(
      'sessions/prices/policy',
      await policyPage(request, { values: valuesOf(policy, request) }, policy)
    )
  })

  app.post('/policies/:id', allow('sessions.price'), async (request, reply) => {
    const changed = await request.act(changeCancellationPolicy, { id: request.recordId() })
    if (changed.ok)
      return reply.flash('sessions.prices.flash.policy_saved').redirect(`${request.base}/sessions/policies`, 303)
    const status = changed.errors['version'] ? 409 : 422
    return reply
      .code(status)
      .page('sessions/prices/policy', await policyPage(request, changed, await policyOf(request)))
  })

  button(app, 'archive', archiveCancellationPolicy, 'policy_archived')
  button(app, 'restore', restoreCancellationPolicy, 'policy_restored')
  button(app, 'default', chooseCancellationPolicy, 'policy_chosen')
}

/** `POST /policies/:id/default`: one click. Refused, it leads back to the list. */
function button(app: FastifyInstance, noun: string, action: typeof archiveCancellationPolicy, done: string): void {
  app.post(`/policies/:id/${noun}`, allow('sessions.price'), async (request, reply) => {
    const pressed = await request.act(action, { id: request.recordId() })
    if (!pressed.ok) return back(request, reply, pressed.errors, 'policies')
    return reply.flash(`sessions.prices.flash.${done}`).redirect(`${request.base}/sessions/policies`, 303)
  })
}

async function listPage(request: FastifyRequest) {
  const { t } = request.words()
  const policies = await listPolicies(request.db)
  return {
    styles,
    title: t('sessions.prices.policies.title'),
    policies: policies.map(one => ({ ...one, name: nameOf(one, t), words: stepWords(one.steps, t) })),
    settings: settingsOf(request.switched.settings('sessions'))
  }
}

async function policyPage(request: FastifyRequest, outcome: { values: object; errors?: object }, policy?: Policy) {
  const activity = policy ? await activityOf(request.db, 'cancellation_policy', policy.id) : []
  const { t } = request.words()
  const title = policy ? nameOf(policy, t) : t('sessions.prices.policies.new')
  return { styles, title, policy, activity, stepRows, values: outcome.values, errors: outcome.errors ?? {} }
}

async function policyOf(request: FastifyRequest): Promise<Policy> {
  const policy = await findPolicy(request.db, request.recordId())
  if (!policy) throw notFound()
  return policy
}

const firstValues = {
  hours_before: ['48'],
  percent: ['0'],
  of: ['price'],
  last_percent: '100',
  last_of: 'deposit',
  day_of: 'price',
  no_show_percent: '100'
}

/** A grid as its form shows it. */
function valuesOf(policy: Policy, request: FastifyRequest): Record<string, unknown> {
  const { steps, no_show_percent, version } = policy
  const timed = steps.filter(({ hours_before }) => hours_before !== null && hours_before > 0)
  const last = steps.find(({ hours_before }) => hours_before === 0)
  const day = steps.find(({ hours_before }) => hours_before === null)
  return {
    name: nameOf(policy, request.words().t),
    version,
    hours_before: timed.map(step => step.hours_before),
    percent: timed.map(step => step.percent),
    of: timed.map(step => step.of),
    last_percent: last?.percent ?? 100,
    last_of: last?.of ?? 'price',
    day_percent: day?.percent ?? '',
    day_of: day?.of ?? 'price',
    no_show_percent
  }
}
