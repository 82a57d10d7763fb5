import { Failure } from '../errors.ts'
import { codeOf } from '../database/pg-errors.ts'

/** Why something failed, in the words of whoever knows: for a 503, what the database or the system said. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof Failure && error.cause instanceof Error) return reasonOf(error.cause)
  // knex puts the statement before the sentence of PostgreSQL, and in the statement may be a password
  return /^[0-9A-Z]{5}$/.test(codeOf(error)) ? (error.message.split(' - ').at(-1) ?? '') : error.message
}
