import { enableCompileCache } from 'node:module'

// before anything else is loaded: the compiled code of the last start is used again
enableCompileCache()
const { start } = await import('../start.ts')
const { plugins } = await import('../../plugins/index.ts')
await start(plugins)
