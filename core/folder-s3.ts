import type { S3Client } from '@aws-sdk/client-s3'
import { createReadStream } from 'node:fs'
import { Readable, Transform } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure, notFound } from './errors.ts'
import type { FileSettings, Held, Range, Store } from './folder.ts'

/*
 * Files of a studio in an S3-compatible store: `<prefix><studio>/<key>`. The client is loaded at the first use: it weighs
 * 36 MB. A store that does not answer is a 503: what waits is tried again.
 */

interface Connection {
  bucket: string
  client: () => Promise<{ sdk: typeof import('@aws-sdk/client-s3'); s3: S3Client }>
}

export class S3Store implements Store {
  readonly name: string
  readonly #connection: Connection
  readonly #prefix: string

  constructor(name: string, connection: Connection, prefix: string) {
    this.name = name
    this.#connection = connection
    this.#prefix = prefix
  }

  /** The part of the store that is a studio's; undefined while none is set. */
  static of(settings: FileSettings, studio: string): S3Store | undefined {
    const { S3_ENDPOINT, S3_BUCKET, S3_PREFIX } = settings
    if (S3_ENDPOINT === undefined || S3_BUCKET === undefined) return undefined
    const prefix = `${S3_PREFIX}${studio}/`
    return new S3Store(`${S3_ENDPOINT}/${S3_BUCKET}/${prefix}`, connectionTo(settings, S3_BUCKET), prefix)
  }

  path(): undefined {
    return undefined
  }

  async put(key: string, content: Buffer | Readable, bytes: number): Promise<void> {
    try {
      await this.#put(key, content, bytes)
    } catch (error) {
      // the error is what is to be said; what the store could not remove either is found by the doctor
      for (const pause of [0, 200]) {
        await sleep(pause) // some stores keep what came until they notice that the line is cut
        await this.remove(key).catch(() => undefined)
      }
      throw error
    }
  }

  async take(key: string, path: string, bytes: number): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.put(key, createReadStream(path), bytes)
      } catch (error) {
        if (attempt === 3) throw error
        await sleep(500 * attempt)
      }
    }
  }

  async #put(key: string, content: Buffer | Readable, bytes: number): Promise<void> {
    const body = Buffer.isBuffer(content) ? content : measured(content, bytes)
    const stop = new AbortController()
    const sending = this.#ask((sdk, s3, at) =>
      s3.send(new sdk.PutObjectCommand({ ...at(key), Body: body, ContentLength: bytes }), { abortSignal: stop.signal })
    )
    if (!Buffer.isBuffer(content) && !Buffer.isBuffer(body)) {
      body.once('error', () => stop.abort()) // the client would wait for the rest
      const [fed, sent] = await Promise.allSettled([pipeline(content, body), sending])
      if (fed.status === 'rejected' && !isClosing(fed.reason)) throw fed.reason
      if (sent.status === 'rejected') throw sent.reason
    } else await sending
    const stored = await this.size(key)
    if (stored !== bytes) throw new Error(`${this.name} keeps ${String(stored)} bytes of ${bytes}`)
  }

  async read(key: string, range?: Range): Promise<Readable> {
    // an empty range cannot be asked for
    if (range && range.end < range.start) return Readable.from([])
    const Range = range && `bytes=${range.start}-${range.end}`
    const { Body } = await this.#ask((sdk, s3, at) =>
      s3.send(new sdk.GetObjectCommand({ ...at(key), ...(Range ? { Range } : {}) }))
    )
    if (!(Body instanceof Readable)) throw new Error(`${this.name} gave no body`)
    return Body
  }

  async whole(key: string): Promise<Buffer> {
    return buffer(await this.read(key))
  }

  async size(key: string): Promise<number | undefined> {
    try {
      const { ContentLength } = await this.#ask((sdk, s3, at) => s3.send(new sdk.HeadObjectCommand(at(key))))
      return ContentLength
    } catch (error) {
      if (error instanceof Failure && error.status === 404) return undefined
      throw error
    }
  }

  async remove(key: string): Promise<void> {
    await this.#ask((sdk, s3, at) => s3.send(new sdk.DeleteObjectCommand(at(key))))
  }

  async *list(): AsyncGenerator<Held> {
    let ContinuationToken: string | undefined
    do {
      const from = ContinuationToken
      const page = await this.#ask((sdk, s3, at) => {
        const { Bucket } = at('')
        return s3.send(
          new sdk.ListObjectsV2Command({ Bucket, Prefix: this.#prefix, ...(from ? { ContinuationToken: from } : {}) })
        )
      })
      for (const { Key = '', Size = 0, LastModified = new Date() } of page.Contents ?? [])
        yield { key: Key.slice(this.#prefix.length), bytes: Size, at: LastModified }
      ContinuationToken = page.NextContinuationToken
    } while (ContinuationToken !== undefined)
  }

  async clear(): Promise<void> {
    for await (const { key } of this.list()) await this.remove(key)
  }

  /** One request, whose failures are ours: not there, or not to be reached now. */
  async #ask<T>(
    send: (
      sdk: typeof import('@aws-sdk/client-s3'),
      s3: S3Client,
      at: (key: string) => { Bucket: string; Key: string }
    ) => Promise<T>
  ): Promise<T> {
    const { sdk, s3 } = await this.#connection.client()
    try {
      return await send(sdk, s3, key => ({ Bucket: this.#connection.bucket, Key: this.#prefix + key }))
    } catch (error) {
      const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } }
      if (name === 'NoSuchKey' || (name === 'NotFound' && $metadata?.httpStatusCode === 404)) throw notFound()
      const away = new Failure(503, 'files_away')
      away.cause = error
      throw away
    }
  }
}

/** What stops a stream that comes to another length than was said: the store would wait for the rest. */
function measured(content: Readable, bytes: number): Transform {
  let come = 0
  const wrong = () => new Error(`${come} bytes came of ${bytes}`)
  const body = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      come += chunk.length
      if (come > bytes) done(wrong())
      else done(null, chunk)
    },
    flush(done) {
      if (come === bytes) done()
      else done(wrong())
    }
  })
  content.once('error', error => body.destroy(error))
  return body
}

/** The store hung up: it says why itself. */
const isClosing = (error: unknown): boolean => (error as { code?: string }).code === 'ERR_STREAM_PREMATURE_CLOSE'

const connections = new Map<string, Connection>()

function connectionTo(settings: FileSettings, bucket: string): Connection {
  const { S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = settings
  const name = JSON.stringify([S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, bucket])
  const known = connections.get(name)
  if (known) return known
  let opened: ReturnType<Connection['client']> | undefined
  const open = async () => {
    const sdk = await import('@aws-sdk/client-s3')
    const s3 = new sdk.S3Client({
      endpoint: S3_ENDPOINT ?? '',
      region: S3_REGION,
      forcePathStyle: true,
      credentials: { accessKeyId: S3_ACCESS_KEY_ID ?? '', secretAccessKey: S3_SECRET_ACCESS_KEY ?? '' },
      // what it adds to streams by itself some stores take for part of the file
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      maxAttempts: 3,
      requestHandler: { connectionTimeout: 4000, requestTimeout: 30_000, throwOnRequestTimeout: true }
    })
    return { sdk, s3 }
  }
  const connection = { bucket, client: () => (opened ??= open()) }
  connections.set(name, connection)
  return connection
}
