import { action } from '../actions.ts'
import { findAccount } from '../people/accounts.ts'
import { forbidden, notFound, refuse } from '../errors.ts'
import { choice, email, form, id } from '../forms.ts'
import type { Host } from '../host.ts'
import { addInvitation, renewInvitation, revokeInvitation } from '../people/invitations.ts'
import { invitationLetter } from '../people/letters.ts'
import { mirrorLater } from '../people/mirror.ts'
import type { Actor, Db, Role } from '../plugin.ts'
import type { Studio } from '../database/tenants.ts'
import { changeRole, isMember, lockMembers, removeMember } from './members-queries.ts'
import type { Locked } from './members-queries.ts'

const role = () => choice('owner', 'manager', 'engineer', 'assistant')

/** Everything that changes who belongs to a studio, and as what. Only owners make and unmake owners; one always stays. */
export function memberActions(hostOf: () => Host) {
  const invite = action({
    name: 'studio.invite',
    permission: 'studio.manage_members',
    scope: 'organization',
    input: form({ email: email(), role: role() }),
    constraints: { invitations_open: ['email', 'members.errors.already_invited'] },
    async run({ db, studio, person }, { email, role }) {
      needOwner(await lockMembers(db, studio.id), person, role)
      if (await isMember(db, studio.id, email)) throw refuse({ email: 'members.errors.already_member' })
      const given = { organization_id: studio.id, email, role, invited_by: person.id }
      const { id, token } = await addInvitation(db, given)
      await mailInvitation(hostOf(), db, studio, person, { email, role, token })
      return { invitation_id: id }
    },
    about: ({ invitation_id }) => ({ invitation: invitation_id })
  })

  const resend = action({
    name: 'studio.resend_invitation',
    permission: 'studio.manage_members',
    scope: 'organization',
    input: form({ invitation_id: id() }),
    about: (_result, { invitation_id }) => ({ invitation: invitation_id }),
    async run({ db, studio, person }, { invitation_id }) {
      const renewed = await renewInvitation(db, studio.id, invitation_id)
      if (!renewed) throw notFound()
      needOwner(await lockMembers(db, studio.id), person, renewed.role)
      await mailInvitation(hostOf(), db, studio, person, renewed)
      return { invitation_id }
    }
  })

  const revoke = action({
    name: 'studio.revoke_invitation',
    permission: 'studio.manage_members',
    scope: 'organization',
    input: form({ invitation_id: id() }),
    about: (_result, { invitation_id }) => ({ invitation: invitation_id }),
    async run({ db, studio, person }, { invitation_id }) {
      const revoked = await revokeInvitation(db, studio.id, invitation_id)
      if (!revoked) throw notFound()
      needOwner(await lockMembers(db, studio.id), person, revoked.role)
      return { invitation_id }
    }
  })

  const change = action({
    name: 'studio.change_role',
    permission: 'studio.manage_members',
    scope: 'organization',
    input: form({ person_id: id(), role: role() }),
    about: (_result, { person_id }) => ({ user: person_id }),
    async run({ db, studio, person, changed, hint }, { person_id, role }) {
      const members = await lockMembers(db, studio.id)
      const before = members.get(person_id)
      if (!before) throw notFound()
      needOwner(members, person, before, role)
      keepAnOwner(members, person_id, role)
      await changeRole(db, studio.id, person_id, role)
      changed({ role: before }, { role })
      await mirrorLater(db, studio.id)
      hint({ kind: 'person', user: person_id })
      return { person_id, role }
    }
  })

  const remove = action({
    name: 'studio.remove_member',
    permission: 'studio.manage_members',
    scope: 'organization',
    confirm: true,
    input: form({ person_id: id() }),
    about: (_result, { person_id }) => ({ user: person_id }),
    async run({ db, studio, person, hint }, { person_id }) {
      const members = await lockMembers(db, studio.id)
      const role = members.get(person_id)
      if (!role) throw notFound()
      needOwner(members, person, role)
      keepAnOwner(members, person_id)
      await removeMember(db, studio.id, person_id)
      await mirrorLater(db, studio.id)
      hint({ kind: 'person', user: person_id })
      return { person_id }
    }
  })

  const leave = action({
    name: 'studio.leave',
    permission: 'studio.leave',
    scope: 'organization',
    confirm: true,
    input: form({}),
    async run({ db, studio, person, hint }) {
      const members = await lockMembers(db, studio.id)
      const person_id = person.id
      if (person_id === null || !members.has(person_id)) throw notFound()
      keepAnOwner(members, person_id)
      await removeMember(db, studio.id, person_id)
      await mirrorLater(db, studio.id)
      hint({ kind: 'person', user: person_id })
      return { person_id }
    },
    about: ({ person_id }) => ({ user: person_id })
  })

  return { invite, resend, revoke, change, remove, leave }
}

/**
 * Whoever makes or unmakes an owner must be one, by what the registry says now, not by what the request believed when it
 * came in. The command line may do anything.
 */
function needOwner(members: Locked, person: Actor, ...touched: Role[]): void {
  if (person.id === null) return
  const own = members.get(person.id)
  if (own !== 'owner' && own !== 'manager') throw forbidden()
  if (own !== 'owner' && touched.includes('owner')) throw refuse({ role: 'members.errors.owners_only' })
}

/** The rows are locked: of two owners who leave at once, the second sees that the first is gone. */
function keepAnOwner(members: Locked, person_id: number, role?: Role): void {
  const others = [...members].some(([id, kept]) => id !== person_id && kept === 'owner')
  if (members.get(person_id) === 'owner' && role !== 'owner' && !others)
    throw refuse({ role: 'members.errors.last_owner' })
}

async function mailInvitation(
  host: Host,
  db: Db,
  studio: Studio,
  person: Actor,
  { email, role, token }: { email: string; role: Role; token: string }
): Promise<void> {
  const account = await findAccount(db, email)
  const locale = account?.locale ?? studio.locale
  const letter = invitationLetter(host, { locale, to: email, studio: studio.name, inviter: person.name, role, token })
  await host.mailer.queue(db, { ...letter, organization_id: studio.id })
}
