import { notFound, time } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { receiptPdf } from './paper.ts'
import type { Printing } from './paper.ts'
import { clientNamed, shownPayment, storyOf } from './reading.ts'

/** The receipt of a payment or refund, in the client's language. @throws notFound */
export async function receiptOf(request: FastifyRequest, id: number): Promise<{ name: string; pdf: Buffer }> {
  const payment = await shownPayment(request.db, id)
  const client = payment && (await clientNamed(request.db, payment.client_id, null))
  if (!payment || !client) throw notFound()
  const own = (await storyOf(request.db, id)).filter(row => row.payment_id === id)
  const numbers = [...new Set(own.map(({ number }) => number).filter(number => number !== null))]
  const invoices = numbers.map(number => ({
    number,
    cents: own.filter(row => row.number === number).reduce((sum, { cents }) => sum + cents, 0)
  }))
  const rest = own.filter(({ invoice_id }) => invoice_id === null).reduce((sum, { cents }) => sum + cents, 0)
  const printing = await printingFor(request, client.language)
  const name = printing.t(`invoices.payments.${payment.cents < 0 ? 'refund_file' : 'receipt_file'}`, { id })
  return { name, pdf: await receiptPdf(printing, payment, client, invoices, rest) }
}

/** In whose language and by which studio a paper is printed today. */
export async function printingFor(
  request: Pick<FastifyRequest, 'wordsIn' | 'ask' | 'studio'>,
  locale: 'fr' | 'en'
): Promise<Printing> {
  const today = time.today(request.studio.timezone)
  const [seller] = await request.ask('legal.seller', { on: today, language: locale })
  return { ...request.wordsIn(locale), locale, seller, studio: request.studio.name, today }
}
