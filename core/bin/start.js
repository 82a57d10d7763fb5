import { enableCompileCache } from 'node:module'
import { settle } from './settle.js'

/*
 * Not TypeScript, alone of all: the stripper of types takes 17 MB once it is loaded and keeps them. What begins here comes
 * from the cache of the last start, already stripped and compiled.
 */
enableCompileCache()
await import('./start.ts')
settle()
