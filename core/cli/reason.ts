import { Failure } from '../errors.ts'

/** Why something failed, in the words of whoever knows: for a 503, what the database or the system said. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error instanceof Failure && error.cause instanceof Error ? error.cause.message : error.message
}
