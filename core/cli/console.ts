import { once } from 'node:events'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { start } from 'node:repl'
import { command } from './command.ts'

/** `patchbay console STUDIO`: a Node console with the studio's database at hand. */
export const openConsole = command({
  name: 'console',
  argument: 'STUDIO',
  summary: "Opens a Node console with `db` (the studio's database, as its own role), `studio` and `tenants`.",
  options: {},
  talks: true,
  async run({ argument, desk }) {
    const registry = await desk.open()
    const { tenants } = registry
    const { input, output } = desk.terminal
    const studio = await desk.studio(registry, argument)
    const db = tenants.db(studio)
    desk.tell(`${studio.name} (${studio.database}). Here are db, studio and tenants; \`await\` works, .exit leaves.`)
    const console = start({ prompt: `${studio.slug}> `, input, output })
    Object.assign(console.context, { db, studio, tenants })
    const ended = once(console, 'exit')
    if (input.isTTY) {
      const file = join(homedir(), '.patchbay_history')
      await new Promise<void>(done =>
        console.setupHistory(file, error => done(error ? desk.tell(error.message) : undefined))
      )
    }
    await ended
    return { lines: [], data: {} }
  }
})
