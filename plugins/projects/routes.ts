import { allow } from '@patchbay/core'
import { csvMark } from '@patchbay/core/csv'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { addProjectAction, changeProjectAction, moveProject, removeProjectAction, today } from './actions.ts'
import { cardOf, formOf, newValues, projectOf, styles, valuesOf } from './card.ts'
import { projectKinds, projectStatuses } from './contract.ts'
import { exportedProjects, projectsCsv } from './export.ts'
import { BoardQuery, boardStatuses } from './forms.ts'
import { listBoard } from './list-queries.ts'
import { projectList } from './list.ts'

const read = allow('projects.read')
const write = allow('projects.write')
/** So many cards a column shows at first. */
const most = 30

/** Projects: the list, the board, the form, the page of one. */
export function projectRoutes(app: FastifyInstance): void {
  app.get('/', read, async (request, reply) => {
    const page = await request.list(projectList)
    const search = request.url.slice(request.url.split('?')[0]?.length ?? 0)
    return reply.page('projects/list', { ...(await listPage(request, 'projects.title')), ...page, search })
  })

  app.get('/board', read, async (request, reply) => {
    const query = BoardQuery.parse(request.query)
    const about = { today: today(request), person_id: request.actor.id, whole: query.whole, most }
    const columns = await listBoard(request.db, boardStatuses, query, about)
    return reply.page('projects/board', { ...(await listPage(request, 'projects.board.title')), query, columns })
  })

  app.get('/export.csv', read, async (request, reply) => {
    const csv = projectsCsv(await exportedProjects(request), request.words(), request.can('projects.budget'))
    reply.type('text/csv; charset=utf-8').header('content-disposition', 'attachment; filename="projects.csv"')
    return reply.send(csvMark + csv)
  })

  app.get('/new', write, async (request, reply) => {
    return reply.page('projects/new', await formOf(request, { values: await newValues(request) }))
  })

  app.post('/', write, async (request, reply) => {
    const added = await request.act(addProjectAction)
    if (!added.ok) return reply.code(422).page('projects/new', await formOf(request, added))
    return reply.flash('projects.flash.added').redirect(`${request.base}/projects/${added.value.id}`, 303)
  })

  app.get('/:id', read, async (request, reply) => {
    return reply.page('projects/card', await cardOf(request))
  })

  app.get('/:id/edit', write, async (request, reply) => {
    const project = await projectOf(request)
    return reply.page('projects/edit', await formOf(request, { values: valuesOf(project, request) }, project))
  })

  app.post('/:id', write, async (request, reply) => {
    const changed = await request.act(changeProjectAction, { id: request.recordId() })
    if (changed.ok) return reply.flash('projects.flash.saved').redirect(cardAddress(request), 303)
    const data = await formOf(request, changed, await projectOf(request))
    return reply.code(changed.errors['version'] ? 409 : 422).page('projects/edit', data)
  })

  app.get('/:id/moving', write, async (request, reply) => {
    return reply.page('projects/moving', await movingPage(request))
  })

  app.post('/:id/moving', write, async (request, reply) => {
    const moved = await request.act(moveProject, { id: request.recordId() })
    if (!moved.ok) return reply.code(422).page('projects/moving', { ...(await movingPage(request)), ...moved })
    return reply.flash('projects.flash.moved').redirect(cardAddress(request), 303)
  })

  app.post('/:id/removal', write, async (request, reply) => {
    const removed = await request.act(removeProjectAction, { id: request.recordId() })
    if (!removed.ok) return again(request, reply, 'removal', removed)
    return reply.flash('projects.flash.removed').redirect(`${request.base}/projects`, 303)
  })
}

/** The page of the project in the address. */
export const cardAddress = (request: FastifyRequest, part = ''): string =>
  `${request.base}/projects/${request.recordId()}${part && `#${part}`}`

/** The card, with what was wrong with one of its forms. */
export async function again(
  request: FastifyRequest,
  reply: FastifyReply,
  failed: string,
  outcome: { errors: Record<string, string>; values: Record<string, unknown> }
): Promise<FastifyReply> {
  return reply.code(422).page('projects/card', { ...(await cardOf(request)), ...outcome, failed })
}

/** What the pages beside the list have in common. */
export async function listPage(request: FastifyRequest, title: string) {
  const tabs = await request.ask('projects.tabs', {})
  return {
    styles,
    title: request.words().t(title),
    tabs,
    kinds: projectKinds,
    statuses: projectStatuses,
    today: today(request)
  }
}

async function movingPage(request: FastifyRequest) {
  const project = await projectOf(request)
  const values: Record<string, unknown> = { status: project.status }
  return { styles, title: project.title, project, statuses: projectStatuses, values, errors: {} }
}
