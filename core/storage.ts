import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Knex } from 'knex'
import { codeOf } from './database/pg-errors.ts'
import { Failure, notFound, refuse } from './errors.ts'
import { encodePhoto } from './photos.ts'
import type { PhotoKind } from './photos.ts'
import type { Actor, Db } from './plugin.ts'

/*
 * A studio's files: bytes in its own folder, a row in its own database. What has a file refers to `files (id)`, and gives
 * it out by a route of its own, whose permission decides who sees it.
 */

/** Where files are kept: what an action's `run`, a job and a request have. `folder` is the studio's own. */
export interface Keeping {
  db: Db
  folder: string
  person?: Actor | undefined
}

/** A row of `files`. */
export interface StoredFile {
  id: number
  key: string
  /** What it is called when it is saved by a browser, without ending. */
  name: string
  media_type: string
  bytes: number
  sha256: Buffer
  /** Pixels; null for what is no picture. */
  width: number | null
  height: number | null
}

/**
 * Keeps a photo, as a form's `fields.optionalPhoto()` gives it: turned upright, without place, camera or any other metadata,
 * at most 1600 pixels a side (or `most`), as WebP, or as PNG for what documents print. Call it inside an action, before
 * rows are locked: it takes up to a second. When the transaction fails, the bytes go. Throws a refusal on `field` for what
 * is no photo by its content, or has too many pixels; Failure 507 when the disk is full.
 */
export async function savePhoto(
  { db, folder, person }: Keeping,
  content: Buffer,
  name: string,
  { field = 'photo', most, kind = 'webp' }: { field?: string; most?: number; kind?: PhotoKind } = {}
): Promise<{ id: number }> {
  const photo = await encodePhoto(content, most, kind)
  if (!photo) throw refuse({ [field]: 'fields.photo' })
  return keep({ db, folder, person }, { ...photo, name: name || 'photo', media_type: `image/${kind}` })
}

/**
 * Keeps bytes as they are: a document of ours, or one that came from elsewhere and whose kind its content proved. When the
 * transaction fails, the bytes go. Throws Failure 507 when the disk is full.
 */
export async function saveFile(
  keeping: Keeping,
  content: Buffer,
  { name, media_type }: { name: string; media_type: string }
): Promise<{ id: number; sha256: Buffer }> {
  return keep(keeping, { content, name, media_type, width: null, height: null })
}

/** The bytes of a file of this studio. @throws notFound when there is none, and what the disk says when it cannot be read. */
export async function readStored({ db, folder }: Keeping, id: number | null): Promise<Buffer> {
  const file = id === null ? undefined : await db('files').where({ id }).first<StoredFile | undefined>()
  if (!file) throw notFound()
  return readFile(pathOf(folder, file.key))
}

async function keep(
  { db, folder, person }: Keeping,
  file: Pick<StoredFile, 'name' | 'media_type' | 'width' | 'height'> & { content: Buffer }
): Promise<{ id: number; sha256: Buffer }> {
  const key = randomBytes(16).toString('hex')
  const sha256 = createHash('sha256').update(file.content).digest()
  await write(pathOf(folder, key), file.content)
  if (db.isTransaction) (db as Knex.Transaction).executionPromise.catch(() => drop(pathOf(folder, key)))
  const [row] = await db('files')
    .insert({
      key,
      name: file.name.replace(/\s+/g, ' ').trim().slice(0, 200).toWellFormed() || 'file',
      media_type: file.media_type,
      bytes: file.content.length,
      sha256,
      width: file.width,
      height: file.height,
      created_by: db('people')
        .where({ id: person?.id ?? 0 })
        .select('id')
    })
    .returning<{ id: number }[]>('id')
  if (!row) throw new Error('insert gave no row')
  return { id: row.id, sha256 }
}

/**
 * Forgets a file: its row now, its bytes when the transaction is committed. Take away first what refers to it. Without an id
 * nothing happens.
 */
export async function removeFile({ db, folder }: Keeping, id: number | null): Promise<void> {
  if (id === null) return
  const [row] = await db('files').where({ id }).delete().returning<{ key: string }[]>('key')
  if (!row) return
  const gone = () => drop(pathOf(folder, row.key))
  if (!db.isTransaction) return gone()
  const keep = () => undefined // it was rolled back: the row is still there
  void (db as Knex.Transaction).executionPromise.then(gone, keep)
}

/**
 * Answers with a file of this studio: a picture to look at, anything else to save. An address with `?v=<id>` is kept by the
 * browser for good; another is asked for again. @throws notFound when there is no such file, or no id.
 */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  id: number | null | undefined
): Promise<FastifyReply> {
  const file = id ? await request.db('files').where({ id }).first<StoredFile | undefined>() : undefined
  if (!file) throw notFound()
  const etag = `"${file.sha256.toString('base64url')}"`
  const forGood = (request.query as { v?: unknown }).v === String(file.id)
  reply
    .header('cache-control', forGood ? 'private, max-age=31536000, immutable' : 'private, no-cache')
    .header('etag', etag)
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('x-content-type-options', 'nosniff')
  if (request.headers['if-none-match'] === etag) return reply.code(304).send()
  const stream = createReadStream(pathOf(request.folder, file.key))
  await new Promise<void>((resolve, reject) => {
    stream.once('open', () => resolve())
    stream.once('error', error => reject(codeOf(error) === 'ENOENT' ? notFound() : error))
  })
  const saved = encodeURIComponent(`${file.name}.${file.media_type.split('/')[1]}`).replace(/['()*]/g, '_')
  return reply
    .type(file.media_type)
    .header('content-length', file.bytes)
    .header(
      'content-disposition',
      `${file.media_type.startsWith('image/') ? 'inline' : 'attachment'}; filename*=UTF-8''${saved}`
    )
    .send(stream)
}

/** Every studio's folder, below DATA_DIR. */
export const allFiles = (dataDir: string): string => join(dataDir, 'files')

/** A studio's folder of files. */
export const filesOf = (dataDir: string, studio: { id: number }): string => join(allFiles(dataDir), String(studio.id))

/** Where the bytes of a key are. */
export const pathOf = (folder: string, key: string): string => join(folder, key.slice(0, 2), key)

/** After the commit nobody waits for an answer: bytes that could not be removed are found by `patchbay doctor`. */
const drop = (path: string): Promise<void> =>
  rm(path, { force: true }).catch((error: unknown) => process.emitWarning(`${path} is left over: ${String(error)}`))

/** Beside its place, on the disk for certain, then there at once: nobody ever reads half of it. */
async function write(path: string, content: Buffer): Promise<void> {
  const part = `${path}.part`
  try {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(part, 'wx', 0o640)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(part, path)
    const folder = await open(dirname(path))
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  } catch (error) {
    await rm(part, { force: true })
    const full = codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT'
    throw full ? new Failure(507, 'disk_full') : error
  }
}
