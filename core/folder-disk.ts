import { createWriteStream } from 'node:fs'
import { copyFile, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { codeOf } from './database/pg-errors.ts'
import { Failure, notFound } from './errors.ts'
import type { Held, Range, Store } from './folder.ts'

/** Files of a studio on the disk: `<folder>/<two signs>/<key>`. */
export class DiskStore implements Store {
  readonly name: string

  constructor(folder: string) {
    this.name = folder
  }

  path(key: string): string {
    return join(this.name, key.slice(0, 2), key)
  }

  put(key: string, content: Buffer | Readable, bytes: number): Promise<void> {
    return this.#place(key, async part => {
      const from = Buffer.isBuffer(content) ? Readable.from([content], { objectMode: false }) : content
      await pipeline(from, createWriteStream(part, { flags: 'wx', mode: 0o640 }))
      const { size } = await stat(part)
      if (size !== bytes) throw new Error(`${size} bytes came of ${bytes}`)
    })
  }

  take(key: string, path: string): Promise<void> {
    return this.#place(key, async part => {
      try {
        await link(path, part)
      } catch (error) {
        // another disk, or one that has no links
        if (!['EXDEV', 'EPERM', 'ENOTSUP', 'EMLINK'].includes(codeOf(error))) throw error
        await copyFile(path, part)
      }
    })
  }

  async read(key: string, range?: Range): Promise<Readable> {
    const file = await this.#open(key)
    const { size } = await file.stat()
    // read up to the last byte, and not until nothing comes: a piece is as long as the file, where that is short
    const { start, end } = range ?? { start: 0, end: size - 1 }
    if (end >= start) return file.createReadStream({ start, end })
    await file.close()
    return Readable.from([])
  }

  async whole(key: string): Promise<Buffer> {
    const file = await this.#open(key)
    try {
      return await file.readFile()
    } finally {
      await file.close()
    }
  }

  async size(key: string): Promise<number | undefined> {
    try {
      return (await stat(this.path(key))).size
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined
      throw error
    }
  }

  async remove(key: string): Promise<void> {
    await rm(this.path(key), { force: true })
  }

  async *list(): AsyncGenerator<Held> {
    for (const start of await entries(this.name)) {
      for (const key of await entries(join(this.name, start))) {
        const { size: bytes, mtime: at } = await stat(join(this.name, start, key))
        yield { key, bytes, at }
      }
    }
  }

  async clear(): Promise<void> {
    await rm(this.name, { recursive: true, force: true })
  }

  async #open(key: string): Promise<FileHandle> {
    try {
      return await open(this.path(key))
    } catch (error) {
      throw codeOf(error) === 'ENOENT' ? notFound() : error
    }
  }

  /** Beside its place, on the disk for certain, then there at once: nobody ever reads half of it. */
  async #place(key: string, fill: (part: string) => Promise<void>): Promise<void> {
    const path = this.path(key)
    const part = `${path}.part`
    try {
      await mkdir(dirname(path), { recursive: true })
      await fill(part)
      await sync(part)
      await rename(part, path)
      await sync(dirname(path))
    } catch (error) {
      throw isFull(error) ? new Failure(507, 'disk_full') : error
    } finally {
      await rm(part, { force: true })
    }
  }
}

/** Whether an error says that there is no room. */
export const isFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(codeOf(error))

async function sync(path: string): Promise<void> {
  const file = await open(path)
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** What is in a folder; nothing when it is not there. */
export async function entries(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}
