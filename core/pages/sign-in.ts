import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Account } from '../people/accounts.ts'
import { findAccount, rehashPassword } from '../people/accounts.ts'
import { countTry, forgetTries, forgiveTry } from '../people/attempts.ts'
import { allow } from '../doors.ts'
import { refuse } from '../errors.ts'
import { email, form, optionalText } from '../forms.ts'
import { networkOf } from '../guards.ts'
import type { Host } from '../host.ts'
import { checkPassword, hashPassword, knownPassword } from '../people/passwords.ts'
import { ownPath } from './next.ts'
import { again, submit } from './submit.ts'

const SignInForm = form({ email: email(), password: knownPassword(), next: optionalText(2000) })

/** Coming in and going out. */
export function signInPages(app: FastifyInstance, host: Host): void {
  const titled = (request: FastifyRequest) => ({ title: request.words().t('sign_in.title') })

  app.get('/sign-in', allow('public'), async (request, reply) => {
    const next = ownPath((request.query as Record<string, unknown>)['next'])
    if (request.person) return reply.redirect(next, 303)
    return reply.page('pages/sign-in', { ...titled(request), values: { next } })
  })

  app.post('/sign-in', allow('public'), async (request, reply) => {
    const outcome = await submit(request, SignInForm, async given => {
      const account = await recognise(host, request, given)
      await host.people.signIn(request, reply, account.id)
      return ownPath(given.next)
    })
    if (!outcome.ok) return again(reply, outcome, 'pages/sign-in', titled(request))
    return reply.redirect(outcome.value, 303)
  })

  app.post('/sign-out', allow('public'), async (request, reply) => {
    const user = await host.people.signOut(request, reply)
    if (user !== undefined) await host.bus.say(host.tenants.master, { kind: 'person', user })
    const next = ownPath((request.body as Record<string, unknown> | undefined)?.['next'])
    return reply.header('clear-site-data', '"cache", "storage"').redirect(next === '/' ? '/sign-in' : next, 303)
  })
}

/**
 * The account of an address and password. Tries are counted before they are looked at, per account and per network,
 * whether or not the account exists; an unknown one takes as long and is answered as a wrong password is.
 * @throws Refusal when they do not fit; Failure 429 after too many failures.
 */
async function recognise(
  host: Host,
  request: FastifyRequest,
  given: { email: string; password: string }
): Promise<Account> {
  const { master } = host.tenants
  const network = `sign-in-network:${networkOf(request.ip)}`
  const key = accountKey(given.email)
  await countTry(master, network, { tries: host.env.SIGN_IN_TRIES * 10, minutes: 15 })
  await countTry(master, key, { tries: host.env.SIGN_IN_TRIES, minutes: 15 })
  const account = await findAccount(master, given.email)
  const { right, outdated } = await checkPassword(given.password, account?.password_hash)
  if (!right || !account || account.disabled_at) {
    request.log.warn({ user: account?.id }, 'a sign-in failed')
    throw refuse({ '': 'sign_in.errors.wrong' })
  }
  await forgetTries(master, key)
  await forgiveTry(master, network)
  if (outdated) await rehashPassword(master, account, await hashPassword(given.password))
  request.log.info({ user: account.id }, 'signed in')
  return account
}

/** What failed tries of one account are counted under. */
export const accountKey = (email: string): string => `sign-in-account:${email}`
