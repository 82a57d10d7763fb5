import { allow } from '@patchbay/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Readable } from 'node:stream'
import {
  correctPaymentAction,
  payInvoices,
  refundPayment,
  returnCreditAction,
  useCreditAction,
  useCreditNoteAction
} from './actions.ts'
import { NewQuery } from './forms.ts'
import { PaymentsQuery, exportedPayments, paymentList } from './list.ts'
import { invoiceAsked, invoicesStyles, methodChoices, paidPart, paymentCard, paymentPage } from './pages.ts'
import { clientNamed } from './reading.ts'
import { statementRoutes } from './statement-routes.ts'

/** Payments at /s/:studio/invoices: their list, their cards, and the forms that enter them. */
export function paymentRoutes(app: FastifyInstance): void {
  app.get('/payments', allow('invoices.read'), async (request, reply) => {
    const page = await request.list(paymentList)
    const client = page.query.client ? await clientNamed(request.db, page.query.client, null) : undefined
    const search = new URL(request.url, 'http://x').search
    const title = request.words().t('invoices.payments.title')
    const tabs = await request.ask('invoices.tabs', {})
    const more = { client, search, tabs, methods: methodChoices(request), styles: invoicesStyles }
    return reply.page('invoices/payments/list', { title, ...page, ...more })
  })

  app.get('/payments.csv', allow('invoices.read'), async (request, reply) => {
    const read = PaymentsQuery.safeParse(request.query)
    const rows = exportedPayments(request.db, read.success ? read.data : PaymentsQuery.parse({}))
    const { paymentsCsv } = await import('./export.ts')
    const name = request.words().t('invoices.payments.file')
    return download(reply, 'text/csv; charset=utf-8', `${name}.csv`).send(
      Readable.from(paymentsCsv(rows, request.words()))
    )
  })

  app.get('/payments/new', allow('invoices.pay'), async (request, reply) => {
    const { client: client_id, client_id: picked, client_name } = NewQuery.parse(request.query)
    return reply.page(
      'invoices/payments/new',
      await paymentPage(request, { client_id: client_id ?? picked, client_name })
    )
  })

  app.post('/payments', allow('invoices.pay'), async (request, reply) => {
    const paid = await request.act(payInvoices)
    if (paid.ok) return recorded(request, reply, paid.value)
    const { client_id, client_name } = NewQuery.parse(paid.values)
    return reply.code(422).page('invoices/payments/new', await paymentPage(request, { client_id, client_name }, paid))
  })

  app.get('/payments/:id', allow('invoices.read'), async (request, reply) => {
    return reply.page('invoices/payments/card', await paymentCard(request))
  })

  app.get('/payments/:id/receipt.pdf', allow('invoices.read'), async (request, reply) => {
    const { receiptOf } = await import('./receipt.ts')
    const { name, pdf } = await receiptOf(request, request.recordId())
    return reply
      .type('application/pdf')
      .header('content-disposition', `inline; filename="${name}.pdf"`)
      .header('cache-control', 'no-store')
      .send(pdf)
  })

  app.post('/payments/:id/refund', allow('invoices.pay'), async (request, reply) => {
    const back = await request.act(refundPayment, { id: request.recordId() })
    if (!back.ok) return reply.code(422).page('invoices/payments/card', await paymentCard(request, { refund: back }))
    return reply.flash('invoices.payments.flash.refunded').redirect(cardOf(request, request.recordId()), 303)
  })

  app.post('/payments/:id/correction', allow('invoices.pay'), async (request, reply) => {
    const wrong = await request.act(correctPaymentAction, { id: request.recordId() })
    if (!wrong.ok)
      return reply.code(422).page('invoices/payments/card', await paymentCard(request, { correction: wrong }))
    return reply.flash('invoices.payments.flash.corrected').redirect(cardOf(request, request.recordId()), 303)
  })

  app.get('/:id/payment', allow('invoices.pay'), async (request, reply) => {
    return reply.page('invoices/payments/new', await paymentPage(request, { invoice: await invoiceAsked(request) }))
  })

  app.post('/:id/payment', allow('invoices.pay'), async (request, reply) => {
    const paid = await request.act(payInvoices, { invoice_id: request.recordId() })
    if (paid.ok) return recorded(request, reply, paid.value)
    const invoice = await invoiceAsked(request)
    return reply.code(422).page('invoices/payments/new', await paymentPage(request, { invoice }, paid))
  })

  app.post('/:id/credit', allow('invoices.pay'), async (request, reply) => {
    const used = await request.act(useCreditAction, { id: request.recordId() })
    if (!used.ok) return reply.code(422).page('invoices/payments/paid', await paidPage(request, used))
    return reply.flash('invoices.payments.flash.credit_used').redirect(invoiceOf(request), 303)
  })

  app.post('/:id/credit/return', allow('invoices.pay'), async (request, reply) => {
    const done = await request.act(returnCreditAction, { id: request.recordId() })
    if (!done.ok) return reply.flash('invoices.payments.errors.no_credit_used', 'bad').redirect(invoiceOf(request), 303)
    return reply.flash('invoices.payments.flash.credit_returned').redirect(invoiceOf(request), 303)
  })

  app.post('/:id/use', allow('invoices.pay'), async (request, reply) => {
    const used = await request.act(useCreditNoteAction, { id: request.recordId() })
    if (!used.ok) return reply.code(422).page('invoices/payments/paid', await paidPage(request, used))
    return reply.flash('invoices.payments.flash.note_used').redirect(invoiceOf(request), 303)
  })

  statementRoutes(app)
}

/** What an invoice was paid with, on a page of its own: where a form of it failed. */
async function paidPage(
  request: FastifyRequest,
  filled: { values: Record<string, unknown>; errors: Record<string, string> }
) {
  const invoice = await invoiceAsked(request)
  const part = await paidPart({ db: request.db, can: request.can.bind(request) }, invoice.id, filled)
  return { title: invoice.number, styles: invoicesStyles, ...part }
}

/** Back to the invoice when it was for one, else to the payment. */
function recorded(
  request: FastifyRequest,
  reply: FastifyReply,
  {
    payment_id,
    allocated,
    credited_cents
  }: { payment_id: number; allocated: { invoice_id: number }[]; credited_cents: number }
): FastifyReply {
  const [only, ...others] = allocated
  const one = only && others.length === 0 && credited_cents === 0
  reply.flash(`invoices.payments.flash.${credited_cents > 0 ? 'recorded_credit' : 'recorded'}`)
  return reply.redirect(one ? `${request.base}/invoices/${only.invoice_id}` : cardOf(request, payment_id), 303)
}

const cardOf = (request: FastifyRequest, id: number) => `${request.base}/invoices/payments/${id}`
const invoiceOf = (request: FastifyRequest) => `${request.base}/invoices/${request.recordId()}`

const download = (reply: FastifyReply, type: string, name: string): FastifyReply =>
  reply.type(type).header('content-disposition', `attachment; filename="${name}"`)
