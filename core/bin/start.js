import { loadParts, settle } from './loading.js'

/*
 * Not TypeScript, alone of all: the stripper of types takes 17 MB once it is loaded and keeps them. What begins here comes
 * from the cache of the last start, already stripped and compiled.
 */
await loadParts()
await import('./start.ts')
settle()
