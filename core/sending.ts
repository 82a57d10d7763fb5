import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Range } from './folder.ts'
import { fileOf } from './stored.ts'
import type { StoredFile } from './stored.ts'

/**
 * Answers with a file of this studio: a picture to look at, anything else to save. An address with `?v=<id>` is kept by the
 * browser for good; another is asked for again. @throws notFound when there is no such file, or no id.
 */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  id: number | null | undefined
): Promise<FastifyReply> {
  const file = await fileOf(request.db, id)
  if (describe(request, reply, file)) return reply.code(304).send()
  const stream = await request.folder.of(file.key).read(file.key)
  const inline = file.media_type.startsWith('image/')
  return reply
    .type(file.media_type)
    .header('content-length', file.bytes)
    .header('content-disposition', disposition(inline, `${file.name}.${file.media_type.split('/')[1]}`))
    .send(stream)
}

/**
 * Answers with a file of this studio, or with the part of it that the request names: what players seek in. Says 206, 304 or
 * 416 where that is the answer, and to HEAD what GET would say. `name`, with its ending, is what a browser saves it as;
 * `inline` lets it be played where it is; `media_type` stands in for the stored one.
 * @throws notFound when there is no such file, or no id.
 */
export async function sendRange(
  request: FastifyRequest,
  reply: FastifyReply,
  id: number | null | undefined,
  { name, inline = false, media_type }: { name?: string; inline?: boolean; media_type?: string } = {}
): Promise<FastifyReply> {
  const file = await fileOf(request.db, id)
  request.headers['x-no-compression'] = '1' // compressed, its bytes would be others
  reply.header('accept-ranges', 'bytes')
  if (describe(request, reply, file)) return reply.code(304).send()
  const range = rangeOf(request, String(reply.getHeader('etag')), file.bytes)
  if (range === 'none') {
    return reply.code(416).header('content-range', `bytes */${file.bytes}`).header('content-length', 0).send()
  }
  const saved = name ?? `${file.name}.${file.media_type.split('/')[1]}`
  reply
    .type(media_type ?? file.media_type)
    .header('content-length', range ? range.end - range.start + 1 : file.bytes)
    .header('content-disposition', disposition(inline, saved))
  if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${file.bytes}`)
  // fastify would read the whole stream to throw it away
  if (request.method === 'HEAD') return reply.send(Readable.from([]))
  return reply.send(await request.folder.of(file.key).read(file.key, range))
}

/** Says what can be kept how long. True: whoever asks has it already. */
function describe(request: FastifyRequest, reply: FastifyReply, file: StoredFile): boolean {
  const etag = `"${file.sha256.toString('base64url')}"`
  const forGood = (request.query as { v?: unknown }).v === String(file.id)
  reply
    .header('cache-control', forGood ? 'private, max-age=31536000, immutable' : 'private, no-cache')
    .header('etag', etag)
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('x-content-type-options', 'nosniff')
  return (request.headers['if-none-match'] ?? '').split(/\s*,\s*/).includes(etag)
}

function disposition(inline: boolean, name: string): string {
  const saved = encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, '_')
  return `${inline ? 'inline' : 'attachment'}; filename*=UTF-8''${saved}`
}

/** What is asked for of `bytes` bytes: a part, nothing that is there, or undefined for all. Of several parts, all is sent. */
function rangeOf({ headers }: FastifyRequest, etag: string, bytes: number): Range | 'none' | undefined {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.range ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined
  if (headers['if-range'] !== undefined && headers['if-range'] !== etag) return undefined
  if (first === '') return last === '0' ? 'none' : { start: Math.max(0, bytes - Number(last)), end: bytes - 1 }
  const start = Number(first)
  const end = last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1)
  if (last !== '' && Number(last) < start) return undefined
  return start < bytes ? { start, end } : 'none'
}
