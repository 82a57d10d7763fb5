import type { FastifyInstance } from 'fastify'
import { answerPages } from './crew/open-routes.ts'
import { holdPages } from './holds/open-routes.ts'

/** Pages behind private links, for people who cannot sign in. */
export async function openPages(app: FastifyInstance): Promise<void> {
  answerPages(app)
  holdPages(app)
}
