import { allow } from '@patchbay/core'
import { Failure } from '@patchbay/core/errors'
import { sendRange } from '@patchbay/core/storage'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { letIn, nothingHere, packagePage, recipientAt, recipientOf, shutPage, tokenIn } from './guest.ts'
import type { Recipient, Shut } from './guest.ts'
import { manifestJson, manifestText, sums } from './manifest.ts'
import type { Paper } from './manifest.ts'
import { pack, withFreeNames } from './package.ts'
import type { PackedFile } from './file-queries.ts'
import type { Delivery } from './queries.ts'
import { takeDelivery } from './receiving.ts'
import { noteDone } from './visits.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whoever is in by the address of this package. */
    recipient: Recipient
  }
}

const receive = allow('deliveries.receive')
/** To ask for its head is not to take it. */
const taking = { ...receive, exposeHeadRoute: false }

/** A package for whom it is: seen, heard, and taken when its gate is open. */
export function openRoutes(app: FastifyInstance): void {
  onlyRecipients(app)

  app.get('/:token', receive, async (request, reply) => {
    return show(request, reply, await recipientAt(request, reply))
  })

  app.post('/:token', receive, async (request, reply) => {
    const recipient = await letIn(request, reply)
    if ('why' in recipient) return show(request, reply, recipient)
    return reply.redirect(`${request.base}/deliveries/${tokenIn(request)}`, 303)
  })

  app.get('/:token/package.zip', taking, async (request, reply) => {
    const { delivery, files, taking_id } = await take(request, null)
    const { stream, bytes } = await pack(
      { db: request.db, folder: request.folder },
      files,
      await papersOf(request, delivery, files),
      () => isIn(request)
    )
    request.headers['x-no-compression'] = '1' // its length is known
    whenSent(reply, () => noteDone(request.db, taking_id))
    return reply
      .type('application/zip')
      .header('content-length', bytes)
      .header('content-disposition', named(delivery.title))
      .send(stream)
  })

  app.get('/:token/files/:id', taking, async (request, reply) => {
    const { file, taking_id } = await take(request, request.recordId())
    if (request.headers.range === undefined) whenSent(reply, () => noteDone(request.db, taking_id))
    return sendRange(request, reply, file?.file_id, { ...(file && { name: file.name }) })
  })
}

/** Behind the page itself nothing is there for who is not in: asked at every request, so that what is revoked ends at once. */
function onlyRecipients(app: FastifyInstance): void {
  app.decorateRequest('recipient', null as never)
  app.addHook('preHandler', async request => {
    if (request.routeOptions.url?.endsWith('/:token')) return
    const recipient = await recipientOf(request)
    if (!recipient) throw await nothingHere(request)
    request.recipient = recipient
  })
}

async function show(request: FastifyRequest, reply: FastifyReply, recipient: Recipient | Shut): Promise<FastifyReply> {
  if (!('why' in recipient)) return reply.page('deliveries/open', await packagePage(request, recipient))
  const codes = { password: 422, too_many: 429, revoked: 410, expired: 410 }
  if (recipient.why !== null) void reply.code(codes[recipient.why])
  return reply.page('deliveries/shut', shutPage(request, recipient))
}

/** Takes one file or all, on record, in the name of whom it is for. */
async function take(request: FastifyRequest, file_id: number | null) {
  const { recipient } = request.recipient.delivery
  request.actor = { ...request.actor, name: recipient ?? request.actor.name }
  request.body = {}
  const key = request.cookies['guest'] ?? ''
  const taken = await request.act(takeDelivery, { token: tokenIn(request), key, file_id })
  if (!taken.ok) throw new Failure(409, 'deliveries.errors.shut')
  return taken.value
}

/** What goes with the sound: manifest, sums, and the papers that others write. */
async function papersOf(request: FastifyRequest, delivery: Delivery, files: readonly PackedFile[]): Promise<Paper[]> {
  const { project_id, language, with_notes, with_report } = delivery
  const audio_ids = files.map(({ audio_id }) => audio_id)
  const wanted = [...(with_notes ? (['notes'] as const) : []), ...(with_report ? (['report'] as const) : [])]
  const written: Paper[] = []
  for (const which of wanted)
    for (const papers of await request.ask('projects.papers', { project_id, audio_ids, which, language }))
      written.push(...papers)
  const papers = withFreeNames(written, files)
  const by = { studio: request.studio.name, at: new Date() }
  const own = [
    { name: 'manifest.json', content: Buffer.from(manifestJson(delivery, files, by)) },
    {
      name: 'manifest.txt',
      content: Buffer.from(manifestText(delivery, files, { ...by, ...request.wordsIn(language) }))
    }
  ]
  return [...own, { name: 'SHA256SUMS.txt', content: Buffer.from(sums(files, [...own, ...papers])) }, ...papers]
}

const isIn = async (request: FastifyRequest): Promise<boolean> => (await recipientOf(request)) !== undefined

/** Once all of it left this machine; not when the other side went away. */
function whenSent(reply: FastifyReply, then: () => Promise<unknown>): void {
  reply.raw.once('finish', () => {
    then().catch((error: unknown) => reply.log.error({ err: error }, 'a download went through and could not be noted'))
  })
}

function named(title: string): string {
  const saved = encodeURIComponent(title.replace(/[\p{Cc}/\\:*?"<>|]/gu, ' ').trim() || 'package').replace(
    /['()*]/g,
    '_'
  )
  return `attachment; filename*=UTF-8''${saved}.zip`
}
