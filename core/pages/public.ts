import type { FastifyInstance } from 'fastify'
import type { Host } from '../host.ts'
import { accountPages } from './account.ts'
import { confirmPages } from './confirm.ts'
import { forgottenPages } from './forgotten.ts'
import { invitationPages } from './invitations.ts'
import { outboxPage } from './outbox.ts'
import { signInPages } from './sign-in.ts'
import { signUpPages } from './sign-up.ts'
import { studioPages } from './studios.ts'

/** Pages outside any studio: everything about people themselves. Those of `person` lead to the sign-in and back. */
export async function publicPages(app: FastifyInstance, host: Host): Promise<void> {
  await app.register(async pages => {
    pages.addHook('onRequest', async (request, reply) => {
      const { access } = request.routeOptions.config
      if (access === 'person' && !request.person) return host.people.turnAway(request, reply)
      return undefined
    })
    signUpPages(pages, host)
    signInPages(pages, host)
    forgottenPages(pages, host)
    confirmPages(pages, host)
    invitationPages(pages, host)
    studioPages(pages, host)
    accountPages(pages, host)
    outboxPage(pages, host)
  })
}
