import { allow, notFound, time, together } from '@patchbay/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { noteDecision } from './deciding.ts'
import { countReviews } from './list-queries.ts'
import { reviewList } from './list.ts'
import { findReview, findReviewable } from './queries.ts'
import { sendForReview, withdrawReview } from './sending.ts'
import type { Reviewed } from './sending.ts'
import { staffReview } from './showing.ts'

const read = allow('mixes.read')
const write = allow('mixes.review')

/** What waits for somebody's word, and what is done about it. */
export function reviewRoutes(app: FastifyInstance): void {
  app.get('/', read, async (request, reply) => {
    return reply.page('mixes/reviews', await waiting(request))
  })

  app.get('/revisions/:id/reviews', read, async (request, reply) => {
    return reply.view('mixes/_review', { ...(await partOf(request, request.recordId())) })
  })

  app.post('/revisions/:id/reviews', write, async (request, reply) => {
    const sent = await request.act(sendForReview, { revision_id: request.recordId() })
    if (sent.ok) return back(request, reply, sent.value, 'mixes.reviews.flash.sent')
    return reply.code(422).page('mixes/review', { ...(await page(request, request.recordId())), ...sent })
  })

  app.post('/reviews/:id/decision', write, async (request, reply) => {
    const done = await request.act(noteDecision, { id: request.recordId() })
    if (done.ok) return back(request, reply, done.value, 'mixes.reviews.flash.noted')
    const review = await findReview(request.db, request.recordId())
    return reply.code(422).page('mixes/review', { ...(await page(request, review?.revision_id ?? 0)), ...done })
  })

  app.post('/reviews/:id/withdrawal', write, async (request, reply) => {
    const done = await request.act(withdrawReview, { id: request.recordId() })
    if (done.ok) return back(request, reply, done.value, 'mixes.reviews.flash.withdrawn')
    return reply.flash('mixes.reviews.flash.refused', 'bad').redirect(`${request.base}/mixes`, 303)
  })
}

const back = ({ base }: FastifyRequest, reply: FastifyReply, reviewed: Reviewed, flash: string): FastifyReply => {
  const { track_id, revision_id } = reviewed
  return reply.flash(flash).redirect(`${base}/mixes/tracks/${track_id}?revision=${revision_id}#review`, 303)
}

async function partOf(request: FastifyRequest, id: number) {
  const revision = await findReviewable(request.db, id)
  const part = revision && (await staffReview(request, revision))
  if (!part) throw notFound()
  return part
}

async function page(request: FastifyRequest, id: number) {
  const part = await partOf(request, id)
  const title = request.words().t('mixes.reviews.page', { title: part.revision.title })
  return { ...part, title, styles: ['/static/mixes/reviews.css'] }
}

async function waiting(request: FastifyRequest) {
  const today = time.today(request.studio.timezone)
  const [rows, counts, tabs] = await together(request.db, db => [
    request.list(reviewList, db),
    countReviews(db, today),
    request.ask('projects.tabs', {}, db)
  ])
  const title = request.words().t('mixes.reviews.title')
  return { ...rows, counts, tabs: tabs.flat(), title, styles: ['/static/mixes/reviews.css'] }
}
