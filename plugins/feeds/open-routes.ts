import { allow, notFound } from '@patchbay/core'
import { hashToken } from '@patchbay/core/secrets'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { createHash } from 'node:crypto'
import { calendarFile } from './calendar.ts'
import { findSubscription, noteFetched } from './link-queries.ts'
import type { Subscription } from './link-queries.ts'
import { listFed } from './session-queries.ts'

/** What calendars fetch, by a private link that ends in `.ics`. */
export function openRoutes(app: FastifyInstance): void {
  app.get('/:token', allow('feeds.subscribe'), async (request, reply) => {
    const link = await subscriptionOf(request)
    const file = await fileOf(request, link)
    const etag = createHash('sha256').update(file).digest('base64url').slice(0, 27)
    const changed = await noteFetched(request.db, link.id, etag)
    // private: no cache between may keep it
    reply.header('cache-control', 'private, max-age=300').header('etag', `W/"${etag}"`)
    reply.header('last-modified', changed.toUTCString()).header('x-robots-tag', 'noindex')
    return isKnown(request, etag, changed) ? reply.code(304).send() : asCalendar(reply, file)
  })
}

async function subscriptionOf(request: FastifyRequest): Promise<Subscription> {
  const token = /^([\w-]{43})\.ics$/.exec((request.params as { token: string }).token)?.[1]
  const link = token && (await findSubscription(request.db, hashToken(token)))
  if (!link) throw notFound()
  return link
}

async function fileOf(request: FastifyRequest, link: Subscription): Promise<string> {
  const { studio, db } = request
  const { t } = request.wordsIn(link.locale ?? studio.locale)
  return calendarFile(link, await listFed(db, link), { studio, t, address: path => request.address(path) })
}

/** Has the calendar what it would be given? Its mark decides; the time does only where it has no mark. */
function isKnown({ headers }: FastifyRequest, etag: string, changed: Date): boolean {
  const marks = headers['if-none-match']
  if (marks !== undefined) return marks === '*' || marks.includes(`"${etag}"`)
  return Date.parse(headers['if-modified-since'] ?? '') >= changed.getTime()
}

const asCalendar = (reply: FastifyReply, file: string) =>
  reply.type('text/calendar; charset=utf-8').header('content-disposition', 'inline; filename="patchbay.ics"').send(file)
