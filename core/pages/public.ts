import type { FastifyInstance } from 'fastify'
import type { Host } from '../host.ts'
import { allow } from '../doors.ts'

/** Pages outside any studio. */
export async function publicPages(app: FastifyInstance, _host: Host): Promise<void> {
  app.get('/', allow('public'), async (request, reply) => {
    const [first] = request.person?.memberships ?? []
    return reply.redirect(first ? `/s/${first.slug}/` : request.person ? '/studios' : '/sign-in', 303)
  })
}
