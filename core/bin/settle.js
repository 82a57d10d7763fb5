import { flushCompileCache } from 'node:module'

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
