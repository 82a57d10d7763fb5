import { notFound } from './errors.ts'
import type { Db } from './plugin.ts'

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

/** @throws notFound when there is none, or no id. */
export async function fileOf(db: Db, id: number | null | undefined): Promise<StoredFile> {
  const file = id ? await db('files').where({ id }).first<StoredFile | undefined>() : undefined
  if (!file) throw notFound()
  return file
}
