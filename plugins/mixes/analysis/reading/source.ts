import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'

/** A file that is read here and there, never whole. */
export class Source {
  readonly path: string
  readonly bytes: number
  readonly #file: FileHandle

  private constructor(path: string, file: FileHandle, bytes: number) {
    this.path = path
    this.#file = file
    this.bytes = bytes
  }

  /** Opens it; close it when it is not needed any more. @throws what the disk says. */
  static async open(path: string): Promise<Source> {
    const file = await open(path)
    const { size } = await file.stat()
    return new Source(path, file, size)
  }

  /** So many bytes from `position`; fewer at the end of the file. */
  async at(position: number, length: number): Promise<Buffer> {
    const wanted = Math.max(0, Math.min(length, this.bytes - position))
    return this.into(Buffer.allocUnsafe(wanted), position)
  }

  /** Fills `buffer` from `position`, and gives the part of it that was filled. */
  async into(buffer: Buffer, position: number): Promise<Buffer> {
    let filled = 0
    while (filled < buffer.length) {
      const { bytesRead } = await this.#file.read(buffer, filled, buffer.length - filled, position + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return buffer.subarray(0, filled)
  }

  async close(): Promise<void> {
    await this.#file.close()
  }
}

/** Begins each file at which a length is written ahead of a tag that is no sound. */
export async function afterId3(source: Source): Promise<number> {
  let position = 0
  for (let tags = 0; tags < 8; tags++) {
    const head = await source.at(position, 10)
    if (head.length < 10 || head.toString('latin1', 0, 3) !== 'ID3') return position
    const size = [6, 7, 8, 9].reduce((sum, at) => sum * 128 + (head.readUInt8(at) & 0x7f), 0)
    const footer = head.readUInt8(5) & 0x10 ? 10 : 0
    position += 10 + size + footer
  }
  return position
}
