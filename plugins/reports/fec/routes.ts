import { allow, notFound, time } from '@patchbay/core'
import type { FastifyInstance } from 'fastify'
import { Readable } from 'node:stream'
import { YearQuery } from '../forms.ts'
import { fecFile } from './file.ts'

/** The file of entries, streamed while it is read. */
export function fecRoutes(app: FastifyInstance): void {
  app.get('/fec.txt', allow('reports.export'), async (request, reply) => {
    const asked = YearQuery.safeParse(request.query)
    if (!asked.success) throw notFound()
    const year = asked.data.year ?? Number(time.today(request.studio.timezone).slice(0, 4))
    const { name, lines } = await fecFile(request, { from: `${year}-01-01`, to: `${year}-12-31` })
    return reply
      .type('text/plain; charset=utf-8')
      .header('content-disposition', `attachment; filename="${name}"`)
      .send(Readable.from(lines))
  })
}
