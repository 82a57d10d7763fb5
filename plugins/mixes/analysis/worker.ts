import { parentPort, workerData } from 'node:worker_threads'
import { analyse } from './analysis.ts'

/** A thread of its own for one file: long work beside the pages, and what a file does to its decoder ends with it. */
const { path, ffmpeg } = workerData as { path: string; ffmpeg?: string }
const analysis = await analyse(path, ffmpeg)
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, no window
parentPort?.postMessage(analysis)
