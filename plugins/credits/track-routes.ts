import { allow, notFound } from '@patchbay/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { addCredits, changeCredit, confirmCredits, copyCredits, moveCredit, removeCredit } from './credit-actions.ts'
import { findProject } from './credit-queries.ts'
import { splitKinds } from './forms.ts'
import type { SplitKind } from './forms.ts'
import { letterOf } from './letter.ts'
import { trackAsked, trackPage } from './pages.ts'
import { rinFiles } from './rin-files.ts'
import { sendAs } from './routes.ts'
import { lockSplit, shareEqually, unlockSplit, writeSplit } from './split-actions.ts'
import { sendSplit } from './split-signing.ts'
import { splitPdf, splitText } from './split-papers.ts'
import type { SplitPaper } from './split-papers.ts'
import { listShares, listSheets } from './split-queries.ts'

const read = allow('credits.read')
const write = allow('credits.write')
const lock = allow('credits.lock')

/** The credits and shares of one track. */
export function trackRoutes(app: FastifyInstance): void {
  app.get('/tracks/:id', read, async (request, reply) => reply.page('credits/track', await trackPage(request)))

  app.post('/tracks/:id/credits', write, async (request, reply) => {
    const added = await request.act(addCredits, { track_ids: [request.recordId()] })
    if (added.ok) return back(request, reply, 'added_credit', '#credits')
    return failed(request, reply, added, 'credit')
  })

  app.post('/tracks/:id/credits/:credit', write, async (request, reply) => {
    const changed = await request.act(changeCredit, ofCredit(request))
    if (changed.ok) return back(request, reply, 'saved', '#credits')
    return failed(request, reply, changed, `edit:${request.recordId('credit')}`)
  })

  app.post('/tracks/:id/credits/:credit/removal', write, async (request, reply) => {
    const removed = await request.act(removeCredit, ofCredit(request))
    return removed.ok ? back(request, reply, 'removed_credit', '#credits') : failed(request, reply, removed, 'credits')
  })

  app.post('/tracks/:id/credits/:credit/order', write, async (request, reply) => {
    const moved = await request.act(moveCredit, ofCredit(request))
    return moved.ok ? back(request, reply, '', '#credits') : failed(request, reply, moved, 'credits')
  })

  app.post('/tracks/:id/credits/:credit/confirmation', write, async (request, reply) => {
    const done = await request.act(confirmCredits, ofCredit(request))
    return done.ok ? back(request, reply, '', '#credits') : failed(request, reply, done, 'credits')
  })

  app.post('/tracks/:id/confirmation', write, async (request, reply) => {
    const done = await request.act(confirmCredits, { track_id: request.recordId(), confirmed: true })
    return done.ok ? back(request, reply, 'confirmed', '#credits') : failed(request, reply, done, 'credits')
  })

  app.post('/tracks/:id/copies', write, async (request, reply) => {
    const copied = await request.act(copyCredits, { track_id: request.recordId() })
    return copied.ok ? back(request, reply, 'copied', '#credits') : failed(request, reply, copied, 'copy')
  })

  for (const kind of splitKinds) splitRoutes(app, kind)

  app.get('/tracks/:id/rin.xml', read, async (request, reply) => {
    const track = await trackAsked(request)
    const project = await findProject(request.db, track.project_id)
    const [file] = project ? await rinFiles(request, project, [track]) : []
    if (!file) throw notFound()
    return sendAs(reply, file.name, 'application/xml; charset=utf-8', file.content)
  })
}

/** The shares of one kind: written, made equal, locked, opened, printed. */
function splitRoutes(app: FastifyInstance, kind: SplitKind): void {
  const here = `/tracks/:id/shares/${kind}`

  app.post(here, write, async (request, reply) => {
    const saved = await request.act(writeSplit, { track_id: request.recordId(), kind })
    return saved.ok ? back(request, reply, 'saved', `#${kind}`) : failed(request, reply, saved, kind)
  })

  app.post(`${here}/equal`, write, async (request, reply) => {
    const done = await request.act(shareEqually, { track_id: request.recordId(), kind })
    return done.ok ? back(request, reply, 'shared', `#${kind}`) : failed(request, reply, done, kind)
  })

  app.post(`${here}/lock`, lock, async (request, reply) => {
    const locked = await request.act(lockSplit, { track_id: request.recordId(), kind })
    return locked.ok ? back(request, reply, 'locked', `#${kind}`) : failed(request, reply, locked, kind)
  })

  app.post(`${here}/unlock`, lock, async (request, reply) => {
    const opened = await request.act(unlockSplit, { track_id: request.recordId(), kind })
    return opened.ok ? back(request, reply, 'unlocked', `#${kind}`) : failed(request, reply, opened, kind)
  })

  app.post(`${here}/signature`, lock, async (request, reply) => {
    const sent = await request.act(sendSplit, { track_id: request.recordId(), kind })
    return sent.ok ? back(request, reply, 'sent', `#${kind}`) : failed(request, reply, sent, kind)
  })

  app.get(`${here}/sheet.pdf`, read, async (request, reply) => {
    const { locale } = request.words()
    const letter = await letterOf({ ask: request.ask.bind(request), studio: request.studio, db: request.db }, locale)
    const pdf = await splitPdf(await paperOf(request, kind), request.words(), letter)
    return reply.type('application/pdf').header('cache-control', 'no-store').send(pdf)
  })

  app.get(`${here}/sheet.txt`, read, async (request, reply) => {
    const text = splitText(await paperOf(request, kind), request.words())
    return sendAs(reply, `split-${request.recordId()}.txt`, 'text/plain; charset=utf-8', text)
  })
}

const ofCredit = (request: FastifyRequest) => ({ track_id: request.recordId(), id: request.recordId('credit') })

/** @throws notFound where there is no track, or nothing was ever shared */
async function paperOf(request: FastifyRequest, kind: SplitKind): Promise<SplitPaper> {
  const track = await trackAsked(request)
  const project = await findProject(request.db, track.project_id)
  const sheet = (await listSheets(request.db, [track.id])).find(one => one.kind === kind)
  if (!project || !sheet) throw notFound()
  const shares = (await listShares(request.db, [track.id])).filter(one => one.kind === kind)
  return { project, track, kind, sheet, shares }
}

function back(request: FastifyRequest, reply: FastifyReply, flash: string, at: string): FastifyReply {
  const told = flash ? reply.flash(`credits.flash.${flash}`) : reply
  return told.redirect(`${request.base}/credits/tracks/${request.recordId()}${at}`, 303)
}

async function failed(
  request: FastifyRequest,
  reply: FastifyReply,
  { errors, values }: { errors: Record<string, string>; values: Record<string, unknown> },
  form: string
): Promise<FastifyReply> {
  return reply.code(422).page('credits/track', await trackPage(request, { errors, values, failed: form }))
}
