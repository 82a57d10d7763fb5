/**
 * Every way a request can fail on purpose. Anything else that is thrown is a bug and answers 500.
 *
 * `key` names a sentence in the locale files (`errors.<key>` unless it has a dot), which says what happened and what
 * to do; `values` fills its gaps.
 */
export class Failure extends Error {
  readonly status: number
  readonly key: string
  readonly values: Record<string, string | number>

  constructor(status: number, key: string, values: Record<string, string | number> = {}) {
    super(key)
    this.name = 'Failure'
    this.status = status
    this.key = key
    this.values = values
  }
}

/** 404: not there, or not there for this person. The two must look the same. */
export const notFound = (key = 'not_found'): Failure => new Failure(404, key)

/** 403: signed in and in the right studio, but the role lacks the permission. */
export const forbidden = (key = 'forbidden', values: Record<string, string | number> = {}): Failure =>
  new Failure(403, key, values)

/** 409: somebody else was quicker; the page is to be read again. */
export const conflict = (key = 'conflict', values: Record<string, string | number> = {}): Failure =>
  new Failure(409, key, values)

/** 429: too many tries; `seconds` until the next one counts. */
export const tooMany = (seconds: number): Failure => new Failure(429, 'too_many', { seconds })

/** 503: a database cannot be reached now; the page says to retry. */
export const unavailable = (key = 'unavailable'): Failure => new Failure(503, key)

/** A sentence about one field: a locale key, or a key with values for its gaps. */
export type FieldError = string | { key: string; values: Record<string, string | number> }

/**
 * An expected failure inside an action: rolls the transaction back and comes out of `act` as `{ ok: false, errors }`.
 * Field `''` is about the form as a whole.
 */
export class Refusal extends Error {
  readonly errors: Record<string, FieldError>

  constructor(errors: Record<string, FieldError>) {
    super(`refused: ${Object.keys(errors).join(', ')}`)
    this.name = 'Refusal'
    this.errors = errors
  }
}

/** Thrown inside an action's `run`: `throw refuse({ starts_at: 'sessions.errors.in_the_past' })`. */
export const refuse = (errors: Record<string, FieldError>): Refusal => new Refusal(errors)
