import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { action } from '../actions.ts'
import { allow } from '../doors.ts'
import { notFound, refuse } from '../errors.ts'
import { choice, form, id, text } from '../forms.ts'
import type { Host } from '../host.ts'
import type { Db } from '../plugin.ts'
import { hashToken, newToken } from '../secrets.ts'

const atMost = 20

export const TokenForm = form({
  name: text(80),
  permissions: z
    .union([z.array(z.string()), z.string().transform(one => [one])], 'fields.required')
    .pipe(z.array(z.string()).max(500)),
  days: choice('30', '90', '365', 'never')
})

/**
 * A personal token: this person, this studio, some of their own permissions. Its text is in the result and nowhere else.
 * Neither this action nor the next is open to the API: a token cannot outlive itself by making another.
 */
export const createToken = action({
  name: 'studio.create_token',
  permission: 'studio.use_api',
  input: TokenForm,
  scope: 'organization',
  async run({ db, studio, person, can }, { name, permissions, days }) {
    if (!permissions.every(can)) throw refuse({ permissions: 'studio.errors.permissions' })
    const mine = { organization_id: studio.id, user_id: person.id }
    // the person's row is locked, so that two forms at once do not pass the limit together
    await db('users').where({ id: person.id }).forUpdate().first('id')
    const [held] = await db('api_tokens').where(mine).count<{ count: number }[]>('* as count')
    if (Number(held?.count) >= atMost) throw refuse({ '': 'studio.tokens.too_many' })
    const token = `patchbay_${newToken().token}`
    const [row] = await db('api_tokens')
      .insert({
        ...mine,
        name,
        token_hash: hashToken(token),
        permissions,
        expires_at: days === 'never' ? null : db.raw('now() + ?::interval', [`${days} days`])
      })
      .returning<{ id: number }[]>('id')
    return { id: row?.id ?? 0, name, token }
  },
  about: ({ id }) => ({ token: id })
})

/** Ends one of one's own tokens at once. */
export const revokeToken = action({
  name: 'studio.revoke_token',
  permission: 'studio.use_api',
  input: form({ id: id() }),
  scope: 'organization',
  about: (_, { id }) => ({ token: id }),
  async run({ db, studio, person }, { id }) {
    const gone = await db('api_tokens').where({ id, organization_id: studio.id, user_id: person.id }).delete()
    if (gone === 0) throw notFound()
  }
})

/** One's own tokens in this studio, newest first. */
export function listTokens(master: Db, studioId: number, userId: number) {
  return master('api_tokens')
    .where({ organization_id: studioId, user_id: userId })
    .orderBy('id', 'desc')
    .select('id', 'name', 'permissions', 'created_at', 'last_used_at', 'expires_at')
}

export function tokenPages(app: FastifyInstance, host: Host): void {
  const mayUse = allow('studio.use_api')

  app.get('/tokens', mayUse, async (request, reply) => {
    return reply.page('studio/tokens', await tokensView(host, request, { values: { days: '90' }, errors: {} }))
  })

  app.post('/tokens', mayUse, async (request, reply) => {
    const outcome = await request.act(createToken)
    if (!outcome.ok) return reply.code(422).page('studio/tokens', await tokensView(host, request, outcome))
    // shown once, here: no address leads to it again
    const shown = { made: outcome.value, values: { days: '90' }, errors: {} }
    return reply.code(201).page('studio/tokens', await tokensView(host, request, shown))
  })

  app.post('/tokens/:id/revocation', mayUse, async (request, reply) => {
    const outcome = await request.act(revokeToken, { id: request.recordId() })
    if (!outcome.ok) return reply.code(422).page('studio/tokens', await tokensView(host, request, outcome))
    return reply.flash('studio.tokens.revoked').redirect(`${request.base}/tokens`, 303)
  })
}

async function tokensView(host: Host, request: FastifyRequest, shown: object) {
  const { t } = request.words()
  const permissions = [...host.permissions.keys()].filter(name => request.can(name))
  return {
    ...shown,
    title: t('studio.tokens.title'),
    tokens: await listTokens(host.tenants.master, request.studio.id, request.actor.id ?? 0),
    permissions: permissions
      .filter(name => request.switched.on(name.split('.')[0] ?? ''))
      .map(name => ({ value: name, label: t(name.replace('.', '.permissions.')) }))
  }
}
