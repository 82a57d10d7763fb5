import { conflict, notFound, time } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { lockLog } from './queries.ts'
import type { Log } from './queries.ts'
import { openLinkOf } from './report-queries.ts'

/** States of a session in which something can happen in its room. */
export const livelyStates: readonly string[] = ['confirmed', 'in_progress', 'completed']

/**
 * The log of a session, held until the transaction ends, to be written. Throws what stands against that: there is no such
 * session, it is not on, its report is signed, or waits to be signed by somebody who must find it as it was sent.
 */
export async function openLog({ db, t }: Pick<Running, 'db' | 't'>, session_id: number): Promise<Log> {
  const log = await lockLog(db, session_id)
  if (!log) throw notFound()
  if (log.signed_report_id !== null) throw conflict('session-report.errors.frozen')
  if (!livelyStates.includes(log.state)) {
    throw conflict('session-report.errors.not_on', { state: t(`session-report.session_states.${log.state}`) })
  }
  const link = await openLinkOf(db, session_id)
  if (link) throw conflict('session-report.errors.sent', { name: link.name })
  return log
}

/**
 * The instant of a clock in a session, or the nearest to it: 01:30 of a session from 20:00 to 02:00 is of the next day.
 * Undefined where the clock is put forward and has no such time.
 */
export function instantIn(
  { starts_at, ends_at }: Pick<Log, 'starts_at' | 'ends_at'>,
  clock: string,
  zone: string
): Date | undefined {
  const away = (at: Date) => Math.max(+starts_at - +at, +at - +ends_at, 0)
  const last = time.addDays(time.localOf(ends_at, zone).day, 1)
  let nearest: Date | undefined
  for (let day = time.addDays(time.localOf(starts_at, zone).day, -1); day <= last; day = time.addDays(day, 1)) {
    const instant = time.instantOf(day, clock, zone)
    if (instant && (!nearest || away(instant) < away(nearest))) nearest = instant
  }
  return nearest
}
