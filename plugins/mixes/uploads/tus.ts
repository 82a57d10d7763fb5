import { allow, notFound } from '@patchbay/core'
import { Failure } from '@patchbay/core/errors'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Readable } from 'node:stream'
import { dismissUpload, receiveUpload, startUpload } from './actions.ts'
import { largest } from './cleaning.ts'
import { arrived } from './places.ts'
import { findUpload } from './queries.ts'
import type { Upload } from './queries.ts'
import { writeOn } from './receiving.ts'

/*
 * tus 1.0.0 with creation, creation's limit and termination (https://tus.io/protocols/resumable-upload): a file in pieces,
 * each of which may break off anywhere. How far an upload is, is the length of its file: nothing else must be kept in step.
 */

const bytesType = 'application/offset+octet-stream'

export async function tusRoutes(app: FastifyInstance): Promise<void> {
  const upload = allow('mixes.upload')
  // a body of bytes is read by whoever writes it
  app.addContentTypeParser(bytesType, (_request, payload, done) => done(null, payload))
  app.addHook('onSend', async (_request, reply) => {
    reply.header('tus-resumable', '1.0.0').header('tus-version', '1.0.0')
    reply.header('tus-extension', 'creation,termination').header('tus-max-size', largest)
  })

  app.post('/uploads', upload, async (request, reply) => begin(request, reply))

  app.get('/uploads/:key', { ...upload, exposeHeadRoute: true }, async (request, reply) => {
    const { state, bytes, problem, name, offset } = await stateOf(request)
    reply.header('upload-offset', offset).header('upload-length', bytes).header('cache-control', 'no-store')
    return reply.send({ state, bytes, problem, name, offset })
  })

  app.patch('/uploads/:key', upload, async (request, reply) => goOn(request, reply))

  app.delete('/uploads/:key', upload, async (request, reply) => {
    const ended = await request.act(dismissUpload, { key: (await ownUpload(request)).key })
    return reply.code(ended.ok ? 204 : 422).send()
  })
}

/** `POST /uploads`: the file's length and what it is to be come in headers, as tus has them, or as a form. */
async function begin(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const length = request.headers['upload-length']
  const announced = {
    ...metadataOf(request.headers['upload-metadata']),
    ...(length === undefined ? {} : { bytes: String(length) })
  }
  const begun = await request.act(startUpload, announced)
  if (!begun.ok) return reply.code(422).send({ errors: begun.errors })
  const { key } = begun.value
  return reply.code(201).header('location', `${request.base}/mixes/uploads/${key}`).header('upload-offset', 0).send()
}

/** `PATCH /uploads/:key`: the next bytes. With the last of them the upload is handed over. */
async function goOn(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const upload = await ownUpload(request)
  const { body } = request
  if (!(body instanceof Readable)) throw new Failure(415, 'content_type')
  if (request.headers['tus-resumable'] !== '1.0.0') throw new Failure(412, 'mixes.uploads.errors.tus')
  const offset = request.headers['upload-offset']
  if (typeof offset !== 'string' || !/^\d{1,15}$/.test(offset)) throw new Failure(400, 'invalid')
  if (upload.state === 'gone' || upload.state === 'refused') throw new Failure(410, 'mixes.uploads.errors.gone')
  // all of it came, and the answer that said so was lost
  const here = upload.state === 'receiving' ? await writeOn(request, upload, Number(offset), body) : upload.bytes
  if (upload.state === 'receiving' && here === upload.bytes) {
    request.body = {}
    await request.act(receiveUpload, { key: upload.key })
  }
  return reply.code(204).header('upload-offset', here).send()
}

async function stateOf(request: FastifyRequest): Promise<Upload & { offset: number }> {
  const upload = await ownUpload(request)
  if (upload.state === 'gone') throw new Failure(410, 'mixes.uploads.errors.gone')
  const offset = upload.state === 'receiving' ? await arrived(request.folder, upload.key) : upload.bytes
  return { ...upload, offset }
}

/** The upload of the address, which whoever asks began. */
async function ownUpload(request: FastifyRequest): Promise<Upload> {
  const { key } = request.params as { key: string }
  const upload = /^[0-9a-f]{32}$/.test(key) ? await findUpload(request.db, key) : undefined
  if (!upload || upload.person_id !== request.actor.id) throw notFound()
  return upload
}

/** `name bWl4LndhdQ==,project_id MTI=` */
function metadataOf(header: string | string[] | undefined): Record<string, string> {
  const pairs = String(header ?? '')
    .split(',')
    .map(pair => pair.trim().split(' '))
    .filter(([key]) => key)
  return Object.fromEntries(pairs.map(([key = '', value = '']) => [key, Buffer.from(value, 'base64').toString()]))
}
