import { existsSync, readdirSync } from 'node:fs'
import { enableCompileCache, flushCompileCache } from 'node:module'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/**
 * Loads what the application is made of, a part at a time, from the compiled code of the last start where there is any. After
 * each part its compiled code is kept for the next start and let go: held until the end it is 17 MB, and the memory it was in
 * is never given back, since what stays lies in between. What nobody imports after this is loaded for nothing, and does nothing.
 */
export async function loadParts() {
  enableCompileCache()
  const plugins = readdirSync(join(root, 'plugins')).map(name => `plugins/${name}/plugin.ts`)
  for (const part of ['core/boot.ts', 'core/host.ts', ...plugins].map(name => join(root, name))) {
    if (!existsSync(part)) continue
    await import(part)
    flushCompileCache()
  }
}

/**
 * What follows a start. The compiled code is kept now, and not at the end: a process that is killed has none. And what
 * loading left behind is given back to the machine, which V8 by itself would do only when it grows: 25 MB. It waits until
 * the first visitors have their answers, and needs the flag --expose-gc.
 */
export function settle() {
  flushCompileCache()
  const giveBack = () => globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  setTimeout(giveBack, 1000).unref()
}
