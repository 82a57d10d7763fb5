import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Failure } from './errors.ts'
import type { Host } from './host.ts'

/**
 * How every failure is answered: a page in the words and layout of whoever asked, or `problem+json` (RFC 9457) for the
 * API. What nobody foresaw is logged whole and answered with 500 and the request's number, nothing else.
 */
export function failures(app: FastifyInstance, host: Host): void {
  app.setErrorHandler(async (error, request, reply) => {
    const failure = failureOf(error)
    if (failure.status >= 500 && failure.status !== 503) request.log.error({ err: error }, 'unforeseen')
    else if (failure.status === 503) request.log.warn({ err: error }, 'unavailable')
    return answer(host, failure, request, reply)
  })
  app.setNotFoundHandler(async (request, reply) => answer(host, new Failure(404, 'not_found'), request, reply))
}

async function answer(
  host: Host,
  failure: Failure,
  request: FastifyRequest,
  reply: FastifyReply
): Promise<FastifyReply> {
  reply.code(failure.status).header('cache-control', 'no-store')
  if (failure.status === 503) reply.header('retry-after', '5')
  if (failure.status === 429) reply.header('retry-after', String(failure.values['seconds'] ?? 60))
  const { t } = host.voice(request)
  const key = failure.key.includes('.') ? failure.key : `errors.${failure.key}`
  const text = t(key, failure.values)
  if (request.via === 'api') {
    const problem = { type: `about:blank`, title: text, status: failure.status, code: failure.key, request: request.id }
    return reply.type('application/problem+json; charset=utf-8').send(JSON.stringify(problem))
  }
  // no studio was entered: its frame must not show
  if (!request.studio) request.layout = 'plain'
  return reply.page('pages/error', {
    title: t(`errors_page.title_${titled(failure.status)}`),
    status: failure.status,
    text,
    request_id: request.id
  })
}

/** The status whose title fits: of the answers that have none of their own, the plainest of their class. */
const titled = (status: number) =>
  [400, 403, 404, 409, 410, 413, 422, 429, 500, 503].includes(status) ? status : status >= 500 ? 500 : 400

/** Which failure an error is: ours, the framework's, or the database's by its SQLSTATE. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown }
  if (typeof code === 'string') {
    if (/^(22|23514|23502)/.test(code)) return new Failure(422, 'invalid')
    if (code === '23503') return new Failure(409, 'in_use')
    if (/^(23505|23P01|40001|40P01)$/.test(code)) return new Failure(409, 'conflict')
    if (/^(08|53|57P0|58|28)/.test(code) || code === '3D000' || code === '57014' || code === '55P03')
      return new Failure(503, 'unavailable')
  }
  // the parser of multipart bodies gives its errors no code
  if (error instanceof Error && statusCode === undefined && /\bmultipart\b/i.test(error.message))
    return new Failure(400, 'invalid')
  if (statusCode === 413) return new Failure(413, 'too_large')
  if (statusCode === 415) return new Failure(415, 'content_type')
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) return new Failure(statusCode, 'invalid')
  return new Failure(500, 'unforeseen')
}
