import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Acted } from '../doors.ts'
import { allow } from '../doors.ts'
import { notFound } from '../errors.ts'
import type { Host } from '../host.ts'
import { listInvitations } from '../people/invitations.ts'
import { mirrorNow } from '../people/mirror.ts'
import { keepsMails, listMails } from '../pages/outbox.ts'
import { roles } from '../plugin.ts'
import type { memberActions } from './member-actions.ts'
import { listMembers } from './members-queries.ts'

/** Who belongs to the studio, who is invited, who may do what. */
export function memberPages(app: FastifyInstance, host: Host, actions: ReturnType<typeof memberActions>): void {
  const manage = allow('studio.manage_members')

  app.get('/members', manage, async (request, reply) => reply.page('studio/members', await shown(host, request)))

  app.post('/members/invitations', manage, async (request, reply) => {
    const invited = await request.act(actions.invite)
    return answer(host, request, reply, invited, 'members.invited')
  })

  app.post('/members/invitations/:id/letter', manage, async (request, reply) => {
    const sent = await request.act(actions.resend, { invitation_id: request.recordId() })
    return answer(host, request, reply, sent, 'members.resent')
  })

  app.post('/members/invitations/:id/revocation', manage, async (request, reply) => {
    const revoked = await request.act(actions.revoke, { invitation_id: request.recordId() })
    return answer(host, request, reply, revoked, 'members.revoked')
  })

  app.post('/members/:id/role', manage, async (request, reply) => {
    const changed = await request.act(actions.change, { person_id: request.recordId() })
    return answer(host, request, reply, changed, 'members.role_changed')
  })

  app.post('/members/:id/removal', manage, async (request, reply) => {
    const removed = await request.act(actions.remove, { person_id: request.recordId() })
    return answer(host, request, reply, removed, 'members.removed')
  })

  app.post('/departure', allow('studio.leave'), async (request, reply) => {
    const left = await request.act(actions.leave)
    if (!left.ok) return reply.flash('members.errors.last_owner', 'bad').redirect('/studios', 303)
    await mirrorNow(host, request.studio.id)
    return reply.flash('members.left').redirect('/studios', 303)
  })

  app.get('/permissions', allow('member'), async (request, reply) =>
    reply.page('studio/permissions', {
      title: request.words().t('members.permissions'),
      roles,
      groups: matrix(host, request)
    })
  )

  // owners only: whoever reads an owner's invitation could accept it
  app.get('/outbox', allow('studio.change_settings'), async (request, reply) => {
    if (!keepsMails(host)) throw notFound()
    const page = await listMails(host.tenants.master, request.query as Record<string, string>, request.studio.id)
    return reply.page('pages/outbox', { title: request.words().t('outbox.title'), ...page, origin: host.origin })
  })
}

/** The page again with what was wrong, or a sentence about what was done. */
async function answer(
  host: Host,
  request: FastifyRequest,
  reply: FastifyReply,
  outcome: Acted<unknown>,
  done: string
): Promise<FastifyReply> {
  if (!outcome.ok) return reply.code(422).page('studio/members', { ...(await shown(host, request)), ...outcome })
  await mirrorNow(host, request.studio.id)
  return reply.flash(done).redirect(`${request.base}/members`, 303)
}

async function shown(host: Host, request: FastifyRequest): Promise<Record<string, unknown>> {
  const { master } = host.tenants
  const { id } = request.studio
  const members = await listMembers(master, id)
  const invitations = await listInvitations(master, id)
  // only an owner makes or unmakes another
  const grantable = roles.filter(role => role !== 'owner' || request.actor.role === 'owner')
  const outbox = keepsMails(host) && request.can('studio.change_settings')
  return {
    title: request.words().t('members.title'),
    members,
    invitations,
    grantable,
    own_role: request.actor.role,
    outbox
  }
}

/** Permissions by plugin, of those that are on: which roles have each. */
function matrix(host: Host, request: FastifyRequest) {
  return request.switched.plugins
    .map(plugin => ({
      plugin: plugin.id,
      rows: Object.keys(plugin.permissions ?? {}).map(permission => ({
        label: permission.replace('.', '.permissions.'),
        roles: roles.map(role => host.permissionsOf(role).has(permission))
      }))
    }))
    .filter(({ rows }) => rows.length > 0)
}
