import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Knex } from 'knex'
import { allow } from '../doors.ts'
import { notFound } from '../errors.ts'
import type { Host } from '../host.ts'
import { cursor } from '../lists.ts'

/** A mail that was never sent, because there is no SMTP server. */
export interface KeptMail {
  id: number
  recipient: string
  subject: string
  text: string
  created_at: Date
  /** Its files: what they are called, and how many bytes. */
  attachments: { name: string; bytes: number }[]
}

/**
 * `/outbox`: mails of the demo, links that sign in included. Only without an SMTP server, in an installation that is
 * reached by a loopback name, from this machine: nobody else is ever shown it.
 */
export function outboxPage(app: FastifyInstance, host: Host): void {
  app.get('/outbox', allow('public'), async (request, reply) => {
    if (!keepsMails(host) || !isThisMachine(host, request)) throw notFound()
    const page = await listMails(host.tenants.master, request.query as Record<string, string>)
    const { t } = request.words()
    return reply.page('pages/outbox', { title: t('outbox.title'), wide: true, ...page, origin: host.origin })
  })
}

/** Mails are to be read here: there is no SMTP server, and this is the demo. */
export function keepsMails({ mailer, env }: Host): boolean {
  return !mailer.sends && (env.DEMO ?? env.DATABASE_URL === undefined)
}

/** Mails that wait, of one studio or of all, the latest first, 30 a page. */
export async function listMails(
  db: Knex,
  query: Record<string, string>,
  organization_id?: number
): Promise<{ rows: KeptMail[]; next: string | undefined }> {
  const [before] = cursor.read(query['after'], 1) ?? []
  const rows = await db('mails')
    .whereNull('sent_at')
    .where(where => {
      if (organization_id !== undefined) void where.where({ organization_id })
      if (typeof before === 'number') void where.where('id', '<', before)
    })
    .orderBy('id', 'desc')
    .limit(31)
    .select<KeptMail[]>(
      'id',
      'recipient',
      'subject',
      'text',
      'created_at',
      db.raw(`(select coalesce(jsonb_agg(jsonb_build_object('name', name, 'bytes', length(content)) order by position), '[]')
        from mail_attachments where mail_id = mails.id) as attachments`)
    )
  const shown = rows.slice(0, 30)
  return { rows: shown, next: rows.length > 30 ? cursor.write(shown.at(-1)?.id ?? 0) : undefined }
}

/** A request that a proxy passes on comes from loopback too: it gives itself away by the name it was asked for. */
function isThisMachine(host: Host, request: FastifyRequest): boolean {
  const forwarded = ['x-forwarded-for', 'forwarded', 'via'].some(name => request.headers[name] !== undefined)
  const names = [new URL(host.origin).hostname, request.hostname]
  const local = names.every(name => ['localhost', '127.0.0.1', '[::1]', '::1'].includes(name))
  return local && !forwarded && /^(127\.|::1$|::ffff:127\.)/.test(request.ip)
}
