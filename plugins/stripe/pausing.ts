/** After so many tries, days on, a person must look. */
export const mostTries = 20

/** When to try again what failed so often: after 1, 2, 4… minutes, at most 12 hours. */
export const pause = (attempts: number): Date =>
  new Date(Date.now() + Math.min(2 ** Math.max(attempts - 1, 0), 720) * 60_000)
