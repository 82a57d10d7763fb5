import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Printing } from './papers.ts'

/** In whose words a document is printed: those of whoever asks for it. */
export function voice(request: FastifyRequest): Printing {
  const { t, fmt, locale } = request.words()
  return { t, fmt, locale }
}

/** Gives a document to look at, under a name for whoever keeps it. */
export const sendPdf = (reply: FastifyReply, name: string, pdf: Buffer): FastifyReply =>
  reply
    .type('application/pdf')
    .header('content-disposition', `inline; filename="${name}.pdf"`)
    .header('cache-control', 'no-store')
    .send(pdf)
