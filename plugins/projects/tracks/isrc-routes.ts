import { allow, notFound } from '@patchbay/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { CodesQuery } from './forms.ts'
import {
  addIsrcRoot,
  archiveIsrcRoot,
  changeIsrcRoot,
  restoreIsrcRoot,
  setIsrcCounter,
  yearIn
} from './isrc-actions.ts'
import { allCodes, codeList, findRoot, listRoots } from './isrc-queries.ts'
import { isrcOf, showIsrc, showRoot } from './isrc.ts'
import { codesCsv } from './csv.ts'
import { trackStyles } from './section.ts'

/** ISRC: whose codes are given, the number that comes next, and all that were given. */
export function isrcRoutes(app: FastifyInstance): void {
  app.get('/isrc', allow('projects.isrc'), async (request, reply) => {
    return reply.page('projects/tracks/isrc', await codesPage(request))
  })

  app.get('/isrc/codes.csv', allow('projects.isrc'), async (request, reply) => {
    const query = CodesQuery.safeParse(request.query)
    const codes = await allCodes(request.db, query.success ? query.data : CodesQuery.parse({}))
    const file = codesCsv(codes, request.words())
    return reply.type('text/csv').header('content-disposition', 'attachment; filename="isrc.csv"').send(file)
  })

  app.get('/isrc/roots/new', allow('projects.isrc'), async (request, reply) => {
    return reply.page('projects/tracks/root', rootPage(request, undefined, { values: { own: false } }))
  })

  app.post('/isrc/roots', allow('projects.isrc'), async (request, reply) => {
    const added = await request.act(addIsrcRoot)
    if (!added.ok) return reply.code(422).page('projects/tracks/root', rootPage(request, undefined, added))
    return reply.flash('projects.tracks.flash.root').redirect(`${request.base}/projects/isrc`, 303)
  })

  app.get('/isrc/roots/:id', allow('projects.isrc'), async (request, reply) => {
    return reply.page('projects/tracks/root', rootPage(request, await rootOfAddress(request)))
  })

  app.post('/isrc/roots/:id', allow('projects.isrc'), async (request, reply) => {
    const changed = await request.act(changeIsrcRoot, { id: request.recordId() })
    return changed.ok ? saved(request, reply) : refused(request, reply, changed)
  })

  app.post('/isrc/roots/:id/counter', allow('projects.isrc'), async (request, reply) => {
    const set = await request.act(setIsrcCounter, { id: request.recordId() })
    return set.ok ? saved(request, reply) : refused(request, reply, set)
  })

  app.post('/isrc/roots/:id/archiving', allow('projects.isrc'), async (request, reply) => {
    const archived = await request.act(archiveIsrcRoot, { id: request.recordId() })
    return archived.ok ? saved(request, reply) : refused(request, reply, archived)
  })

  app.post('/isrc/roots/:id/restoring', allow('projects.isrc'), async (request, reply) => {
    const restored = await request.act(restoreIsrcRoot, { id: request.recordId() })
    return restored.ok ? saved(request, reply) : refused(request, reply, restored)
  })
}

type Found = NonNullable<Awaited<ReturnType<typeof findRoot>>>

async function codesPage(request: FastifyRequest) {
  const year = yearIn(request.studio.timezone)
  const [roots, page] = [await listRoots(request.db, year), await request.list(codeList)]
  const title = request.words().t('projects.tracks.isrc.title')
  return { styles: trackStyles, title, roots, year, ...page, ...shown, tabs: await request.ask('projects.tabs', {}) }
}

const shown = { showIsrc, showRoot, isrcOf }

async function rootOfAddress(request: FastifyRequest): Promise<Found> {
  const root = await findRoot(request.db, request.recordId(), yearIn(request.studio.timezone))
  if (!root) throw notFound()
  return root
}

function rootPage(
  request: FastifyRequest,
  root: Found | undefined,
  typed?: { values: Record<string, unknown>; errors?: Record<string, string> }
) {
  return {
    styles: trackStyles,
    title: root ? showRoot(root.prefix) : request.words().t('projects.tracks.isrc.new_root'),
    root,
    year: yearIn(request.studio.timezone),
    values: { ...(root && { ...root, prefix: showRoot(root.prefix), next: root.next }), ...typed?.values },
    errors: typed?.errors ?? {},
    ...shown
  }
}

const saved = (request: FastifyRequest, reply: FastifyReply) =>
  reply.flash('projects.tracks.flash.root').redirect(`${request.base}/projects/isrc`, 303)

async function refused(
  request: FastifyRequest,
  reply: FastifyReply,
  outcome: { values: Record<string, unknown>; errors: Record<string, string> }
): Promise<FastifyReply> {
  return reply.code(422).page('projects/tracks/root', rootPage(request, await rootOfAddress(request), outcome))
}
