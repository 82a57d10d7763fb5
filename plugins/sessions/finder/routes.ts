import { allow } from '@patchbay/core'
import { explain, read } from '@patchbay/core/forms'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { listPeople } from '../queries.ts'
import { listRooms } from '../room-queries.ts'
import { looks } from '../routes.ts'
import { settingsOf } from '../settings.ts'
import { find } from './finding.ts'
import { FinderQuery } from './forms.ts'

/** The search for a time in which all that is wanted is free. Its address is the search: it can be kept and sent. */
export function finderRoutes(app: FastifyInstance): void {
  app.get('/finder', allow('sessions.read'), async (request, reply) => {
    const page = await finder(request)
    return reply.code(Object.keys(page.errors).length > 0 ? 422 : 200).page('sessions/finder/finder', page)
  })
}

async function finder(request: FastifyRequest) {
  const { db, studio } = request
  const values = request.query as Record<string, unknown>
  const { t } = request.words()
  const asked = read(FinderQuery, values, studio.timezone)
  const settings = settingsOf(request.switched.settings('sessions'))
  const looking = { db, ask: request.ask.bind(request), timezone: studio.timezone, settings }
  const answer = asked.ok && asked.value.length !== null ? await find(looking, asked.value) : undefined
  return {
    ...looks,
    styles: [...looks.styles, '/static/sessions/finding.css'],
    title: t('sessions.finder.title'),
    values: { part: 'any', ...values },
    errors: asked.ok ? {} : explain(asked.errors, t),
    query: asked.ok ? asked.value : undefined,
    answer,
    rooms: (await listRooms(db)).filter(({ bookable }) => bookable),
    people: await listPeople(db),
    parts: await request.ask('sessions.form-parts', { session_id: null, values, errors: {} })
  }
}
