import { parentPort, workerData } from 'node:worker_threads'
import { readCalendar } from './calendar.ts'
import type { ReadingOptions } from './calendar.ts'
import { UnreadableCalendar } from './problems.ts'
import type { Reading } from './reading.ts'

/** A thread of its own for one calendar of somebody: it may end at any time and takes nothing with it. */
function read({ bytes, options }: { bytes: Uint8Array; options: ReadingOptions }): Reading {
  try {
    return { ok: true, ...readCalendar(new TextDecoder().decode(bytes), options) }
  } catch (error) {
    // a rule on which the library itself gives up is one that nobody can follow
    return { ok: false, problem: error instanceof UnreadableCalendar ? error.problem : 'too_complex' }
  }
}

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort?.postMessage(read(workerData as Parameters<typeof read>[0]))
