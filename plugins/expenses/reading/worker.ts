import { parentPort, workerData } from 'node:worker_threads'
import { readFile } from './file.ts'

/** A thread of its own for a file that strangers made: what it swells to, or hangs in, ends with the thread. */
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, no window
parentPort?.postMessage(await readFile(workerData as Uint8Array))
