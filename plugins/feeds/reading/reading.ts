import { Worker } from 'node:worker_threads'
import type { ReadCalendar, ReadingOptions } from './calendar.ts'
import type { CalendarProblem } from './problems.ts'

/** What came of reading a calendar. */
export type Reading = ({ ok: true } & ReadCalendar) | { ok: false; problem: CalendarProblem }

/** How long one calendar may be worked on, in milliseconds, and with how much memory. */
const longest = 6000
const memory = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 32 }
/** Threads at once in this process: they are busy all the time they live. */
const mostAtOnce = 2

/**
 * Reads a calendar that nobody vouches for, in a thread that is ended when it takes more time or memory than any honest
 * one does: 10 MB are read in two seconds.
 */
export async function readApart(bytes: Buffer, options: ReadingOptions): Promise<Reading> {
  await turn()
  try {
    return await inThread(bytes, options)
  } finally {
    handOn()
  }
}

function inThread(bytes: Buffer, options: ReadingOptions): Promise<Reading> {
  return new Promise(resolve => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { bytes, options },
      resourceLimits: memory,
      execArgv: [],
      env: {}
    })
    const done = (reading: Reading) => {
      clearTimeout(late)
      resolve(reading)
      void worker.terminate()
    }
    const late = setTimeout(() => done({ ok: false, problem: 'too_complex' }), longest)
    worker.on('message', done)
    // out of memory is an error too
    worker.on('error', () => done({ ok: false, problem: 'too_complex' }))
    worker.on('exit', () => done({ ok: false, problem: 'too_complex' }))
  })
}

let free = mostAtOnce
const waiting: (() => void)[] = []

/** Resolves when a thread may be started; whoever ended one hands its place on. */
async function turn(): Promise<void> {
  if (free > 0) free--
  else await new Promise<void>(resolve => void waiting.push(resolve))
}

function handOn(): void {
  const next = waiting.shift()
  if (next) next()
  else free++
}
