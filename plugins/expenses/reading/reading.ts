import { createHash } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { Crew } from '@patchbay/core/database/crew'
import type { ReadFile } from './invoice.ts'

/** Each may take 200 MB and 8 seconds, less than a transaction may wait. */
const readers = new Crew(2)
const seconds = 8

/** XML of so many bytes takes a few hundredths of a second at most, whatever is in it. */
const smallXml = 300_000

/**
 * Reads a file that came from elsewhere, of at most 10 MB. A PDF, and XML that is not small, are read apart from this
 * process: a bomb in one costs its thread and is answered as a file that cannot be read.
 */
export async function readApart(content: Buffer): Promise<ReadFile> {
  if (content.length <= smallXml && !content.subarray(0, 1024).includes('%PDF-')) {
    // with the parser, which most processes never need
    const { readFile } = await import('./file.ts')
    return readFile(content)
  }
  // whoever sends the same file meanwhile waits for the same answer
  const key = createHash('sha256').update(content).digest('hex')
  const reading = underway.get(key) ?? inThread(content).finally(() => underway.delete(key))
  underway.set(key, reading)
  return reading
}

const underway = new Map<string, Promise<ReadFile>>()

function inThread(content: Buffer): Promise<ReadFile> {
  return readers.run(
    () =>
      new Promise((resolve, reject) => {
        const worker = new Worker(new URL('./worker.ts', import.meta.url), {
          workerData: new Uint8Array(content),
          resourceLimits: { maxOldGenerationSizeMb: 200 }
        })
        const late = setTimeout(() => void worker.terminate(), seconds * 1000)
        worker.once('message', (read: ReadFile) => resolve(read))
        worker.once('error', error => {
          if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') resolve(tooMuch)
          else reject(error)
        })
        worker.once('exit', () => {
          clearTimeout(late)
          resolve(tooMuch)
        })
      })
  )
}

const tooMuch: ReadFile = { what: 'nothing', why: 'expenses.errors.file_too_much' }
