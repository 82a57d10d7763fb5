import { allow, notFound } from '@patchbay/core'
import { readKey, readStored } from '@patchbay/core/storage'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Readable } from 'node:stream'
import { changePlatform, deliverAgain, renewLink, sendInvoice, sendInvoices } from './actions.ts'
import { SendManyForm } from './forms.ts'
import { fileName } from './mail.ts'
import { invoiceByLink, mailPage, openPage, platformPage, transferPng } from './pages.ts'
import { findSendable, pdfsOf } from './queries.ts'

const keeping = ({ db, folder }: FastifyRequest) => ({ db, folder })
const card = (request: FastifyRequest, id: number) => `${request.base}/invoices/${id}`

/** How issued invoices are given out. */
export function deliveryRoutes(app: FastifyInstance): void {
  const issue = allow('invoices.issue')

  app.get('/platform', allow('invoices.close'), async (request, reply) => {
    return reply.page('invoices/delivery/platform', await platformPage(request))
  })

  app.post('/platform', allow('invoices.close'), async (request, reply) => {
    const changed = await request.act(changePlatform)
    if (!changed.ok) return reply.code(422).page('invoices/delivery/platform', await platformPage(request, changed))
    return reply.flash('invoices.delivery.flash.platform').redirect(`${request.base}/invoices/platform`, 303)
  })

  app.post('/papers', allow('invoices.read'), async (request, reply) => {
    const ticked = SendManyForm.safeParse(request.body)
    if (ticked.success && ticked.data.ids.length > 0)
      return reply.redirect(`${request.base}/invoices/files/${ticked.data.ids.join(',')}`, 303)
    const { t } = request.words()
    const page = { title: t('invoices.delivery.papers'), errors: { ids: t('invoices.issuing.errors.none_ticked') } }
    return reply.code(422).page('invoices/drafts/refused', page)
  })

  app.get('/files/:ids', allow('invoices.read'), async (request, reply) => zipOf(request, reply))

  app.post('/sending', issue, async (request, reply) => {
    const sent = await request.act(sendInvoices)
    if (sent.ok) return reply.flash('invoices.delivery.flash.sent_many').redirect(`${request.base}/invoices`, 303)
    const title = request.words().t('invoices.delivery.send.many')
    return reply.code(422).page('invoices/drafts/refused', { title, errors: sent.errors })
  })

  app.get('/:id/pdf', allow('invoices.read'), async (request, reply) => {
    const invoice = await findSendable(request.db, request.recordId())
    if (!invoice) throw notFound()
    return sendPdf(reply, invoice.number, await readStored(keeping(request), invoice.pdf_file_id))
  })

  app.get('/:id/mail', issue, async (request, reply) => {
    return reply.page('invoices/delivery/mail', await mailPage(request))
  })

  app.post('/:id/mail', issue, async (request, reply) => {
    const sent = await request.act(sendInvoice, { id: request.recordId(), channel: 'mail' })
    if (!sent.ok) return reply.code(422).page('invoices/delivery/mail', await mailPage(request, sent))
    return reply.flash('invoices.delivery.flash.sent').redirect(card(request, sent.value.id), 303)
  })

  app.post('/:id/deposit-platform', issue, async (request, reply) => {
    const sent = await request.act(sendInvoice, { id: request.recordId(), channel: 'platform' })
    if (!sent.ok) return reply.code(422).page('invoices/delivery/mail', await mailPage(request, sent))
    return reply.flash('invoices.delivery.flash.deposited').redirect(card(request, sent.value.id), 303)
  })

  app.post('/:id/deliveries/:delivery', issue, async (request, reply) => {
    const invoice_id = request.recordId()
    const again = await request.act(deliverAgain, { id: request.recordId('delivery'), invoice_id })
    if (!again.ok) return reply.code(422).page('invoices/delivery/mail', await mailPage(request, again))
    return reply.flash('invoices.delivery.flash.again').redirect(card(request, invoice_id), 303)
  })

  app.post('/:id/link', issue, async (request, reply) => {
    const renewed = await request.act(renewLink, { id: request.recordId() })
    if (!renewed.ok) return reply.code(422).page('invoices/delivery/mail', await mailPage(request, renewed))
    return reply.flash('invoices.delivery.flash.renewed').redirect(card(request, renewed.value.id), 303)
  })
}

/** An invoice behind its private link: anybody who has it. */
export function openDeliveryRoutes(app: FastifyInstance): void {
  const view = allow('invoices.view')

  app.get('/:token', view, async (request, reply) => {
    return reply.page('invoices/delivery/open', await openPage(request))
  })

  app.get('/:token/pdf', view, async (request, reply) => {
    const { number, pdf_file_id } = await invoiceByLink(request)
    return sendPdf(reply, number, await readStored(keeping(request), pdf_file_id))
  })

  app.get('/:token/transfer.png', view, async (request, reply) => {
    return reply
      .type('image/png')
      .header('cache-control', 'no-store')
      .send(await transferPng(request))
  })
}

const sendPdf = (reply: FastifyReply, number: string, pdf: Buffer): FastifyReply =>
  reply
    .type('application/pdf')
    .header('content-disposition', `inline; filename="${fileName(number)}.pdf"`)
    .header('cache-control', 'no-store')
    .send(pdf)

/** The papers of `1,2,3`, at most 500, as they are read: no more than one is in memory. */
async function zipOf(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const ids = (request.params as { ids: string }).ids
    .split(',')
    .map(Number)
    .filter(id => Number.isSafeInteger(id) && id > 0)
  const files = await pdfsOf(request.db, ids.slice(0, 500))
  if (files.length === 0) throw notFound()
  const { ZipFile } = await import('yazl')
  const zip = new ZipFile()
  for (const { number, key } of files) {
    const give = (take: (error: unknown, stream: NodeJS.ReadableStream) => void) =>
      void readKey(request.folder, key).then(
        stream => take(null, stream),
        (error: Error) => (zip.outputStream as Readable).destroy(error)
      )
    zip.addReadStreamLazy(`${fileName(number)}.pdf`, { compress: false }, give)
  }
  zip.end()
  return reply
    .type('application/zip')
    .header('content-disposition', 'attachment; filename="factures.zip"')
    .send(zip.outputStream)
}
