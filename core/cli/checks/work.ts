import { bad, named, ok, warn } from './check.ts'
import type { Check, Finding } from './check.ts'

/** Jobs are worked on, and none was given up. */
export const jobs: Check = {
  name: 'jobs',
  async look({ tenants: { master } }) {
    const { rows } = await master.raw<{
      rows: { name: string; id: number; given_up: boolean; late: boolean; last_error: string | null }[]
    }>(
      `select id, task_identifier as name, attempts >= max_attempts as given_up, last_error,
              attempts < max_attempts and run_at < now() - interval '1 hour' and locked_at is null as late
         from graphile_worker.jobs where last_error is not null or run_at < now() - interval '1 hour' order by id`
    )
    const found: Finding[] = []
    const late = rows.filter(row => row.late)
    if (late.length > 0) {
      found.push(
        bad(
          `${late.length} have waited for more than an hour.`,
          'Start a process with WORKERS above 0: nobody works on them.'
        )
      )
    }
    const failing = rows.filter(row => row.last_error !== null && !row.given_up)
    if (failing.length > 0) {
      found.push(
        warn(`${failing.length} failed and are tried again: ${reasons(failing)}.`, 'The log of the server says more.')
      )
    }
    const givenUp = rows.filter(row => row.given_up)
    if (givenUp.length > 0) {
      found.push({
        ...bad(
          `${givenUp.length} were given up after many tries: ${reasons(givenUp)}.`,
          'Mend the cause, then let them be tried again.'
        ),
        async fix() {
          await master.raw('select graphile_worker.reschedule_jobs(?::bigint[], run_at := now(), attempts := 0)', [
            givenUp.map(({ id }) => id)
          ])
          return `${givenUp.length} are tried again.`
        }
      })
    }
    return found.length > 0 ? found : [ok('none is stuck')]
  }
}

/** Mails leave. */
export const mails: Check = {
  name: 'mails',
  async look({ tenants: { master }, env: { SMTP_URL } }) {
    const { rows } = await master.raw<{ rows: { waiting: number; refused: number; last_error: string | null }[] }>(
      `select count(*) filter (where created_at < now() - interval '1 hour') as waiting,
              count(*) filter (where last_error is not null) as refused,
              (array_agg(last_error order by id desc) filter (where last_error is not null))[1] as last_error
         from mails where sent_at is null and coalesce(expires_at > now(), true)`
    )
    const { waiting = 0, refused = 0, last_error = null } = rows[0] ?? {}
    if (refused > 0)
      return [
        warn(
          `${refused} wait because the mail server refused them: ${last_error}`,
          'Mend the cause: they are tried again.'
        )
      ]
    if (waiting > 0 && SMTP_URL) {
      return [
        warn(
          `${waiting} have waited for more than an hour.`,
          'Mails written while there was no SMTP_URL are kept, and not sent later.'
        )
      ]
    }
    return [ok(SMTP_URL ? 'none waits' : `${waiting} are kept, since there is no SMTP_URL`)]
  }
}

/** Each reason once, with its job. */
const reasons = (rows: { name: string; last_error: string | null }[]): string =>
  named([...new Set(rows.map(({ name, last_error }) => `${name}: ${last_error?.split('\n')[0] ?? 'no reason kept'}`))])
