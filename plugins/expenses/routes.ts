import { allow } from '@patchbay/core'
import { csvMark } from '@patchbay/core/csv'
import { sendFile } from '@patchbay/core/storage'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { cardOf, expenseOf, formOf, newValues, valuesOf } from './card.ts'
import { addExpenseAction, changeExpenseAction } from './entering.ts'
import { exportedExpenses, expensesCsv } from './export.ts'
import { listCategories } from './category-queries.ts'
import { expensesList, ownExpensesList } from './list.ts'
import { listFiles } from './queries.ts'
import { styles } from './styles.ts'

/** The list of expenses, the form and the page of one. */
export function expenseRoutes(app: FastifyInstance): void {
  const write = allow('expenses.write')

  app.get('/', write, async (request, reply) => {
    const all = request.can('expenses.read')
    const page = await request.list(all ? expensesList : ownExpensesList)
    const categories = await listCategories(request.db)
    return reply.page('expenses/list', { styles, title: request.words().t('expenses.title'), categories, all, ...page })
  })

  app.get('/export.csv', allow('expenses.read'), async (request, reply) => {
    const csv = expensesCsv(await exportedExpenses(request), request.words())
    reply.type('text/csv; charset=utf-8').header('content-disposition', 'attachment; filename="expenses.csv"')
    return reply.send(csvMark + csv)
  })

  app.get('/new', write, async (request, reply) => {
    return reply.page('expenses/new', await formOf(request, newValues(request)))
  })

  app.post('/', write, async (request, reply) => {
    const added = await request.act(addExpenseAction)
    if (!added.ok) return reply.code(422).page('expenses/new', await formOf(request, added.values, added.errors))
    return reply.flash('expenses.flash.added').redirect(`${request.base}/expenses/${added.value}`, 303)
  })

  app.get('/:id', write, async (request, reply) => {
    return reply.page('expenses/card', await cardOf(request))
  })

  app.get('/:id/edit', write, async (request, reply) => {
    const expense = await expenseOf(request)
    return reply.page('expenses/edit', { ...(await formOf(request, await valuesOf(request, expense))), expense })
  })

  app.post('/:id', write, async (request, reply) => {
    const changed = await request.act(changeExpenseAction, { id: request.recordId() })
    if (changed.ok) return reply.flash('expenses.flash.saved').redirect(cardAddress(request), 303)
    const expense = await expenseOf(request)
    const data = await formOf(request, changed.values, changed.errors)
    return reply.code(422).page('expenses/edit', { ...data, expense })
  })

  app.get('/:id/files/:file', write, async (request, reply) => {
    const { id } = await expenseOf(request)
    const own = (await listFiles(request.db, id)).find(file => file.file_id === request.recordId('file'))
    return sendFile(request, reply, own?.file_id)
  })
}

/** The page of the expense in the address. */
export const cardAddress = (request: FastifyRequest): string => `${request.base}/expenses/${request.recordId()}`
