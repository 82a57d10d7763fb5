import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Knex } from 'knex'
import { addAccount, confirmEmail, findAccount, noteInTrail } from '../people/accounts.ts'
import { allow } from '../doors.ts'
import { Failure, refuse } from '../errors.ts'
import { form, text } from '../forms.ts'
import type { Host } from '../host.ts'
import { addMember, findInvitation, takeInvitation } from '../people/invitations.ts'
import type { Invitation } from '../people/invitations.ts'
import { mirrorLater, mirrorNow } from '../people/mirror.ts'
import { hashPassword, newPassword, weakness } from '../people/passwords.ts'
import { tokenOf } from './forgotten.ts'
import { again, submit } from './submit.ts'

const AcceptForm = form({})
const NewcomerForm = form({ name: text(120), password: newPassword() })

/** Behind an invitation's link: somebody new makes their account there, somebody known signs in first. */
export function invitationPages(app: FastifyInstance, host: Host): void {
  const { master } = host.tenants

  app.get('/invitations/:token', allow('public'), async (request, reply) => {
    const invitation = await findInvitation(master, tokenOf(request))
    if (!invitation) return reply.code(404).page('pages/link-gone', { title: request.words().t('invitation.title') })
    return reply.page('pages/invitation', await shown(host, request, invitation))
  })

  app.post('/invitations/:token', allow('public'), async (request, reply) => {
    const invitation = await findInvitation(master, tokenOf(request))
    if (!invitation) return reply.code(404).page('pages/link-gone', { title: request.words().t('invitation.title') })
    const outcome = request.person
      ? await submit(request, AcceptForm, () => accept(host, request, invitation))
      : await submit(request, NewcomerForm, async given => {
          const user_id = await welcome(host, request, invitation, given)
          await host.people.signIn(request, reply, user_id)
        })
    if (!outcome.ok) return again(reply, outcome, 'pages/invitation', await shown(host, request, invitation))
    return reply.flash('invitation.done').redirect(`${host.base(invitation)}/`, 303)
  })
}

/** `who` decides what the page offers: `same` accepts, `other` signs out, `known` signs in, `new` makes an account. */
async function shown(host: Host, request: FastifyRequest, invitation: Invitation): Promise<Record<string, unknown>> {
  const { person } = request
  const known = person ? undefined : await findAccount(host.tenants.master, invitation.email)
  const who = person ? (sameAddress(person, invitation) ? 'same' : 'other') : known ? 'known' : 'new'
  return { title: request.words().t('invitation.title'), invitation, who }
}

/** Somebody signed in, with the address that was invited. */
async function accept(host: Host, request: FastifyRequest, invitation: Invitation): Promise<void> {
  const { person } = request
  if (!person || !sameAddress(person, invitation)) throw refuse({ '': 'invitation.errors.other_address' })
  await host.tenants.master.transaction(trx => join(host, trx, request, invitation, person))
  await mirrorNow(host, invitation.organization_id)
}

/** Somebody new. Never touches an account that exists: whoever has one signs in. */
async function welcome(
  host: Host,
  request: FastifyRequest,
  invitation: Invitation,
  given: { name: string; password: string }
): Promise<number> {
  const { name, password } = given
  const weak = weakness(password, [invitation.email, name, invitation.studio])
  if (weak) throw refuse({ password: weak })
  const password_hash = await hashPassword(password)
  const { locale } = request.words()
  const { email } = invitation
  const id = await host.tenants.master.transaction(async trx => {
    const id = await addAccount(trx, { email, name, password_hash, locale, confirmed: true }).catch(asSignIn)
    await join(host, trx, request, invitation, { id, name })
    return id
  })
  await mirrorNow(host, invitation.organization_id)
  return id
}

async function join(
  host: Host,
  trx: Knex,
  request: FastifyRequest,
  invitation: Invitation,
  person: { id: number; name: string }
): Promise<void> {
  const { organization_id, email, role } = invitation
  if (!(await takeInvitation(trx, invitation.id))) throw new Failure(404, 'link_gone')
  await addMember(trx, organization_id, person.id, role)
  await confirmEmail(trx, person.id, email)
  await mirrorLater(trx, organization_id)
  const about = [`user:${person.id}`, `invitation:${invitation.id}`]
  await noteInTrail(trx, person, 'studio.accept_invitation', {
    ip: request.ip,
    organization_id,
    about,
    details: { role }
  })
  await host.bus.say(trx, { kind: 'person', user: person.id })
}

/** The account was made while this form was filled in. */
function asSignIn(): never {
  throw refuse({ '': 'invitation.errors.known' })
}

const sameAddress = (person: { email: string }, invitation: Invitation) =>
  person.email.toLowerCase() === invitation.email.toLowerCase()
