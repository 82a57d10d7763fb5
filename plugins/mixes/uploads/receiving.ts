import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Transform } from 'node:stream'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { conflict } from '@patchbay/core'
import { Failure } from '@patchbay/core/errors'
import { isFull } from '@patchbay/core/folder-disk'
import { workshop } from '@patchbay/core/storage'
import type { FastifyRequest } from 'fastify'
import { arrived, placeOf } from './places.ts'
import { hold, release } from './queries.ts'
import type { Upload } from './queries.ts'

/** So long one writer has an upload without saying that it goes on, in seconds: a process that was killed says nothing. */
const lease = 10

/**
 * Writes the body of a request behind what is here of an upload, from `offset` on, and says how far it is then. What came
 * before a connection broke stays. Throws 423 while another request writes, 409 when `offset` is not where it stands, 413 for
 * more than was announced, 507 when the disk is full.
 */
export async function writeOn(
  request: FastifyRequest,
  upload: Upload,
  offset: number,
  body: Readable
): Promise<number> {
  const { db, folder } = request
  const holder = randomBytes(12).toString('hex')
  await workshop(folder)
  if (!(await hold(db, upload.key, holder, lease))) throw new Failure(423, 'mixes.uploads.errors.held')
  const goOn = setInterval(
    () => {
      hold(db, upload.key, holder, lease).catch((error: unknown) =>
        request.log.warn({ err: error }, 'an upload is not held')
      )
    },
    (lease * 1000) / 3
  )
  try {
    if ((await arrived(folder, upload.key)) !== offset) throw conflict('mixes.uploads.errors.offset')
    await append(placeOf(folder, upload.key), body, upload.bytes - offset)
    const here = await arrived(folder, upload.key)
    if (here === upload.bytes) await sync(placeOf(folder, upload.key))
    return here
  } catch (error) {
    throw isFull(error) ? new Failure(507, 'disk_full') : error
  } finally {
    clearInterval(goOn)
    await release(db, upload.key, holder)
  }
}

async function append(path: string, body: Readable, most: number): Promise<void> {
  let left = most
  const limit = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      left -= chunk.length
      if (left < 0) done(new Failure(413, 'mixes.uploads.errors.more_than_said'))
      else done(null, chunk)
    }
  })
  try {
    await pipeline(body, limit, createWriteStream(path, { flags: 'a', mode: 0o640 }))
  } catch (error) {
    // the sender went away: nobody reads the answer, what came stays
    if (body.destroyed && !(error instanceof Failure) && !isFull(error))
      throw new Failure(400, 'mixes.uploads.errors.broken_off')
    throw error
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
