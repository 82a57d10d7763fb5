import { allow, notFound, together } from '@patchbay/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { hashOf } from './content.ts'
import type { Content } from './content.ts'
import { livelyStates } from './log.ts'
import { attendancePdf, reportPdf } from './papers.ts'
import { sendPdf, voice } from './printing.ts'
import { verify } from './proof.ts'
import type { Proven } from './proof.ts'
import { findImage, findReport, listSigned, openLinkOf } from './report-queries.ts'
import type { Report } from './report-queries.ts'
import { reportsList } from './list-queries.ts'
import { roomOf, whoOf } from './room-routes.ts'
import { reopenReport, reportOf, revokeReport, sendReport, signReportAction } from './signing.ts'

const read = allow('session-report.read')
const sign = allow('session-report.sign')

/** The report: read, signed, sent, corrected, printed. */
export function reportRoutes(app: FastifyInstance): void {
  app.get('/', read, async (request, reply) => {
    const page = await request.list(reportsList)
    return reply.page('session-report/list', { ...page, ...looks, title: request.words().t('session-report.title') })
  })

  app.get('/:id/report', read, async (request, reply) => {
    return reply.page('session-report/report', await reportPage(request))
  })

  app.get('/:id/report.pdf', read, async (request, reply) => {
    const { content, hash, last, current } = await reportPage(request)
    const signed = current ? last : undefined
    const image = signed && (await findImage(request.db, { session_id: request.recordId(), id: signed.id }))
    return sendPdf(
      reply,
      `fiche-${request.recordId()}`,
      await reportPdf(voice(request), content, { hash, signed, image })
    )
  })

  app.get('/:id/attendance.pdf', read, async (request, reply) => {
    const { content, last, current } = await reportPage(request)
    const created = (current && last?.signed_at) || new Date(content.session.ends_at)
    return sendPdf(reply, `presence-${request.recordId()}`, await attendancePdf(voice(request), content, created))
  })

  app.get('/:id/versions/:version', read, async (request, reply) => {
    return reply.page('session-report/version', { ...(await versionOf(request)), ...looks })
  })

  app.get('/:id/versions/:version/pdf', read, async (request, reply) => {
    const { report } = await versionOf(request)
    const image = await findImage(request.db, report)
    const pdf = await reportPdf(voice(request), report.snapshot, { hash: report.hash, signed: report, image })
    return sendPdf(reply, `fiche-${report.session_id}-v${report.version ?? 0}`, pdf)
  })

  app.get('/:id/versions/:version/drawing', read, async (request, reply) => {
    const image = await findImage(request.db, (await versionOf(request)).report)
    if (!image) throw notFound()
    return reply.type('image/png').header('cache-control', 'private, max-age=3600').send(image)
  })

  app.get('/:id/signature', sign, async (request, reply) => {
    return reply.page('session-report/sign', await reportPage(request))
  })

  app.post('/:id/signature', sign, async (request, reply) => {
    const signed = await request.act(signReportAction, { session_id: request.recordId() })
    if (signed.ok) return reply.flash('session-report.flash.signed').redirect(reportAddress(request), 303)
    return reply.code(422).page('session-report/sign', { ...(await reportPage(request)), ...signed })
  })

  step(app, '/:id/links', sendReport, 'session-report.flash.sent')
  step(app, '/:id/links/:link/removal', revokeReport, 'session-report.flash.taken_back')
  step(app, '/:id/reopening', reopenReport, 'session-report.flash.reopened')
}

type Step = typeof sendReport | typeof revokeReport | typeof reopenReport

function step(app: FastifyInstance, path: string, action: Step, flash: string): void {
  app.post(path, allow(action.permission as 'session-report.sign'), async (request, reply) => {
    const { link } = request.params as { link?: string }
    const extra = { session_id: request.recordId(), ...(link !== undefined && { id: request.recordId('link') }) }
    const done = await request.act(action as typeof sendReport, extra)
    if (done.ok) return reply.flash(flash).redirect(reportAddress(request), 303)
    return reply.code(422).page('session-report/report', { ...(await reportPage(request)), ...done })
  })
}

const looks = { styles: ['/static/session-report/session-report.css'] }
const reportAddress = (request: FastifyRequest) => `${request.base}/session-report/${request.recordId()}/report`

/** What is signed, when it stands; else what would be signed now. */
async function reportPage(request: FastifyRequest) {
  const room = await roomOf(request)
  const [signed, link] = await together(request.db, db => [listSigned(db, room.id), openLinkOf(db, room.id)])
  const settings = request.switched.settings('session-report')
  const last = signed[0]
  const current = room.signed_report_id !== null && last !== undefined
  const waiting = link && (await findReport(request.db, { session_id: room.id, id: link.report_id }))
  const content: Content = current
    ? last.snapshot
    : (waiting?.snapshot ?? reportOf({ studio: request.studio, settings }, room))
  const who = whoOf(request, room)
  const title = request.words().t('session-report.report.title', { who })
  const runs = room.times.filter(({ ended_at }) => ended_at === null)
  const lively = livelyStates.includes(room.state)
  const hash = current ? last.hash : hashOf(content)
  const image = current ? await findImage(request.db, { session_id: room.id, id: last.id }) : undefined
  const proven = current ? verify(last, image) : undefined
  const shown = {
    room,
    who,
    signed,
    link,
    last,
    current,
    content,
    hash,
    proven,
    drawn: image !== undefined,
    runs,
    lively
  }
  return { ...looks, title, ...shown, errors: {}, values: {} }
}

interface Version {
  report: Report
  title: string
  proven: Proven
  drawn: boolean
}

/** A signed version by its row's id, and whether it still fits its seal. */
async function versionOf(request: FastifyRequest): Promise<Version> {
  const key = { session_id: request.recordId(), id: request.recordId('version') }
  const report = await findReport(request.db, key)
  if (!report?.signed_at) throw notFound()
  const { t } = request.words()
  const image = await findImage(request.db, key)
  return {
    report,
    proven: verify(report, image),
    drawn: image !== undefined,
    title: t('session-report.report.version', { n: report.version ?? 0 })
  }
}
