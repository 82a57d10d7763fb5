import { allow, together } from '@patchbay/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { attendancePdf } from './attendance.ts'
import { acceptProposals, addCredits } from './credit-actions.ts'
import { creditsOfProject, listTracks, partiesOf } from './credit-queries.ts'
import { creditsCsv, creditsJson } from './exports.ts'
import { LanguageQuery } from './forms.ts'
import { letterOf } from './letter.ts'
import { notesOf, notesPdf, notesText } from './notes.ts'
import type { Voice } from './notes.ts'
import { linesOf, projectAsked, projectPage } from './pages.ts'
import { playedIn } from './proposals.ts'
import { sessionsOf } from './proposal-queries.ts'
import { rinFiles } from './rin-files.ts'
import { sendAs } from './routes.ts'
import { listShares, sheetsOfProject } from './split-queries.ts'

const read = allow('credits.read')
const write = allow('credits.write')

/** The credits of a whole project, and the papers made of them. */
export function projectRoutes(app: FastifyInstance): void {
  app.get('/projects/:id', read, async (request, reply) => reply.page('credits/project', await projectPage(request)))

  app.post('/projects/:id/credits', write, async (request, reply) => {
    await projectAsked(request)
    const added = await request.act(addCredits)
    if (added.ok) return reply.flash('credits.flash.added_credit').redirect(pageAddress(request), 303)
    return reply.code(422).page('credits/project', await projectPage(request, { ...added, failed: 'credit' }))
  })

  app.post('/projects/:id/proposals', write, async (request, reply) => {
    const taken = await request.act(acceptProposals, { project_id: request.recordId() })
    if (taken.ok) return reply.flash('credits.flash.accepted').redirect(pageAddress(request), 303)
    return reply.code(422).page('credits/project', await projectPage(request, { ...taken, failed: 'proposals' }))
  })

  app.get('/projects/:id/notes.pdf', read, async (request, reply) => {
    const voice = voiceAsked(request)
    const { project, lines } = await creditsAsked(request)
    const pdf = await notesPdf(notesOf(voice, project, lines), voice, await letter(request, voice))
    return reply.type('application/pdf').header('cache-control', 'no-store').send(pdf)
  })

  app.get('/projects/:id/notes.txt', read, async (request, reply) => {
    const voice = voiceAsked(request)
    const { project, lines } = await creditsAsked(request)
    const text = notesText(notesOf(voice, project, lines), voice)
    return sendAs(reply, `credits-${project.id}.txt`, 'text/plain; charset=utf-8', text)
  })

  app.get('/projects/:id/attendance.pdf', read, async (request, reply) => {
    const voice = request.words()
    const { project, lines, musicians } = await creditsAsked(request)
    const sessions = await sessionsOf(request.db, project.id)
    const played = await playedIn(request.ask.bind(request), sessions)
    const sheet = { project, lines, musicians, sessions, played }
    const pdf = await attendancePdf(sheet, voice, await letter(request, voice))
    return reply.type('application/pdf').header('cache-control', 'no-store').send(pdf)
  })

  app.get('/projects/:id/credits.csv', read, async (request, reply) => {
    const { project, lines, musicians } = await creditsAsked(request)
    const csv = creditsCsv(lines, musicians, request.words())
    return sendAs(reply, `credits-${project.id}.csv`, 'text/csv; charset=utf-8', csv)
  })

  app.get('/projects/:id/credits.json', read, async (request, reply) => {
    const { project, lines, musicians, sheets, shares } = await creditsAsked(request)
    const json = JSON.stringify(creditsJson(project, lines, musicians, sheets, shares), null, 2)
    return sendAs(reply, `credits-${project.id}.json`, 'application/json; charset=utf-8', json)
  })

  app.get('/projects/:id/rin.zip', read, async (request, reply) => {
    const { project, lines } = await creditsAsked(request)
    const { ZipFile } = await import('yazl')
    const zip = new ZipFile()
    for (const { name, content } of await rinFiles(request, project, lines)) zip.addBuffer(Buffer.from(content), name)
    zip.end()
    const disposition = `attachment; filename="rin-${project.id}.zip"`
    return reply.type('application/zip').header('content-disposition', disposition).send(zip.outputStream)
  })
}

const pageAddress = (request: FastifyRequest): string => `${request.base}/credits/projects/${request.recordId()}`

/** The language asked for (`?language=en`), else the reader's. */
function voiceAsked(request: FastifyRequest): Voice {
  const { language } = LanguageQuery.parse(request.query)
  return language ? { ...request.wordsIn(language), locale: language } : request.words()
}

const letter = (request: FastifyRequest, { locale }: Voice) =>
  letterOf({ ask: request.ask.bind(request), studio: request.studio, db: request.db }, locale)

/** A project with all its credits and shares. @throws notFound */
async function creditsAsked(request: FastifyRequest) {
  const project = await projectAsked(request)
  const [tracks, credits, sheets] = await together(request.db, db => [
    listTracks(db, project.id),
    creditsOfProject(db, project.id),
    sheetsOfProject(db, project.id)
  ])
  const lines = linesOf(project, tracks, credits, sheets)
  const ids = lines.map(({ id }) => id)
  const [musicians, shares] = await together(request.db, db => [partiesOf(db, ids), listShares(db, ids)])
  return { project, lines, musicians, sheets, shares }
}
