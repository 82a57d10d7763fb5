import { allow, notFound } from '@patchbay/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { analyseAgain } from './actions.ts'
import { reportPdf } from './paper.ts'
import { listUnmeasured } from './queries.ts'
import { listReported } from './report-queries.ts'
import type { ReportRow } from './report-queries.ts'
import { qualityOf, showReport } from './showing.ts'

const styles = ['/static/mixes/analysis.css']

/** What files measure: a report for each, and those that wait or could not be read. */
export function analysisRoutes(app: FastifyInstance): void {
  app.get('/analysis', allow('mixes.read'), async (request, reply) => {
    const { t } = request.words()
    const abilities = await request.ask('core.abilities', { plugin: 'mixes' })
    const files = await listUnmeasured(request.db)
    return reply.page('mixes/analysis/list', { ...files, abilities, title: t('mixes.analysis.title') })
  })

  app.get('/audio/:id/report', allow('mixes.read'), async (request, reply) => {
    const shown = showReport(request.words(), await fileOf(request))
    return reply.page('mixes/analysis/report', { ...shown, styles, title: shown.heading })
  })

  app.get('/audio/:id/report.pdf', allow('mixes.read'), async (request, reply) => {
    const [words, row] = [request.words(), await fileOf(request)]
    const pdf = await reportPdf(words, words.locale, request.studio, [row])
    return reply
      .type('application/pdf')
      .header('content-disposition', `inline; filename="report-${row.id}.pdf"`)
      .send(pdf)
  })

  app.get('/audio/:id/quality', allow('mixes.read'), async (request, reply) => {
    const quality = await qualityOf(request.db, request.words(), request.recordId())
    if (!quality) throw notFound()
    return reply.view('mixes/_quality', quality)
  })

  app.post('/audio/:id/analysis', allow('mixes.write'), async (request, reply) => {
    const id = request.recordId()
    await request.act(analyseAgain, { id })
    return reply.flash('mixes.analysis.flash.again').redirect(`${request.base}/mixes/audio/${id}/report`, 303)
  })
}

async function fileOf(request: FastifyRequest): Promise<ReportRow> {
  const [row] = await listReported(request.db, [request.recordId()])
  if (!row) throw notFound()
  return row
}
