import { allow, notFound } from '@patchbay/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { answerComment, changeOwnComment, comment, removeOneComment, reopenComment, resolveComment } from './actions.ts'
import type { Said } from './actions.ts'
import { removeByLink, settleByLink } from './by-link.ts'
import { audacityLabels, commentsCsv, commentsText, midiMarkers, reaperMarkers } from './exporting.ts'
import { commentsOf, findCommented, findCommentedBy } from './queries.ts'
import type { CommentedRevision } from './queries.ts'
import { sendComments, staffComments } from './showing.ts'
import { threadsOf } from './threads.ts'
import type { Thread } from './threads.ts'

const read = allow('mixes.read')
const speak = allow('mixes.comment')

/** Comments of a revision: read anew, said, answered, settled, and taken along as files. */
export function commentRoutes(app: FastifyInstance): void {
  app.get('/revisions/:id/comments', read, async (request, reply) => {
    return sendComments(request, reply, await staffComments(request, await revisionIn(request)))
  })

  app.post('/revisions/:id/comments', speak, async (request, reply) => {
    const said = await request.act(comment, { revision_id: request.recordId() })
    if (said.ok) return back(request, reply, said.value)
    return reply.code(422).page('mixes/comments', { ...(await page(request, await revisionIn(request))), ...said })
  })

  written(app, '/comments/:id', changeOwnComment)
  written(app, '/comments/:id/answers', answerComment)
  button(app, '/comments/:id/resolution', resolveComment)
  button(app, '/comments/:id/reopening', reopenComment)
  button(app, '/comments/:id/removal', removeOneComment)

  file(app, 'comments.txt', 'text/plain; charset=utf-8', (request, revision, threads) =>
    commentsText(request.words(), revision, threads)
  )
  file(app, 'comments.csv', 'text/csv; charset=utf-8', (request, _, threads) => commentsCsv(request.words(), threads))
  file(app, 'markers.csv', 'text/csv; charset=utf-8', (_, __, threads) => reaperMarkers(threads))
  file(app, 'labels.txt', 'text/plain; charset=utf-8', (_, __, threads) => audacityLabels(threads))
  file(app, 'markers.mid', 'audio/midi', (_, revision, threads) => midiMarkers(revision, threads))
}

/** Buttons of a guest at their own comments; saying something is with the page of links. */
export function guestCommentRoutes(app: FastifyInstance): void {
  for (const [path, action] of [
    ['resolution', settleByLink],
    ['removal', removeByLink]
  ] as const) {
    app.post(`/:token/comments/${path}`, allow('mixes.listen'), async (request, reply) => {
      const { token } = request.params as { token: string }
      const done = await request.act(action, { token })
      if (!done.ok) void reply.flash('mixes.comments.flash.refused', 'bad')
      const at = done.ok ? `?revision=${done.value.revision_id}#comments-${done.value.revision_id}` : ''
      return reply.redirect(`${request.base}/mixes/${token}${at}`, 303)
    })
  }
}

/** The listening page at the comment, where htmx finds the list anew and a browser without script everything. */
const back = ({ base }: FastifyRequest, reply: FastifyReply, { track_id, revision_id, id }: Said): FastifyReply =>
  reply.redirect(`${base}/mixes/tracks/${track_id}?revision=${revision_id}#comment-${id}`, 303)

function written(app: FastifyInstance, path: string, action: typeof changeOwnComment | typeof answerComment): void {
  app.post(path, speak, async (request, reply) => {
    const done = await request.act(action as typeof answerComment, { id: request.recordId() })
    if (done.ok) return back(request, reply, done.value)
    const revision = await findRevisionOf(request)
    return reply
      .code(422)
      .page('mixes/comments', { ...(await page(request, revision)), ...done, failed: request.recordId() })
  })
}

function button(app: FastifyInstance, path: string, action: typeof resolveComment): void {
  app.post(path, speak, async (request, reply) => {
    const done = await request.act(action, { id: request.recordId() })
    if (done.ok) return back(request, reply, done.value)
    const { id, track_id } = await findRevisionOf(request)
    const address = `${request.base}/mixes/tracks/${track_id}?revision=${id}#comments-${id}`
    return reply.flash('mixes.comments.flash.refused', 'bad').redirect(address, 303)
  })
}

type Writing = (request: FastifyRequest, revision: CommentedRevision, threads: Thread[]) => string | Buffer

function file(app: FastifyInstance, name: string, type: string, write: Writing): void {
  app.get(`/revisions/:id/${name}`, read, async (request, reply) => {
    const revision = await revisionIn(request)
    const comments = await commentsOf(request.db, revision.id)
    const threads = threadsOf(comments, { person_id: request.actor.id, link_id: null }, { by: null })
    const [, ending = ''] = name.split('.')
    const called = `${revision.title} ${revision.version}-r${revision.number} ${name.replace(`.${ending}`, '')}`
    const safe = encodeURIComponent(called.replace(/[/\\]/g, '-')).replace(/['()*]/g, '_')
    void reply.header('content-disposition', `attachment; filename*=UTF-8''${safe}.${ending}`)
    return reply
      .type(type)
      .header('cache-control', 'no-store')
      .send(write(request, revision, threads))
  })
}

async function revisionIn(request: FastifyRequest): Promise<CommentedRevision> {
  const revision = await findCommented(request.db, request.recordId())
  if (!revision) throw notFound()
  return revision
}

async function findRevisionOf(request: FastifyRequest): Promise<CommentedRevision> {
  const revision = await findCommentedBy(request.db, request.recordId())
  if (!revision) throw notFound()
  return revision
}

/** A page of its own for what could not be said: the comments, the form, what is wrong with it. */
async function page(request: FastifyRequest, revision: CommentedRevision) {
  const title = request.words().t('mixes.comments.page', { title: revision.title })
  return { ...(await staffComments(request, revision)), title, styles: ['/static/mixes/comments.css'], failed: null }
}
