import { allow, notFound } from '@patchbay/core'
import { hashToken } from '@patchbay/core/secrets'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { reportPdf } from './papers.ts'
import { sendPdf, voice } from './printing.ts'
import { verify } from './proof.ts'
import { answerReport, askCode } from './remote.ts'
import { findImage, findLink, findReport } from './report-queries.ts'
import type { Link, Report } from './report-queries.ts'

/** A report behind its private link: read, ask for the code, sign. Anybody who has the link. */
export function openRoutes(app: FastifyInstance): void {
  const answer = allow('session-report.answer')

  app.get('/:token', answer, async (request, reply) => {
    return reply.page('session-report/remote', await remotePage(request, reply))
  })

  app.post('/:token/code', answer, async (request, reply) => {
    const { token } = request.params as { token: string }
    const asked = await request.act(askCode, { token })
    if (asked.ok) return reply.redirect(`${request.base}/session-report/${token}?code=sent#signature`, 303)
    return reply.code(422).page('session-report/remote', { ...(await remotePage(request, reply)), ...asked })
  })

  app.post('/:token/signature', answer, async (request, reply) => {
    const { token } = request.params as { token: string }
    const done = await request.act(answerReport, { token })
    if (done.ok && done.value.signed) return reply.redirect(`${request.base}/session-report/${token}`, 303)
    const failed = done.ok ? { errors: codeError(request, done.value), values: request.body } : done
    return reply.code(422).page('session-report/remote', { ...(await remotePage(request, reply)), ...failed })
  })

  app.get('/:token/pdf', answer, async (request, reply) => {
    const { link, report } = await linkOf(request)
    const signed = report.signed_at === null ? undefined : report
    const image = signed && (await findImage(request.db, { session_id: link.session_id, id: report.id }))
    const pdf = await reportPdf(voice(request), report.snapshot, { hash: report.hash, signed, image })
    return sendPdf(reply, `fiche-${link.session_id}`, pdf)
  })
}

const codeError = (request: FastifyRequest, { why, left }: { why: string | null; left: number }) => ({
  code: request.words().t(`session-report.errors.${why ?? 'code_wrong'}`, { n: left })
})

async function linkOf(request: FastifyRequest): Promise<{ link: Link; report: Report }> {
  const { token } = request.params as { token: string }
  const link = await findLink(request.db, hashToken(token))
  const report = link && (await findReport(request.db, { session_id: link.session_id, id: link.report_id }))
  if (!report) throw notFound()
  return { link, report }
}

async function remotePage(request: FastifyRequest, reply: FastifyReply) {
  const { link, report } = await linkOf(request)
  const { code } = request.query as { code?: unknown }
  const { session } = report.snapshot
  const who = session.client ?? session.title ?? ''
  // a link that was taken back or ran out shows nothing; what was signed by it stays to be read
  if (!link.open && report.signed_at === null) void reply.code(410)
  const title = request.words().t('session-report.report.title', { who })
  const { token } = request.params as { token: string }
  const proven =
    report.signed_at && verify(report, await findImage(request.db, { session_id: link.session_id, id: report.id }))
  const shown = { title, who, link, report, token, proven, asked: code === 'sent' }
  return { styles: ['/static/session-report/session-report.css'], ...shown, errors: {}, values: {} }
}
