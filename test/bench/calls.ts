import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import installation from '../../package.json' with { type: 'json' }

/** The arms of the bench are processes of their own, which the bench asks by name: `await app.ask('memory')`. */
export interface Arm {
  ask: <Answer>(name: string, input?: unknown) => Promise<Answer>
  stop: () => Promise<void>
}

/** Those of `npm start`: both arms run as the application does. */
const flags = installation.scripts.start.split(' ').filter(word => word.startsWith('--'))

type Reply = { id: number; value?: unknown; error?: string }

/** Starts `file` of this folder; what it logs goes to the file descriptor `log`. Resolves when it says that it is ready. */
export async function startArm(file: string, env: Record<string, string>, log: number): Promise<Arm> {
  const child = fork(path.join(import.meta.dirname, file), {
    execArgv: flags,
    env: { ...process.env, ...env },
    stdio: ['ignore', log, 'inherit', 'ipc']
  })
  const waiting = new Map<number, (reply: Reply) => void>()
  child.on('message', (reply: Reply) => waiting.get(reply.id)?.(reply))
  let asked = 0
  const gone = ended(child, file)
  gone.catch(() => {}) // heard by whoever asks
  const ask = async <Answer>(name: string, input?: unknown): Promise<Answer> => {
    const id = ++asked
    const reply = await Promise.race([
      new Promise<Reply>(resolve => {
        waiting.set(id, resolve)
        child.send({ id, name, input })
      }),
      gone
    ])
    waiting.delete(id)
    if (reply.error !== undefined) throw new Error(`${file} ${name}: ${reply.error}`)
    return reply.value as Answer
  }
  await ask('ready')
  return {
    ask,
    async stop() {
      child.disconnect()
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    }
  }
}

async function ended(child: ChildProcess, file: string): Promise<never> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  throw new Error(`${file} ended with ${signal ?? code}`)
}

/** What a process started by `startArm` answers; `stop` runs when the bench lets go of it. */
export function answer(answers: Record<string, (input: never) => unknown>, stop: () => Promise<void>): void {
  const all: Record<string, (input: never) => unknown> = { ready: () => true, ...answers }
  const respond = async ({ id, name, input }: { id: number; name: string; input: unknown }): Promise<void> => {
    const reply: Reply = { id }
    try {
      reply.value = await all[name]?.(input as never)
    } catch (error) {
      reply.error = error instanceof Error ? (error.stack ?? error.message) : String(error)
    }
    process.send?.(reply)
  }
  process.on('message', (asked: { id: number; name: string; input: unknown }) => void respond(asked))
  process.on('disconnect', () => void stop().then(() => process.exit()))
}
