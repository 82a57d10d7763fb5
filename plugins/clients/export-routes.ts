import { allow } from '@patchbay/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Readable } from 'node:stream'
import { livingClient } from './card-page.ts'
import { ClientsQuery, exportedClients, narrowed } from './list.ts'
import type { NarrowedQuery } from './list.ts'

/** Files of the clients that the list shows with the same address, streamed a batch at a time. */
export function exportRoutes(app: FastifyInstance): void {
  app.get('/export.csv', allow('clients.export'), async (request, reply) => {
    const { t } = request.words()
    const { toCsv } = await files()
    const csv = toCsv(exportedClients(request.db, await queryOf(request)), key => t(`clients.${key}`))
    return download(reply, 'text/csv; charset=utf-8', 'clients.csv').send(Readable.from(csv))
  })

  app.get('/export.vcf', allow('clients.export'), async (request, reply) => {
    const { toVcards } = await files()
    const cards = toVcards(exportedClients(request.db, await queryOf(request)))
    return download(reply, 'text/vcard; charset=utf-8', 'clients.vcf').send(Readable.from(cards))
  })

  app.get('/:id/card.vcf', allow('clients.read'), async (request, reply) => {
    const client = await livingClient(request)
    const { vcard } = await files()
    return download(reply, 'text/vcard; charset=utf-8', `client-${client.id}.vcf`).send(vcard(client))
  })
}

/** Loaded when the first file is asked for, with the libraries it takes: most processes write none. */
const files = () => import('./export.ts')

function queryOf(request: FastifyRequest): Promise<NarrowedQuery> {
  const read = ClientsQuery.safeParse(request.query)
  return narrowed(read.success ? read.data : ClientsQuery.parse({}), request.ask.bind(request))
}

const download = (reply: FastifyReply, type: string, name: string): FastifyReply =>
  reply.type(type).header('content-disposition', `attachment; filename="${name}"`)
