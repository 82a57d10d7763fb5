import type { FastifyInstance, FastifyRequest } from 'fastify'
import { allow } from '../doors.ts'
import type { Host } from '../host.ts'
import type { Translate } from '../i18n.ts'
import type { Page } from '../lists.ts'
import { accessList, activityList } from './activity.ts'
import type { Activity, TrailQuery } from './activity.ts'

/** One record of a row is named, the first that is still there: what was done to hundreds at once is not asked for all of them. */
const asked = 4

/** `/activity`: the studio's trail; `/activity/access`: what happened to the organisation itself. */
export function activityPages(app: FastifyInstance, host: Host): void {
  const mayRead = allow('studio.read_activity')

  app.get('/activity', mayRead, async (request, reply) => {
    const page = await request.list(activityList)
    const about = page.rows.flatMap(row => row.about.slice(0, asked))
    const names = await request.ask('core.records', { about: [...new Set(about)] })
    const view = await trailView(host, request, page, 'studio')
    return reply.page('studio/activity', { ...view, names: Object.assign({}, ...names) })
  })

  app.get('/activity/access', mayRead, async (request, reply) => {
    const page = await request.list(accessList(host.tenants.master, request.studio))
    return reply.page('studio/activity', await trailView(host, request, page, 'access'))
  })
}

async function trailView(
  host: Host,
  request: FastifyRequest,
  page: Page<Activity> & { query: TrailQuery },
  tab: string
) {
  const { t } = request.words()
  return {
    ...page,
    tab,
    title: t('studio.activity.title'),
    people: await request
      .db('people')
      .where('id', '>', 0)
      .orderBy('name')
      .select<{ id: number; name: string }[]>('id', 'name'),
    actions: actionsOf(host, tab === 'access' ? 'organization' : 'studio', t)
  }
}

const named = new WeakMap<Translate, Map<string, { value: string; label: string }[]>>()

/** What can be done there, by its name in a language: some hundred, made once. */
function actionsOf(host: Host, scope: 'studio' | 'organization', t: Translate): { value: string; label: string }[] {
  const known = named.get(t) ?? new Map<string, { value: string; label: string }[]>()
  named.set(t, known)
  let made = known.get(scope)
  if (!made) {
    made = host.plugins
      .flatMap(plugin => plugin.actions ?? [])
      .filter(action => (action.scope ?? 'studio') === scope)
      .map(({ name }) => ({ value: name, label: t(name.replace('.', '.actions.')) }))
    known.set(scope, made)
  }
  return made
}
