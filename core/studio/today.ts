import type { FastifyInstance } from 'fastify'
import { allow } from '../doors.ts'
import { today } from '../time.ts'

/** Today, the studio's home: a frame whose lines the plugins give. */
export function todayPages(app: FastifyInstance): void {
  app.get('/', allow('member'), async (request, reply) => {
    const day = today(request.studio.timezone)
    const sections = await request.ask('core.today', { day })
    const steps = (await request.ask('core.first-steps', {})).flat().toSorted((a, b) => a.order - b.order)
    return reply.page('studio/today', { title: request.words().t('studio.nav.today'), day, sections, steps })
  })
}
