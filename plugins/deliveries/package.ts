import { lazily } from '@patchbay/core/lazily'
import { streamStored } from '@patchbay/core/storage'
import type { Keeping } from '@patchbay/core/storage'
import type { Readable } from 'node:stream'
import type { PackedFile } from './file-queries.ts'
import { pathOf } from './manifest.ts'
import type { Paper } from './manifest.ts'
import { ownNames } from './naming.ts'

const yazl = lazily<typeof import('yazl')>('yazl', import.meta.url)

/** A package on its way: its bytes, one after another, and how many there will be. */
export interface Packed {
  stream: Readable
  bytes: number
}

/**
 * The files as a ZIP that is made while it is sent: stored as they are, for sound does not get smaller, one opened when
 * the one before is through, so that memory stays where it is whatever the package weighs; with 64-bit sizes where they
 * are needed. Its length is known beforehand. `isOpen` is asked before each file: when it says no, the stream breaks off.
 */
export async function pack(
  keeping: Keeping,
  files: readonly PackedFile[],
  papers: readonly Paper[],
  isOpen: () => Promise<boolean>
): Promise<Packed> {
  const zip = new (yazl().ZipFile)()
  const stream = zip.outputStream as Readable
  let source: Readable | undefined
  const breakOff = (error: Error) => stream.destroy(error)
  zip.on('error', breakOff)
  // whoever went away wants nothing more: the file that is open is closed
  stream.once('close', () => source?.destroy())
  for (const { name, content } of papers) zip.addBuffer(content, name, { compress: false })
  for (const file of files) {
    const how = { size: file.bytes, compress: false, mtime: file.created_at }
    zip.addReadStreamLazy(pathOf(file), how, opened => {
      const open = async () => {
        if (stream.destroyed || !(await isOpen())) throw new Error('a package is not open any more')
        source = (await streamStored(keeping, file.file_id)).stream
        source.once('error', breakOff)
        return source
      }
      open().then(found => opened(null, found), breakOff)
    })
  }
  const bytes = await new Promise<number>(resolve => {
    zip.end(undefined, (...given: unknown[]) => resolve(Number(given[0])))
  })
  return { stream, bytes }
}

/** Papers under names that nothing else in the package has. */
export function withFreeNames(papers: readonly Paper[], files: readonly PackedFile[]): Paper[] {
  const taken = new Set([...ownNames, ...files.map(file => pathOf(file).toLowerCase())])
  return papers.map(({ name, content }) => {
    const safe = name.replace(/[\p{Cc}\p{Cf}<>:"/\\|?*]/gu, '-').replace(/^\.+/, '') || 'document'
    const [, stem = safe, ending = ''] = /^(.*?)(\.[^.]*)?$/s.exec(safe) ?? []
    let free = safe
    for (let count = 2; taken.has(free.toLowerCase()); count++) free = `${stem}-${count}${ending}`
    taken.add(free.toLowerCase())
    return { name: free, content }
  })
}
