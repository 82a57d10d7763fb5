import { createRequire } from 'node:module'

/**
 * A library that is loaded when it is first used, and kept: `const qrcode = lazily<typeof import('qrcode')>('qrcode',
 * import.meta.url)`, then `qrcode().create(…)`. For what a process may never need: each takes some megabytes for good.
 * A whole file of ours that is seldom needed is `await import('./file.ts')` where it is.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- only the caller knows what the name stands for
export function lazily<Library>(name: string, from: string): () => Library {
  const require = createRequire(from)
  return () => require(name) as Library
}
