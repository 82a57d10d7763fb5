import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Environment } from './env.ts'
import { Failure } from './errors.ts'
import { DiskStore } from './folder-disk.ts'
import { S3Store } from './folder-s3.ts'

/*
 * Where a studio's bytes are. New ones go where the settings say, to the disk or to an S3 store; what is there already is
 * read where it is, for a key says which of the two has it.
 */

/** Bytes from `start` to `end`, both included. */
export interface Range {
  start: number
  end: number
}

/** One file of a store, as it is listed. */
export interface Held {
  key: string
  bytes: number
  at: Date
}

/**
 * Files by key, written once and never changed. Each function throws Failure 507 when the disk is full, 503 when the store
 * does not answer, and notFound for a key that is not there.
 */
export interface Store {
  /** For the operator: a folder or an address. */
  readonly name: string
  /** Writes `bytes` bytes. There at once and for certain, or, when anything fails, not at all. */
  put: (key: string, content: Buffer | Readable, bytes: number) => Promise<void>
  /** The same with the file at `path`, which stays: without copying it where that can be. */
  take: (key: string, path: string, bytes: number) => Promise<void>
  read: (key: string, range?: Range) => Promise<Readable>
  /** All of it at once, for what is known to be short. */
  whole: (key: string) => Promise<Buffer>
  /** Its length in bytes; undefined when it is not there. */
  size: (key: string) => Promise<number | undefined>
  /** Nothing happens when it is not there. */
  remove: (key: string) => Promise<void>
  list: () => AsyncIterable<Held>
  /** Removes everything. */
  clear: () => Promise<void>
  /** A path of this machine that has exactly these bytes; undefined when they are elsewhere. */
  path: (key: string) => string | undefined
}

/** What the settings say of it. */
export type FileSettings = Pick<
  Environment,
  'DATA_DIR' | 'S3_ENDPOINT' | 'S3_REGION' | 'S3_BUCKET' | 'S3_ACCESS_KEY_ID' | 'S3_SECRET_ACCESS_KEY' | 'S3_PREFIX'
>

/** A studio's files. What `folder` is in requests and contexts; used through core/storage.ts. */
export class Folder {
  /** DATA_DIR, for what other programs of the installation read. */
  readonly dataDir: string
  /** Where work is done that has no place among the files yet, on this machine: `workshop()` of storage.ts makes it. */
  readonly workshop: string
  readonly disk: Store
  /** Undefined while no S3 store is set. */
  readonly elsewhere: Store | undefined

  constructor(dataDir: string, workshop: string, disk: Store, elsewhere?: Store) {
    this.dataDir = dataDir
    this.workshop = workshop
    this.disk = disk
    this.elsewhere = elsewhere
  }

  /** A key nobody has, of the store that new files go to. */
  newKey(): string {
    return `${this.elsewhere ? 's3-' : ''}${randomBytes(16).toString('hex')}`
  }

  /** The store that has this key. @throws Failure 503 when it is an S3 store and none is set any more. */
  of(key: string): Store {
    if (!key.startsWith('s3-')) return this.disk
    if (!this.elsewhere) throw new Failure(503, 'files_away')
    return this.elsewhere
  }

  get stores(): Store[] {
    return this.elsewhere ? [this.disk, this.elsewhere] : [this.disk]
  }
}

/** Every studio's folder, below DATA_DIR. */
export const allFiles = (dataDir: string): string => join(dataDir, 'files')

/** A studio's files. */
export function filesOf(settings: FileSettings, studio: { id: number }): Folder {
  const { DATA_DIR } = settings
  const name = String(studio.id)
  const elsewhere = S3Store.of(settings, name)
  return new Folder(
    DATA_DIR,
    join(DATA_DIR, 'workshop', name),
    new DiskStore(join(allFiles(DATA_DIR), name)),
    elsewhere
  )
}

/** The studio's scratch folder on this machine, made when it is not there. */
export async function workshop(folder: Folder): Promise<string> {
  await mkdir(folder.workshop, { recursive: true })
  return folder.workshop
}

/** Removes everything a studio has, wherever it is. */
export async function removeFiles(folder: Folder): Promise<void> {
  for (const store of folder.stores) await store.clear()
  await rm(folder.workshop, { recursive: true, force: true })
}
