import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Knex } from 'knex'
import { refuse } from './errors.ts'
import { workshop } from './folder.ts'
import type { Folder, Range } from './folder.ts'
import { hashFile } from './hashing.ts'
import { encodePhoto } from './photos.ts'
import type { PhotoKind } from './photos.ts'
import type { Actor, Db } from './plugin.ts'
import { fileOf } from './stored.ts'
import type { StoredFile } from './stored.ts'

export { allFiles, filesOf, workshop } from './folder.ts'
export type { Folder, Range } from './folder.ts'
export { sendFile, sendRange } from './sending.ts'
export type { StoredFile } from './stored.ts'

/*
 * A studio's files: bytes in its own folder, a row in its own database. What has a file refers to `files (id)`, and gives
 * it out by a route of its own, whose permission decides who sees it.
 */

/** Where files are kept: what an action's `run`, a job and a request have. `folder` is the studio's own. */
export interface Keeping {
  db: Db
  folder: Folder
  person?: Actor | undefined
}

/**
 * Keeps a photo, as a form's `fields.optionalPhoto()` gives it: turned upright, without place, camera or any other metadata,
 * at most 1600 pixels a side (or `most`), as WebP, or as PNG for what documents print. Call it inside an action, before
 * rows are locked: it takes up to a second. When the transaction fails, the bytes go. Throws a refusal on `field` for what
 * is no photo by its content, or has too many pixels; Failure 507 when the disk is full.
 */
export async function savePhoto(
  keeping: Keeping,
  content: Buffer,
  name: string,
  { field = 'photo', most, kind = 'webp' }: { field?: string; most?: number; kind?: PhotoKind } = {}
): Promise<{ id: number }> {
  const photo = await encodePhoto(content, most, kind)
  if (!photo) throw refuse({ [field]: 'fields.photo' })
  const { content: bytes, width, height } = photo
  return keep(keeping, bytes, { name: name || 'photo', media_type: `image/${kind}` }, { width, height })
}

/**
 * Keeps bytes as they are: a document of ours, or one that came from elsewhere and whose kind its content proved. When the
 * transaction fails, the bytes go. Throws Failure 507 when the disk is full, 503 when the files' store does not answer.
 */
export async function saveFile(
  keeping: Keeping,
  content: Buffer,
  called: Called
): Promise<{ id: number; sha256: Buffer }> {
  return keep(keeping, content, called)
}

/**
 * Takes a file of the studio's workshop in among its files, as it is: without copying it on the same disk. It is gone from
 * the workshop when the transaction is committed; when it fails, it is still there. Long files take long where the files'
 * store is far: outside a transaction, `bring` and `enter` do the same in two steps. Throws as saveFile.
 */
export async function takeIn(
  keeping: Keeping,
  path: string,
  called: Called
): Promise<{ id: number; sha256: Buffer; bytes: number }> {
  const brought = await bring(keeping.folder, path, await hashFile(path))
  const { id } = await enter(keeping, brought, called)
  const away = () => removeQuietly(path, () => rm(path, { force: true }))
  if (!keeping.db.isTransaction) await away()
  else void (keeping.db as Knex.Transaction).executionPromise.then(away, () => undefined)
  return { id, sha256: brought.sha256, bytes: brought.bytes }
}

/** What a file is called: its name without ending, and what it is. */
export interface Called {
  name: string
  media_type: string
}

/** Bytes that are in their place and have no row yet. */
export interface Brought {
  key: string
  bytes: number
  sha256: Buffer
}

/** The first half of takeIn: the bytes of the file at `path`, which stays. Without the second, the doctor finds them. */
export async function bring(folder: Folder, path: string, sha256: Buffer): Promise<Brought> {
  const { size: bytes } = await stat(path)
  const key = folder.newKey()
  await folder.of(key).take(key, path, bytes)
  return { key, bytes, sha256 }
}

/** The second half: the row. When the transaction fails, the bytes go. */
export async function enter(
  { db, folder, person }: Keeping,
  { key, bytes, sha256 }: Brought,
  { name, media_type }: Called,
  pixels: { width: number; height: number } | null = null
): Promise<{ id: number }> {
  const drop = () => removeQuietly(key, () => folder.of(key).remove(key))
  if (db.isTransaction) void (db as Knex.Transaction).executionPromise.catch(drop)
  try {
    const [row] = await db('files')
      .insert({
        key,
        name: name.replace(/\s+/g, ' ').trim().slice(0, 200).toWellFormed() || 'file',
        media_type,
        bytes,
        sha256,
        width: pixels?.width ?? null,
        height: pixels?.height ?? null,
        created_by: db('people')
          .where({ id: person?.id ?? 0 })
          .select('id')
      })
      .returning<{ id: number }[]>('id')
    if (!row) throw new Error('insert gave no row')
    return row
  } catch (error) {
    if (!db.isTransaction) await drop()
    throw error
  }
}

/** The bytes of a file of this studio. @throws notFound when there is none, and what the disk says when it cannot be read. */
export async function readStored({ db, folder }: Keeping, id: number | null): Promise<Buffer> {
  const { key } = await fileOf(db, id)
  return folder.of(key).whole(key)
}

/** The same as a stream, of all of it or of `range`; and what it is. It must be read or destroyed. */
export async function streamStored(
  { db, folder }: Keeping,
  id: number | null,
  range?: Range
): Promise<{ stream: Readable } & Omit<StoredFile, 'width' | 'height'>> {
  const file = await fileOf(db, id)
  return { ...file, stream: await readKey(folder, file.key, range) }
}

/** The bytes of a key, for those who read many rows of `files` at once. @throws notFound when they are not there. */
export const readKey = (folder: Folder, key: string, range?: Range): Promise<Readable> =>
  folder.of(key).read(key, range)

/**
 * Gives `use` a path of this machine at which the file can be read, for as long as it runs. A file that is kept elsewhere is
 * fetched for it. The file must not be changed. Throws as readStored.
 */
export async function withLocal<T>(
  { db, folder }: Keeping,
  id: number | null,
  use: (path: string) => Promise<T>
): Promise<T> {
  const file = await fileOf(db, id)
  const store = folder.of(file.key)
  const path = store.path(file.key)
  if (path !== undefined) return use(path)
  const copy = join(await workshop(folder), `${randomBytes(16).toString('hex')}.copy`)
  try {
    await pipeline(await store.read(file.key), createWriteStream(copy, { mode: 0o640 }))
    return await use(copy)
  } finally {
    await rm(copy, { force: true })
  }
}

/**
 * Forgets a file: its row now, its bytes when the transaction is committed. Take away first what refers to it. Without an id
 * nothing happens.
 */
export async function removeFile({ db, folder }: Keeping, id: number | null): Promise<void> {
  if (id === null) return
  const [row] = await db('files').where({ id }).delete().returning<{ key: string }[]>('key')
  if (!row) return
  const gone = () => removeQuietly(row.key, () => folder.of(row.key).remove(row.key))
  if (!db.isTransaction) return gone()
  const keep = () => undefined // it was rolled back: the row is still there
  void (db as Knex.Transaction).executionPromise.then(gone, keep)
}

async function keep(
  keeping: Keeping,
  content: Buffer,
  called: Called,
  pixels: { width: number; height: number } | null = null
): Promise<{ id: number; sha256: Buffer }> {
  const { folder } = keeping
  const key = folder.newKey()
  const sha256 = createHash('sha256').update(content).digest()
  await folder.of(key).put(key, content, content.length)
  const { id } = await enter(keeping, { key, bytes: content.length, sha256 }, called, pixels)
  return { id, sha256 }
}

/** After the commit nobody waits for an answer: bytes that could not be removed are found by `patchbay doctor`. */
const removeQuietly = (what: string, remove: () => Promise<void>): Promise<void> =>
  remove().catch((error: unknown) => process.emitWarning(`${what} is left over: ${String(error)}`))
