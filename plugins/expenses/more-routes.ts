import { allow, notFound } from '@patchbay/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { listCategories } from './category-queries.ts'
import { suppliersList } from './list.ts'
import { receiveFile } from './receiving.ts'
import { listRecurring } from './recurring-queries.ts'
import { styles } from './styles.ts'
import { searchBriefs } from './answer-queries.ts'
import { findSupplier, searchSuppliers } from './supplier-queries.ts'
import { addCategoryAction, changeCategoryAction, changeSupplierAction } from './supplies.ts'
import { accountsOf, vatMonths, vatRatesOf } from './vat-queries.ts'

/** Where files come in. */
export function receivingRoutes(app: FastifyInstance): void {
  app.get('/receive', allow('expenses.write'), async (request, reply) => {
    return reply.page('expenses/receive', page(request, 'expenses.receive.title', { values: {}, errors: {} }))
  })

  app.post('/received', allow('expenses.write'), async (request, reply) => {
    const got = await request.act(receiveFile)
    if (!got.ok) return reply.code(422).page('expenses/receive', page(request, 'expenses.receive.title', got))
    const {
      expense_ids: [first, ...others],
      repeated
    } = got.value
    const to = others.length > 0 ? '?state=draft' : `/${first}`
    const key = repeated > 0 ? 'repeated' : 'received'
    return reply.flash(`expenses.flash.${key}`).redirect(`${request.base}/expenses${to}`, 303)
  })
}

/** Suppliers, categories, what recurs, and VAT. */
export function supplyRoutes(app: FastifyInstance): void {
  app.get('/suppliers', allow('expenses.read'), async (request, reply) => {
    const found = await request.list(suppliersList)
    return reply.page('expenses/suppliers', page(request, 'expenses.suppliers.title', { ...found }))
  })

  app.get('/suppliers/suggestions', allow('expenses.write'), async (request, reply) => {
    const { q } = request.query as { q?: unknown }
    const found = typeof q === 'string' && q.trim() ? await searchSuppliers(request.db, q, 8) : []
    const suggestions = found.map(({ id, name, siren }) => ({ value: id, text: name, detail: siren ?? '' }))
    return reply.view('parts/suggestions', { suggestions, create: undefined })
  })

  app.get('/suppliers/:id', allow('expenses.read'), async (request, reply) => {
    const supplier = await supplierOf(request)
    return reply.page('expenses/supplier', await supplierPage(request, { values: { ...supplier }, errors: {} }))
  })

  app.post('/suppliers/:id', allow('expenses.record'), async (request, reply) => {
    const changed = await request.act(changeSupplierAction, { id: request.recordId() })
    if (!changed.ok) return reply.code(422).page('expenses/supplier', await supplierPage(request, changed))
    return reply.flash('expenses.flash.saved').redirect(`${request.base}/expenses/suppliers/${changed.value}`, 303)
  })

  app.get('/categories', allow('expenses.record'), async (request, reply) => {
    return reply.page('expenses/categories', await categoriesPage(request))
  })

  app.post('/categories', allow('expenses.record'), async (request, reply) => {
    const added = await request.act(addCategoryAction)
    if (added.ok) return reply.flash('expenses.flash.saved').redirect(`${request.base}/expenses/categories`, 303)
    return reply.code(422).page('expenses/categories', { ...(await categoriesPage(request)), ...added, form: 'new' })
  })

  app.post('/categories/:id', allow('expenses.record'), async (request, reply) => {
    const id = request.recordId()
    const changed = await request.act(changeCategoryAction, { id })
    if (changed.ok) return reply.flash('expenses.flash.saved').redirect(`${request.base}/expenses/categories`, 303)
    return reply
      .code(422)
      .page('expenses/categories', { ...(await categoriesPage(request)), ...changed, form: `c${id}` })
  })

  app.get('/recurring', allow('expenses.read'), async (request, reply) => {
    const rows = await listRecurring(request.db)
    return reply.page('expenses/recurring', page(request, 'expenses.recurring.title', { rows }))
  })

  app.get('/vat', allow('expenses.read'), async (request, reply) => {
    return reply.page('expenses/vat', await vatPage(request))
  })
}

const page = (request: FastifyRequest, title: string, data: Record<string, unknown>) => ({
  styles,
  title: request.words().t(title),
  ...data
})

async function supplierOf(request: FastifyRequest) {
  const found = await findSupplier(request.db, request.recordId())
  if (!found) throw notFound()
  return found
}

async function supplierPage(
  request: FastifyRequest,
  { values, errors }: { values: Record<string, unknown>; errors: Record<string, string> }
) {
  const supplier = await supplierOf(request)
  const categories = await listCategories(request.db)
  const rows = await searchBriefs(request.db, { sql: 'e.supplier_id = ?', bindings: [supplier.id] }, null, 30)
  return { styles, title: supplier.name, supplier, categories, rows, values, errors }
}

async function categoriesPage(request: FastifyRequest) {
  const categories = await listCategories(request.db)
  return page(request, 'expenses.categories_page.title', { categories, form: '', values: {}, errors: {} })
}

/** The months there are; of the one that is asked for, or the last, by rate and account. */
async function vatPage(request: FastifyRequest) {
  const months = await vatMonths(request.db)
  const { month: asked } = request.query as { month?: unknown }
  const chosen = months.find(({ month }) => month === asked) ?? months[0]
  const [rates, accounts] = chosen
    ? [await vatRatesOf(request.db, chosen.month), await accountsOf(request.db, chosen.month)]
    : [[], []]
  return page(request, 'expenses.vat.title', { months, chosen, rates, accounts })
}
