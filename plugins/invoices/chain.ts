import { createHash } from 'node:crypto'

/*
 * What makes rows a chain: each one's hash is of its content and of the row before, so that none can be changed, taken out
 * or slipped in without all later ones saying so. The archive's checker does the same in its own few lines.
 */

/** JSON with its keys sorted at every depth and without those that are undefined: one spelling for one content. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part
  )
}

/** SHA-256 of the hash before (nothing, for the first) and of the content as `canonical` writes it. */
export const linkHash = (previous: Uint8Array, content: unknown): Buffer =>
  createHash('sha256').update(previous).update(canonical(content)).digest()
