import type { FastifyInstance } from 'fastify'
import { together } from '../database/reading.ts'
import { allow } from '../doors.ts'
import { today } from '../time.ts'

/** Today, the studio's home: a frame whose lines the plugins give. */
export function todayPages(app: FastifyInstance): void {
  app.get('/', allow('member'), async (request, reply) => {
    const day = today(request.studio.timezone)
    const [sections, steps] = await together(request.db, db => [
      request.ask('core.today', { day }, db),
      request.ask('core.first-steps', {}, db)
    ])
    const title = request.words().t('studio.nav.today')
    return reply.page('studio/today', {
      title,
      day,
      sections,
      steps: steps.flat().toSorted((a, b) => a.order - b.order)
    })
  })
}
