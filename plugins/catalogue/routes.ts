import { allow, decimalField, notFound, units, vatCategories, vatRates } from '@patchbay/core'
import { csvLines, csvMark } from '@patchbay/core/csv'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { addItemAction, archiveItem, changeItemAction, restoreItem } from './actions.ts'
import { pricedItem } from './answers.ts'
import { catalogueList, exportedItems, exportRow, heads } from './list.ts'
import { findItem, isFranchise, suggest } from './queries.ts'
import type { Item } from './queries.ts'

/** What is sold: the list, its file, suggestions for lines of documents, and one item. */
export function catalogueRoutes(app: FastifyInstance): void {
  app.get('/', allow('catalogue.read'), async (request, reply) => {
    const page = await request.list(catalogueList)
    const title = request.words().t('catalogue.title')
    return reply.page('catalogue/list', { title, styles, ...page, search: request.url.split('?')[1] ?? '' })
  })

  app.get('/suggestions.json', allow('catalogue.read'), async (request, reply) => {
    const { q, client_id } = askedFor(request)
    const found = await suggest(request.db, q, client_id, mostSuggestions)
    return reply.send(found.map(pricedItem))
  })

  app.get('/export.csv', allow('catalogue.read'), async (request, reply) => {
    const words = request.words()
    const rows = (await exportedItems(request)).map(item => exportRow(item, words))
    reply.type('text/csv; charset=utf-8').header('content-disposition', 'attachment; filename="catalogue.csv"')
    return reply.send(csvMark + csvLines([heads.map(head => words.t(`catalogue.fields.${head}`)), ...rows]))
  })

  app.get('/new', allow('catalogue.write'), async (request, reply) => {
    return reply.page('catalogue/item', await itemPage(request, undefined, {}))
  })

  app.post('/', allow('catalogue.write'), async (request, reply) => {
    const added = await request.act(addItemAction)
    if (!added.ok) return reply.code(422).page('catalogue/item', await itemPage(request, undefined, added))
    return reply.flash('catalogue.flash.saved').redirect(`${request.base}/catalogue`, 303)
  })

  app.get('/:id', allow('catalogue.read'), async (request, reply) => {
    return reply.page('catalogue/item', await itemPage(request, await itemOf(request), {}))
  })

  app.post('/:id', allow('catalogue.write'), async (request, reply) => {
    const changed = await request.act(changeItemAction, { id: request.recordId() })
    if (changed.ok) return reply.flash('catalogue.flash.saved').redirect(`${request.base}/catalogue`, 303)
    const status = changed.errors['version'] ? 409 : 422
    return reply.code(status).page('catalogue/item', await itemPage(request, await itemOf(request), changed))
  })

  app.post('/:id/archiving', allow('catalogue.write'), async (request, reply) => {
    const archived = await request.act(archiveItem, { id: request.recordId() })
    if (!archived.ok) return reply.redirect(`${request.base}/catalogue/${request.recordId()}`, 303)
    return reply.flash('catalogue.flash.archived').redirect(`${request.base}/catalogue`, 303)
  })

  app.post('/:id/restoring', allow('catalogue.write'), async (request, reply) => {
    const restored = await request.act(restoreItem, { id: request.recordId() })
    const back = `${request.base}/catalogue/${request.recordId()}`
    return (restored.ok ? reply.flash('catalogue.flash.restored') : reply).redirect(back, 303)
  })
}

export const styles = ['/static/catalogue/catalogue.css']
const mostSuggestions = 8

/** The text typed and the client chosen; anything else in the address is passed over. */
function askedFor(request: FastifyRequest): { q: string; client_id: number | null } {
  const { q, client_id } = request.query as Record<string, unknown>
  const id = typeof client_id === 'string' && /^\d{1,15}$/.test(client_id) ? Number(client_id) : null
  const text = typeof q === 'string' ? q.toWellFormed().replaceAll('\0', '').slice(0, 100) : ''
  return { q: text, client_id: id }
}

async function itemOf(request: FastifyRequest): Promise<Item> {
  const item = await findItem(request.db, request.recordId())
  if (!item) throw notFound()
  return item
}

async function itemPage(
  request: FastifyRequest,
  item: Item | undefined,
  { values, errors = {} }: { values?: Record<string, unknown>; errors?: Record<string, string> }
) {
  const franchise = await isFranchise(request.db)
  const stored = item ? valuesOf(item, request.studio.locale) : firstValues(franchise)
  return {
    title: item?.label ?? request.words().t('catalogue.new'),
    styles,
    item,
    franchise,
    units: Object.keys(units),
    vatRates,
    vatCategories,
    values: { ...stored, ...values },
    errors
  }
}

/** A studio without VAT sells without it. */
const firstValues = (franchise: boolean) => ({
  unit: 'hour',
  nature: 'service',
  vat_category: franchise ? 'E' : 'S',
  vat_rate: franchise ? 0 : 2000
})

const valuesOf = (item: Item, locale: 'fr' | 'en') => ({
  ...item,
  unit_micros: decimalField(item.unit_micros, 6, locale, 2),
  package_quantity: item.package_quantity === null ? '' : decimalField(item.package_quantity * 100, 2, locale)
})
