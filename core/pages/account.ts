import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import {
  accountOf,
  changePassword,
  changeProfile,
  endSignIn,
  endSignIns,
  findAccount,
  listSignIns,
  noteInTrail,
  studiosOf
} from '../people/accounts.ts'
import { countTry, forgetTries } from '../people/attempts.ts'
import { deviceName } from '../people/devices.ts'
import { allow } from '../doors.ts'
import { notFound, refuse } from '../errors.ts'
import { choice, email, form, optionalText, text } from '../forms.ts'
import type { Host } from '../host.ts'
import { confirmLetter, noticeLetter, takenLetter } from '../people/letters.ts'
import { addLink } from '../people/mail-links.ts'
import { mirrorLater, mirrorNow } from '../people/mirror.ts'
import { checkPassword, hashPassword, knownPassword, newPassword, weakness } from '../people/passwords.ts'
import { ownPath } from './next.ts'
import { accountKey } from './sign-in.ts'
import { personOf } from './studios.ts'
import { submit } from './submit.ts'
import type { Wrong } from './submit.ts'

const theme = () => choice('system', 'light', 'dark')
const ProfileForm = form({ name: text(120), locale: choice('fr', 'en'), theme: theme() })
const ThemeForm = form({ theme: theme(), back: optionalText(2000) })
const EmailForm = form({ email: email(), email_password: knownPassword() })
const PasswordForm = form({ current_password: knownPassword(), new_password: newPassword() })

/** Everybody's own page: who I am, how I sign in, where I am signed in. */
export function accountPages(app: FastifyInstance, host: Host): void {
  const { master } = host.tenants

  app.get('/account', allow('person'), async (request, reply) =>
    reply.page('pages/account', await shown(host, request))
  )

  app.post('/account', allow('person'), async (request, reply) => {
    const outcome = await submit(request, ProfileForm, given => saveProfile(host, request, given))
    if (!outcome.ok) return wrong(host, request, reply, 'profile', outcome)
    return reply.flash('account.saved').redirect('/account', 303)
  })

  app.post('/account/theme', allow('person'), async (request, reply) => {
    const outcome = await submit(request, ThemeForm, async ({ theme, back }) => {
      const { id } = personOf(request)
      await changeProfile(master, id, { theme })
      await host.bus.say(master, { kind: 'person', user: id })
      return ownPath(back)
    })
    if (!outcome.ok) return wrong(host, request, reply, 'profile', outcome)
    return reply.redirect(outcome.value, 303)
  })

  app.post('/account/email', allow('person'), async (request, reply) => {
    const outcome = await submit(request, EmailForm, given => askForEmail(host, request, given))
    if (!outcome.ok) return wrong(host, request, reply, 'email', outcome)
    return reply.flash('account.email_asked').redirect('/account', 303)
  })

  app.post('/account/password', allow('person'), async (request, reply) => {
    const outcome = await submit(request, PasswordForm, given => savePassword(host, request, given))
    if (!outcome.ok) return wrong(host, request, reply, 'password', outcome)
    return reply.flash('account.password_saved').redirect('/account', 303)
  })

  app.post('/account/sign-ins/:id/revocation', allow('person'), async (request, reply) => {
    const { id } = personOf(request)
    if (!(await endSignIn(master, id, request.recordId()))) throw notFound()
    await host.bus.say(master, { kind: 'person', user: id })
    return reply.flash('account.sign_in_ended').redirect('/account', 303)
  })

  app.post('/account/sign-ins/revocation', allow('person'), async (request, reply) => {
    const { id, sign_in_id } = personOf(request)
    await endSignIns(master, id, sign_in_id)
    await host.bus.say(master, { kind: 'person', user: id })
    return reply.flash('account.sign_ins_ended').redirect('/account', 303)
  })
}

/** What the page shows; `wrong` is the form to be corrected, if one is. */
async function shown(
  host: Host,
  request: FastifyRequest,
  wrong?: { form: string; outcome: Wrong }
): Promise<Record<string, unknown>> {
  const person = personOf(request)
  const rows = await listSignIns(host.tenants.master, person.id)
  const sign_ins = rows.map(row => ({ ...row, device: deviceName(row.device), current: row.id === person.sign_in_id }))
  const { name, locale, theme, email, email_confirmed } = person
  const title = request.words().t('account.title')
  return { title, wide: true, profile: { name, locale, theme }, email, email_confirmed, sign_ins, wrong }
}

async function wrong(host: Host, request: FastifyRequest, reply: FastifyReply, form: string, outcome: Wrong) {
  if (outcome.seconds !== undefined) reply.header('retry-after', String(outcome.seconds))
  return reply.code(outcome.status).page('pages/account', await shown(host, request, { form, outcome }))
}

type Profile = { name: string; locale: 'fr' | 'en'; theme: 'system' | 'light' | 'dark' }

async function saveProfile(host: Host, request: FastifyRequest, profile: Profile): Promise<void> {
  const { id } = personOf(request)
  const studios = await host.tenants.master.transaction(async trx => {
    await changeProfile(trx, id, profile)
    const studios = await studiosOf(trx, id)
    await mirrorLater(trx, ...studios)
    await host.bus.say(trx, { kind: 'person', user: id })
    return studios
  })
  await mirrorNow(host, ...studios)
}

/** Mails a link to the new address; the account changes when it is used. The answer is the same for one that is taken. */
async function askForEmail(
  host: Host,
  request: FastifyRequest,
  given: { email: string; email_password: string }
): Promise<void> {
  const person = personOf(request)
  const { email } = given
  await requirePassword(host, request, given.email_password, 'email_password')
  if (email === person.email.toLowerCase()) throw refuse({ email: 'account.errors.same_email' })
  await host.tenants.master.transaction(async trx => {
    const other = await findAccount(trx, email)
    if (other) return host.mailer.queue(trx, takenLetter(host, other))
    const token = await addLink(trx, person.id, 'confirm', email)
    return host.mailer.queue(trx, confirmLetter(host, person, email, token))
  })
}

/** A new password; every other sign-in ends. */
async function savePassword(
  host: Host,
  request: FastifyRequest,
  given: { current_password: string; new_password: string }
): Promise<void> {
  const person = personOf(request)
  await requirePassword(host, request, given.current_password, 'current_password')
  const studios = person.memberships.map(({ name }) => name)
  const weak = weakness(given.new_password, [person.email, person.name, ...studios])
  if (weak) throw refuse({ new_password: weak })
  const password_hash = await hashPassword(given.new_password)
  await host.tenants.master.transaction(async trx => {
    await changePassword(trx, person.id, password_hash, person.sign_in_id)
    await host.mailer.queue(trx, noticeLetter(host, person, person.email, 'password_changed'))
    await noteInTrail(trx, person, 'account.password_changed', { ip: request.ip })
    await host.bus.say(trx, { kind: 'person', user: person.id })
  })
}

/**
 * The person at the keyboard knows the password: a browser left open does not make somebody the owner of an account.
 * @throws Refusal on `field`; Failure 429 after too many wrong ones, counted with those of the sign-in.
 */
async function requirePassword(host: Host, request: FastifyRequest, password: string, field: string): Promise<void> {
  const { id, email } = personOf(request)
  const { master } = host.tenants
  const key = accountKey(email.toLowerCase())
  await countTry(master, key, { tries: host.env.SIGN_IN_TRIES, minutes: 15 })
  const account = await accountOf(master, id)
  const { right } = await checkPassword(password, account?.password_hash)
  if (!right) throw refuse({ [field]: 'account.errors.wrong_password' })
  await forgetTries(master, key)
}
