import type { FastifyInstance, FastifyRequest } from 'fastify'
import { changePassword, confirmEmail, findAccount, noteInTrail } from '../people/accounts.ts'
import { countTry, forgetTries } from '../people/attempts.ts'
import { allow } from '../doors.ts'
import { Failure, refuse } from '../errors.ts'
import { email, form } from '../forms.ts'
import { networkOf } from '../guards.ts'
import type { Host } from '../host.ts'
import { addJob } from '../jobs.ts'
import { noticeLetter, resetLetter } from '../people/letters.ts'
import { addLink, findLink, takeLink } from '../people/mail-links.ts'
import { hashPassword, newPassword, weakness } from '../people/passwords.ts'
import { accountKey } from './sign-in.ts'
import { again, submit } from './submit.ts'

const ForgotForm = form({ email: email() })
const ResetForm = form({ password: newPassword() })

/** A forgotten password: a link by mail, and the form behind it. */
export function forgottenPages(app: FastifyInstance, host: Host): void {
  const { master } = host.tenants
  const forgot = (request: FastifyRequest) => ({ title: request.words().t('forgot.title') })
  const reset = (request: FastifyRequest) => ({ title: request.words().t('reset.title') })

  app.get('/forgot', allow('public'), async (request, reply) => reply.page('pages/forgot', forgot(request)))

  app.post('/forgot', allow('public'), async (request, reply) => {
    const outcome = await submit(request, ForgotForm, async ({ email }) => {
      await countTry(master, `forgot-network:${networkOf(request.ip)}`, { tries: 30, minutes: 15 })
      // the job finds out whether there is such an account: here nothing depends on it, neither words nor time
      await addJob(master, 'reset', { email }, `reset:${email}`)
      return email
    })
    if (!outcome.ok) return again(reply, outcome, 'pages/forgot', forgot(request))
    return reply.page('pages/forgot-sent', { ...forgot(request), email: outcome.value })
  })

  app.get('/reset/:token', allow('public'), async (request, reply) => {
    const link = await findLink(master, 'reset', tokenOf(request))
    if (!link) return reply.code(404).page('pages/link-gone', { ...reset(request), again: '/forgot' })
    return reply.page('pages/reset', { ...reset(request), email: link.email })
  })

  app.post('/reset/:token', allow('public'), async (request, reply) => {
    const known = await findLink(master, 'reset', tokenOf(request))
    if (!known) return reply.code(404).page('pages/link-gone', { ...reset(request), again: '/forgot' })
    const outcome = await submit(request, ResetForm, ({ password }) => renew(host, request, known, password))
    if (!outcome.ok) return again(reply, outcome, 'pages/reset', { ...reset(request), email: known.email })
    return reply.flash('reset.done').redirect('/sign-in', 303)
  })
}

/** The token of a mailed address. */
export const tokenOf = (request: FastifyRequest): string => (request.params as { token: string }).token

/** Mails a link to the account of an address, when there is one; at most five in 15 minutes. */
export async function mailReset(host: Host, email: string): Promise<void> {
  const { master } = host.tenants
  const account = await findAccount(master, email)
  if (!account || account.disabled_at) return
  try {
    await countTry(master, `forgot-account:${email}`, { tries: 5, minutes: 15 })
  } catch (error) {
    if (error instanceof Failure && error.status === 429) return
    throw error
  }
  await master.transaction(async trx => {
    const token = await addLink(trx, account.id, 'reset')
    await host.mailer.queue(trx, resetLetter(host, account, token))
  })
}

/** Consumes the link and sets the password; whoever was signed in is out. The link also proves the address. */
async function renew(
  host: Host,
  request: FastifyRequest,
  known: { email: string; name: string },
  password: string
): Promise<void> {
  const weak = weakness(password, [known.email, known.name])
  if (weak) throw refuse({ password: weak })
  const password_hash = await hashPassword(password)
  await host.tenants.master.transaction(async trx => {
    const link = await takeLink(trx, 'reset', tokenOf(request))
    if (!link) throw new Failure(404, 'link_gone')
    const { user_id: id, name, email } = link
    await changePassword(trx, id, password_hash, undefined)
    await confirmEmail(trx, id, email)
    await forgetTries(trx, accountKey(email))
    const { locale } = request.words()
    await host.mailer.queue(trx, noticeLetter(host, { name, locale }, email, 'password_changed'))
    await noteInTrail(trx, { id, name }, 'account.password_reset', { ip: request.ip })
    await host.bus.say(trx, { kind: 'person', user: id })
  })
}
