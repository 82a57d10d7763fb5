import type { FastifyInstance, FastifyRequest } from 'fastify'
import { allow } from '../doors.ts'
import type { Host } from '../host.ts'
import type { Page } from '../lists.ts'
import { accessList, activityList } from './activity.ts'
import type { Activity, TrailQuery } from './activity.ts'

/** `/activity`: the studio's trail; `/activity/access`: what happened to the organisation itself. */
export function activityPages(app: FastifyInstance, host: Host): void {
  const mayRead = allow('studio.read_activity')

  app.get('/activity', mayRead, async (request, reply) => {
    const page = await request.list(activityList)
    const names = await request.ask('core.records', { about: page.rows.flatMap(row => row.about) })
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
  const scope = tab === 'access' ? 'organization' : 'studio'
  const actions = host.plugins
    .flatMap(plugin => plugin.actions ?? [])
    .filter(action => (action.scope ?? 'studio') === scope)
  return {
    ...page,
    tab,
    title: t('studio.activity.title'),
    people: await request
      .db('people')
      .where('id', '>', 0)
      .orderBy('name')
      .select<{ id: number; name: string }[]>('id', 'name'),
    actions: actions.map(({ name }) => ({ value: name, label: t(name.replace('.', '.actions.')) }))
  }
}
