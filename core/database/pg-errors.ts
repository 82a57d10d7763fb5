import { unavailable, type Failure } from '../errors.ts'

/** The SQLSTATE of a database's error, or the system's code (`ENOENT`); empty when it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/**
 * Whether the connection that gave `error` is of no more use: the server, the way to it or the session is gone, or an
 * answer is still outstanding on it.
 */
export function isConnectionLost(error: unknown): boolean {
  return (
    /^(08|57P|53300|25P03|25P04|E[A-Z]+$)/.test(codeOf(error)) ||
    (error instanceof Error && lostSentence.test(error.message))
  )
}

/** A server that is starting, stopping, recovering, or has no connection left: soon it may do. */
export const isPassing = (error: unknown): boolean => /^(57P03|53300)$/.test(codeOf(error))

/** A statement that took too long or waited too long for a lock: the studio is busy, not broken. */
const isBusy = (error: unknown): boolean => /^(57014|55P03)$/.test(codeOf(error))

/** The 503 to answer when `error` says that a session is lost or too busy; nothing for any other error. */
export function unavailableOf(error: unknown): Failure | undefined {
  return isConnectionLost(error) || isBusy(error) ? becauseOf(error) : undefined
}

/** 503 whose `cause`, for the log, is what the database or the system said. */
export function becauseOf(error: unknown): Failure {
  const failure = unavailable()
  failure.cause = error
  return failure
}

// The client has no code for these.
const lostSentence =
  /^(Connection terminated|Client (has encountered a connection error|was closed)|Query read timeout|timeout expired)/
