import type { FastifyInstance, FastifyRequest } from 'fastify'
import { together } from '../database/reading.ts'
import { allow } from '../doors.ts'
import type { Hit } from '../plugin.ts'

/** Hits under one heading, as views/parts/hits.eta takes them. */
export interface HitGroup {
  label: string
  hits: Hit[]
}

/** `/search`: one box for pages, things to do, and whatever the plugins find. `/search/hits` is what the palette asks. */
export function searchPages(app: FastifyInstance): void {
  app.get('/search', allow('member'), async (request, reply) => {
    const title = request.words().t('studio.search.title')
    return reply.page('studio/search', { title, ...(await search(request)) })
  })

  app.get('/search/hits', allow('member'), async (request, reply) => {
    return reply.view('parts/hits', await search(request))
  })
}

async function search(request: FastifyRequest): Promise<{ q: string; groups: HitGroup[] }> {
  const { q: typed } = request.query as { q?: unknown }
  const q = typeof typed === 'string' ? typed.trim().slice(0, 100) : ''
  const words = fold(q).split(/\s+/).filter(Boolean)
  const { t } = request.words()
  const [found] =
    q.length < 2 ? [[]] : await together(request.db, db => [request.ask('core.search', { text: words.join(' ') }, db)])
  return {
    q,
    groups: [
      ...grouped(request, found.flat()),
      { label: t('studio.search.pages'), hits: matching(words, pages(request)) },
      { label: t('studio.search.commands'), hits: matching(words, commands(request)) }
    ]
  }
}

/** Without case and accents, as `fold()` in the database. */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('œ', 'oe').replaceAll('æ', 'ae').toLowerCase()
}

/** Every word begins a word of the label. */
function matching(words: string[], hits: Hit[]): Hit[] {
  return hits.filter(({ label }) => words.every(word => ` ${fold(label)}`.includes(` ${word}`)))
}

const pages = (request: FastifyRequest): Hit[] =>
  request.words().nav.map(({ href, label, icon }) => ({ href, label, icon }))

/** What the person may do here, by the plugins that are on. */
function commands(request: FastifyRequest): Hit[] {
  const { t } = request.words()
  return request.switched.plugins.flatMap(plugin =>
    (plugin.commands ?? [])
      .filter(({ permission }) => request.can(permission))
      .map(({ key, path, icon }) => ({
        href: `${mountOf(request, plugin.id)}${path}`,
        label: t(`${plugin.id}.commands.${key}`),
        icon
      }))
  )
}

const mountOf = ({ base }: FastifyRequest, plugin: string) => (plugin === 'studio' ? base : `${base}/${plugin}`)

/** Hits stand under the heading they name, or under the title of the plugin whose page they open. */
function grouped(request: FastifyRequest, hits: Hit[]): HitGroup[] {
  const { base, switched } = request
  const { t } = request.words()
  const groups = new Map<string, Hit[]>()
  for (const hit of hits) {
    const mount = hit.href.slice(base.length + 1).split(/[/?#]/)[0] ?? ''
    const label = hit.group ?? t(switched.on(mount) ? `${mount}.title` : 'studio.search.others')
    groups.set(label, [...(groups.get(label) ?? []), hit])
  }
  return [...groups].map(([label, hits]) => ({ label, hits }))
}
