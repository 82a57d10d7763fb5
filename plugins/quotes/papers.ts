import { notFound, time } from '@patchbay/core'
import { readStored } from '@patchbay/core/storage'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { printQuote } from './printing.ts'
import { findQuote, listLines } from './queries.ts'
import type { Quote } from './queries.ts'
import { sessionsOf } from './session-queries.ts'

/** The quote of the address. @throws notFound when there is none. */
export async function quoteOf(request: FastifyRequest): Promise<Quote> {
  const quote = await findQuote(request.db, request.recordId())
  if (!quote) throw notFound()
  return quote
}

/** The paper to look at: as it was sent, or of a draft as it would be, with a word across it. */
export async function quotePdf(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const quote = await quoteOf(request)
  const { db, folder } = request
  const { pdf_file_id } = quote
  const pdf = pdf_file_id === null ? await preview(request, quote) : await readStored({ db, folder }, pdf_file_id)
  const name = encodeURIComponent(quote.number ?? request.words().t('quotes.draft'))
  return reply
    .type('application/pdf')
    .header('content-disposition', `inline; filename*=UTF-8''${name}.pdf`)
    .header('cache-control', 'no-store')
    .send(pdf)
}

async function preview(request: FastifyRequest, quote: Quote): Promise<Buffer> {
  const { db, studio, folder, wordsIn } = request
  const on = time.today(studio.timezone)
  const [seller] = await request.ask('legal.seller', { on, language: quote.language })
  const [buyer] = await request.ask('invoices.buyer', { client_id: quote.client_id })
  if (!seller || !buyer) throw notFound()
  return printQuote(
    { db, studio, folder, wordsIn },
    {
      quote,
      seller,
      buyer,
      draft: true,
      on: new Date(),
      valid_until: time.addDays(on, quote.valid_days),
      lines: await listLines(db, quote.id),
      sessions: await sessionsOf(db, quote.id)
    }
  )
}
