import type { FastifyInstance, FastifyRequest } from 'fastify'
import { addAccount, findAccount } from '../people/accounts.ts'
import { countTry } from '../people/attempts.ts'
import { allow } from '../doors.ts'
import { refuse } from '../errors.ts'
import { email, form, text } from '../forms.ts'
import { networkOf } from '../guards.ts'
import type { Host } from '../host.ts'
import { confirmLetter } from '../people/letters.ts'
import { addLink } from '../people/mail-links.ts'
import { hashPassword, newPassword, weakness } from '../people/passwords.ts'
import { createStudio } from '../database/provision.ts'
import type { Studio } from '../database/tenants.ts'
import { timezone } from './fields.ts'
import { again, submit } from './submit.ts'

const SignUpForm = form({
  studio_name: text(120),
  name: text(120),
  email: email(),
  password: newPassword(),
  timezone: timezone()
})

/** A person and their first studio, both or neither. */
export function signUpPages(app: FastifyInstance, host: Host): void {
  const titled = (request: FastifyRequest) => ({ title: request.words().t('sign_up.title') })

  app.get('/sign-up', allow('public'), async (request, reply) => {
    if (request.person) return reply.redirect('/studios/new', 303)
    return reply.page('pages/sign-up', titled(request))
  })

  app.post('/sign-up', allow('public'), async (request, reply) => {
    const outcome = await submit(request, SignUpForm, async given => {
      const { user_id, studio } = await signUp(host, request, given)
      await host.people.signIn(request, reply, user_id)
      return studio
    })
    if (!outcome.ok) return again(reply, outcome, 'pages/sign-up', titled(request))
    return reply.redirect(`${host.base(outcome.value)}/`, 303)
  })
}

async function signUp(
  host: Host,
  request: FastifyRequest,
  given: { studio_name: string; name: string; email: string; password: string; timezone: string }
): Promise<{ user_id: number; studio: Studio }> {
  const { tenants, mailer } = host
  const { name, email, password } = given
  const weak = weakness(password, [email, name, given.studio_name])
  if (weak) throw refuse({ password: weak })
  await countTry(tenants.master, `sign-up:${networkOf(request.ip)}`, { tries: host.env.SIGN_UP_TRIES, minutes: 15 })
  if (await findAccount(tenants.master, email)) throw refuse({ email: 'people.errors.email_taken' })
  const { locale } = request.words()
  const password_hash = await hashPassword(password)
  let user_id = 0
  const studio = await createStudio(tenants, {
    name: given.studio_name,
    locale,
    timezone: given.timezone,
    ip: request.ip,
    async inRegistry(trx) {
      user_id = await addAccount(trx, { email, name, password_hash, locale, confirmed: false })
      const token = await addLink(trx, user_id, 'confirm', email)
      await mailer.queue(trx, confirmLetter(host, { name, locale }, email, token))
      return { user_id }
    }
  })
  request.log.info({ user: user_id, studio: studio.slug }, 'signed up')
  return { user_id, studio }
}
