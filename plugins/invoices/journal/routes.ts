import { allow, notFound, time, together } from '@patchbay/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { askVerification, closeNow } from './actions.ts'
import { listEvents, logEvent } from './log.ts'
import { listClosings, periods } from './queries.ts'
import type { Period } from './queries.ts'
import { allVerified, lastVerification, startVerification } from './running.ts'

/** Compliance at /s/:studio/invoices/compliance: what holds, the closings, the archive, the attestation. */
export function journalRoutes(app: FastifyInstance): void {
  app.addHook('onClose', allVerified)

  app.get('/compliance', allow('invoices.read'), async (request, reply) => {
    return reply.page('invoices/journal/compliance', await compliancePage(request))
  })

  app.get('/compliance/verification', allow('invoices.read'), async (request, reply) => {
    return reply.view('invoices/journal/_verification', { verification: await lastVerification(request.db) })
  })

  app.post('/compliance/verification', allow('invoices.read'), async (request, reply) => {
    const asked = await request.act(askVerification)
    if (!asked.ok) return reply.flash('invoices.journal.errors.not_started', 'bad').redirect(pageOf(request), 303)
    const { db, folder, actor } = request
    await startVerification({ db, folder, person: actor }, asked.value.id)
    return reply.redirect(pageOf(request), 303)
  })

  app.post('/compliance/closings', allow('invoices.close'), async (request, reply) => {
    const closed = await request.act(closeNow)
    if (!closed.ok) return reply.flash('invoices.journal.errors.not_closed', 'bad').redirect(pageOf(request), 303)
    const said = closed.value.closed > 0 ? 'closed' : 'nothing_to_close'
    return reply.flash(`invoices.journal.flash.${said}`).redirect(pageOf(request), 303)
  })

  app.get('/compliance/closings', allow('invoices.read'), async (request, reply) => {
    const { period: asked } = request.query as { period?: string }
    const period: Period = periods.find(one => one === asked) ?? 'day'
    const rows = await listClosings(request.db, period, 400)
    return reply.page('invoices/journal/closings', { title: say(request, 'closings'), period, periods, rows })
  })

  app.get('/compliance/archive.zip', allow('invoices.close'), async (request, reply) => {
    const year = yearOf(request)
    const { archiveOf } = await import('./archive.ts')
    const pdfs = (request.query as { pdf?: string }).pdf !== '0'
    const { db, folder, actor, studio } = request
    await db.transaction(trx => logEvent(trx, actor, 'archive', { year, pdfs }))
    const zip = await archiveOf({ db, folder, studio, year, pdfs })
    return reply
      .type('application/zip')
      .header('content-disposition', `attachment; filename="${studio.slug}-${year}.zip"`)
      .header('cache-control', 'no-store')
      .send(zip)
  })

  app.get('/compliance/attestation.pdf', allow('invoices.close'), async (request, reply) => {
    const { attestationOf } = await import('./attestation.ts')
    const { db, actor } = request
    const { pdf, version } = await attestationOf(request)
    await db.transaction(trx => logEvent(trx, actor, 'attestation', { version }))
    return reply
      .type('application/pdf')
      .header('content-disposition', `inline; filename="${say(request, 'attestation_file')}.pdf"`)
      .header('cache-control', 'no-store')
      .send(pdf)
  })
}

async function compliancePage(request: FastifyRequest) {
  const [days, months, years, events, verification] = await together(request.db, db => [
    listClosings(db, 'day', 5),
    listClosings(db, 'month', 12),
    listClosings(db, 'year', 10),
    listEvents(db, 12),
    lastVerification(db)
  ])
  const year = Number(time.today(request.studio.timezone).slice(0, 4))
  return {
    title: say(request, 'title'),
    styles: ['/static/invoices/payments.css'],
    days,
    months,
    years,
    events,
    verification,
    tabs: await request.ask('invoices.tabs', {}),
    archives: [year, year - 1, year - 2]
  }
}

/** `?year=2026`; this year when it is not said. */
function yearOf(request: FastifyRequest): number {
  const { year = time.today(request.studio.timezone).slice(0, 4) } = request.query as { year?: string }
  if (!/^20\d\d$/.test(year)) throw notFound()
  return Number(year)
}

const say = (request: FastifyRequest, key: string) => request.words().t(`invoices.journal.${key}`)
const pageOf = (request: FastifyRequest) => `${request.base}/invoices/compliance`
