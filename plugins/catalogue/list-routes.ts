import { allow, decimalField, notFound, together } from '@patchbay/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import {
  addPriceListAction,
  archivePriceList,
  changePriceListAction,
  restorePriceList,
  setClientListAction
} from './list-actions.ts'
import { clientsOfList, findPriceList, listPriceLists, pricesOf } from './list-queries.ts'
import type { ListPrice, PriceList } from './list-queries.ts'
import { allItems } from './queries.ts'
import { styles } from './routes.ts'

/** Price lists, and which of them a client has. */
export function priceListRoutes(app: FastifyInstance): void {
  app.get('/lists', allow('catalogue.read'), async (request, reply) => {
    const title = request.words().t('catalogue.lists_page.title')
    return reply.page('catalogue/lists', { title, styles, lists: await listPriceLists(request.db) })
  })

  app.get('/lists/new', allow('catalogue.write'), async (request, reply) => {
    return reply.page('catalogue/price-list', await listPage(request, undefined, {}))
  })

  app.post('/lists', allow('catalogue.write'), async (request, reply) => {
    const added = await request.act(addPriceListAction)
    if (!added.ok) return reply.code(422).page('catalogue/price-list', await listPage(request, undefined, added))
    return reply.flash('catalogue.flash.saved').redirect(`${request.base}/catalogue/lists`, 303)
  })

  app.get('/lists/:id', allow('catalogue.read'), async (request, reply) => {
    return reply.page('catalogue/price-list', await listPage(request, await listAsked(request), {}))
  })

  app.post('/lists/:id', allow('catalogue.write'), async (request, reply) => {
    const changed = await request.act(changePriceListAction, { id: request.recordId() })
    if (changed.ok) return reply.flash('catalogue.flash.saved').redirect(`${request.base}/catalogue/lists`, 303)
    const status = changed.errors['version'] ? 409 : 422
    return reply.code(status).page('catalogue/price-list', await listPage(request, await listAsked(request), changed))
  })

  app.post('/lists/:id/archiving', allow('catalogue.write'), async (request, reply) => {
    const archived = await request.act(archivePriceList, { id: request.recordId() })
    return (archived.ok ? reply.flash('catalogue.flash.archived') : reply).redirect(
      `${request.base}/catalogue/lists`,
      303
    )
  })

  app.post('/lists/:id/restoring', allow('catalogue.write'), async (request, reply) => {
    const restored = await request.act(restorePriceList, { id: request.recordId() })
    if (restored.ok) return reply.flash('catalogue.flash.restored').redirect(`${request.base}/catalogue/lists`, 303)
    return reply.code(422).page('catalogue/price-list', {
      ...(await listPage(request, await listAsked(request), {})),
      errors: restored.errors
    })
  })

  app.post('/clients/:id/list', allow('catalogue.write'), async (request, reply) => {
    const set = await request.act(setClientListAction, { client_id: request.recordId() })
    const back = `${request.base}/clients/${request.recordId()}#prices`
    return (set.ok ? reply.flash('catalogue.flash.saved') : reply).redirect(back, 303)
  })
}

async function listAsked(request: FastifyRequest): Promise<PriceList> {
  const list = await findPriceList(request.db, request.recordId())
  if (!list) throw notFound()
  return list
}

async function listPage(
  request: FastifyRequest,
  list: PriceList | undefined,
  { values, errors = {} }: { values?: Record<string, unknown>; errors?: Record<string, string> }
) {
  const { locale } = request.studio
  const [items, prices, clients] = await together(request.db, db => [
    allItems(db),
    pricesOf(db, list?.id ?? 0),
    clientsOfList(db, list?.id ?? 0)
  ])
  const part = list && list.discount_bp > 0 ? decimalField(list.discount_bp, 2, locale) : ''
  return {
    title: list?.name ?? request.words().t('catalogue.lists_page.new'),
    styles,
    priceList: list,
    items,
    clients,
    typed: typedPrices(values, prices, locale),
    values: { name: list?.name ?? '', discount_bp: part, ...values },
    errors
  }
}

/** What stands in the fields of each item: as it was typed, or as it is stored. */
function typedPrices(values: Record<string, unknown> | undefined, prices: readonly ListPrice[], locale: 'fr' | 'en') {
  const rows = values?.['prices']
  if (Array.isArray(rows)) {
    const typed = rows as { item_id?: unknown; unit_micros?: unknown; discount_bp?: unknown }[]
    return Object.fromEntries(typed.map((row, at) => [String(row.item_id), { ...row, at }]))
  }
  return Object.fromEntries(
    prices.map(({ item_id, unit_micros, discount_bp }) => [
      item_id,
      {
        unit_micros: unit_micros === null ? '' : decimalField(unit_micros, 6, locale, 2),
        discount_bp: discount_bp === null ? '' : decimalField(discount_bp, 2, locale)
      }
    ])
  )
}
