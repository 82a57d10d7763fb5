import { allow, centsField, notFound, together } from '@patchbay/core'
import { activityOf } from '@patchbay/core/studio/activity'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { listRooms } from '../room-queries.ts'
import { looks, refused } from '../routes.ts'
import { chargeFee, waiveFee } from './fees.ts'
import { vatRates } from './forms.ts'
import { clientTitle, findRule, listRules, termsOf } from './queries.ts'
import type { ShownRule } from './queries.ts'
import {
  addPriceRule,
  archivePriceRule,
  changeClientTerms,
  changePriceRule,
  orderPriceRule,
  restorePriceRule
} from './rule-actions.ts'
import { clashesOf, moreSpecific } from './rules.ts'
import { trialOf, trialPage } from './trial.ts'
import { conditionWords } from './words.ts'

const { styles } = looks

/** The studio's price rules, what is agreed with clients, and fees waived. */
export function priceRoutes(app: FastifyInstance): void {
  app.get('/prices', allow('sessions.price'), async (request, reply) => {
    return reply.page('sessions/prices/list', await listPage(request))
  })

  app.get('/prices/trial', allow('sessions.price'), async (request, reply) => {
    return reply.view('sessions/prices/_trial', await trialOf(request))
  })

  app.get('/prices/new', allow('sessions.price'), async (request, reply) => {
    return reply.page('sessions/prices/rule', await rulePage(request, { values: request.query as object }))
  })

  app.post('/prices', allow('sessions.price'), async (request, reply) => {
    const added = await request.act(addPriceRule)
    if (!added.ok) return reply.code(422).page('sessions/prices/rule', await rulePage(request, added))
    return reply.flash('sessions.prices.flash.saved').redirect(`${request.base}/sessions/prices`, 303)
  })

  app.get('/prices/:id', allow('sessions.price'), async (request, reply) => {
    const rule = await ruleOf(request)
    return reply.page('sessions/prices/rule', await rulePage(request, { values: valuesOf(rule, request) }, rule))
  })

  app.post('/prices/:id', allow('sessions.price'), async (request, reply) => {
    const changed = await request.act(changePriceRule, { id: request.recordId() })
    if (changed.ok) return reply.flash('sessions.prices.flash.saved').redirect(`${request.base}/sessions/prices`, 303)
    const status = changed.errors['version'] ? 409 : 422
    return reply.code(status).page('sessions/prices/rule', await rulePage(request, changed, await ruleOf(request)))
  })

  app.post('/prices/:id/order', allow('sessions.price'), async (request, reply) => {
    const ordered = await request.act(orderPriceRule, { id: request.recordId() })
    if (!ordered.ok) return back(request, reply, ordered.errors)
    return reply.redirect(`${request.base}/sessions/prices`, 303)
  })

  app.post('/prices/:id/archive', allow('sessions.price'), async (request, reply) => {
    const archived = await request.act(archivePriceRule, { id: request.recordId() })
    if (!archived.ok) return back(request, reply, archived.errors)
    return reply.flash('sessions.prices.flash.archived').redirect(`${request.base}/sessions/prices`, 303)
  })

  app.post('/prices/:id/restore', allow('sessions.price'), async (request, reply) => {
    const restored = await request.act(restorePriceRule, { id: request.recordId() })
    if (restored.ok)
      return reply.flash('sessions.prices.flash.restored').redirect(`${request.base}/sessions/prices`, 303)
    const rule = await ruleOf(request)
    const values = valuesOf(rule, request)
    return reply.code(422).page('sessions/prices/rule', await rulePage(request, { ...restored, values }, rule))
  })

  app.get('/prices/clients/:id', allow('sessions.price'), async (request, reply) => {
    return reply.page('sessions/prices/terms', await termsPage(request))
  })

  app.post('/prices/clients/:id', allow('sessions.price'), async (request, reply) => {
    const changed = await request.act(changeClientTerms, { client_id: request.recordId() })
    const status = !changed.ok && changed.errors['version'] ? 409 : 422
    if (!changed.ok) return reply.code(status).page('sessions/prices/terms', await termsPage(request, changed))
    return reply.flash('sessions.prices.flash.terms').redirect(`${request.base}/clients/${request.recordId()}`, 303)
  })

  app.post('/:id/fee-waiver', allow('sessions.price'), async (request, reply) => {
    const waived = await request.act(waiveFee, { id: request.recordId() })
    if (!waived.ok) return refused(request, reply, waived)
    return reply.flash('sessions.prices.flash.waived').redirect(`${request.base}/sessions/${request.recordId()}`, 303)
  })

  app.post('/:id/fee-waiver/removal', allow('sessions.price'), async (request, reply) => {
    const charged = await request.act(chargeFee, { id: request.recordId() })
    if (!charged.ok) return refused(request, reply, charged)
    return reply.flash('sessions.prices.flash.charged').redirect(`${request.base}/sessions/${request.recordId()}`, 303)
  })
}

/** A mere button that was refused leads back, and says so. */
export function back(request: FastifyRequest, reply: FastifyReply, errors: object, page = 'prices'): FastifyReply {
  request.log.info({ refused: Object.keys(errors) }, 'a button was refused')
  return reply.flash('sessions.prices.errors.button', 'bad').redirect(`${request.base}/sessions/${page}`, 303)
}

async function listPage(request: FastifyRequest) {
  const { t, fmt } = request.words()
  const all = await listRules(request.db)
  const used = all.filter(rule => rule.archived_at === null)
  const rules = [...used, ...all.filter(rule => rule.archived_at !== null)]
  return {
    styles,
    title: t('sessions.prices.title'),
    rules: rules.map(rule => ({ ...rule, when: conditionWords(rule, { t, fmt }) })),
    clashes: clashesOf(used),
    sorted: used.toSorted(moreSpecific).map(({ id }) => id),
    ...(await trialPage(request))
  }
}

async function rulePage(request: FastifyRequest, outcome: { values: object; errors?: object }, rule?: ShownRule) {
  const [rooms, activity] = await together(request.db, db => [
    listRooms(db),
    rule ? activityOf(db, 'price_rule', rule.id) : Promise.resolve([])
  ])
  const title = rule?.name ?? request.words().t('sessions.prices.new')
  return { styles, title, rooms, rule, activity, vatRates, values: outcome.values, errors: outcome.errors ?? {} }
}

async function ruleOf(request: FastifyRequest): Promise<ShownRule> {
  const rule = await findRule(request.db, request.recordId())
  if (!rule) throw notFound()
  return rule
}

/** A rule as its form shows it. */
function valuesOf(rule: ShownRule, request: FastifyRequest): Record<string, unknown> {
  const { locale, fmt } = request.words()
  const money = (cents: number | null) => (cents === null ? '' : centsField(cents, locale))
  return {
    ...rule,
    room_id: rule.room_id ?? '',
    from_clock: rule.from_clock ?? '',
    to_clock: rule.to_clock ?? '',
    valid_from: rule.valid_from ?? '',
    valid_to: rule.valid_to ?? '',
    vat_rate: rule.vat_rate ?? '',
    minimum_minutes: rule.minimum_minutes === null ? '' : fmt.duration(rule.minimum_minutes),
    cents: money(rule.cents),
    overtime_cents: money(rule.overtime_cents)
  }
}

async function termsPage(request: FastifyRequest, outcome?: { values: object; errors: object }) {
  const client = await clientTitle(request.db, request.recordId())
  if (!client) throw notFound()
  const terms = await termsOf(request.db, client.id)
  const settings = (await trialPage(request)).settings
  const values = outcome?.values ?? terms ?? {}
  return { styles, title: client.name, client, terms, settings, values, errors: outcome?.errors ?? {} }
}
