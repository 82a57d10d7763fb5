import { Worker } from 'node:worker_threads'
import type { Analysis } from './analysis.ts'

/** How an analysis went: it came to an end, or its thread died (`crashed`) or was stopped for its slowness. */
export type Ended = Analysis | { problem: 'crashed' | 'slow' }

/** Two gigabytes of MP3 are ten hours of sound, decoded in a quarter of an hour. */
const mostMinutes = 25

/**
 * Analyses a file in a thread of its own, which takes about 100 MB whatever the file's length. `signal` stops it: then it is
 * as if it had crashed. @throws what the disk says.
 */
export function analyseApart(
  path: string,
  {
    ffmpeg,
    signal,
    minutes = mostMinutes
  }: { ffmpeg?: string | undefined; signal?: AbortSignal; minutes?: number } = {}
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { path, ...(ffmpeg ? { ffmpeg } : {}) },
      resourceLimits: { maxOldGenerationSizeMb: 256 },
      // decoders print what they think of a file
      stdout: true,
      stderr: true
    })
    worker.stdout.resume()
    worker.stderr.resume()
    const stop = () => void worker.terminate()
    const late = setTimeout(() => {
      resolve({ problem: 'slow' })
      stop()
    }, minutes * 60_000)
    signal?.addEventListener('abort', stop, { once: true })
    if (signal?.aborted) stop()
    worker.once('message', (analysis: Analysis) => resolve(analysis))
    worker.once('error', error => {
      // of ours only what the disk says comes out; the rest is the file's doing
      if ('code' in error && error.code !== 'ERR_WORKER_OUT_OF_MEMORY') reject(error)
      else resolve({ problem: 'crashed' })
    })
    worker.once('exit', () => {
      clearTimeout(late)
      signal?.removeEventListener('abort', stop)
      resolve({ problem: 'crashed' })
    })
  })
}
