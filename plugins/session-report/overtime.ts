import { action, refuse } from '@patchbay/core'
import type { Ask, Db, Running } from '@patchbay/core'
import { OvertimeForm } from './forms.ts'
import { openLog } from './log.ts'
import { addOvertime, findNext } from './overtime-queries.ts'
import type { Next } from './overtime-queries.ts'
import type { Room } from './queries.ts'
import { writer } from './rows.ts'
import { settingsOf } from './settings.ts'

/** Longer than that is another booking. */
const longest = 8 * 60

/** How much longer a session could go on, and what that costs. */
export interface Beyond {
  ends_at: Date
  /** Minutes that it is past its end already; 0 before. */
  over: number
  next: Next | undefined
  /** Minutes free after its end, the pause before the next booking left out. */
  free: number
  offers: { minutes: number; until: Date; cents: number | null; vat_included: boolean }[]
}

/** Minutes free after a session's end until `bump` minutes before what comes next. */
export function freeAfter(ends_at: Date, next: Pick<Next, 'starts_at'> | undefined, bump: number): number {
  if (!next) return longest
  return Math.max(0, Math.min(longest, Math.floor((+next.starts_at - +ends_at) / 60_000) - bump))
}

/** The lengths offered: what it is over already, rounded up, then the next steps, as far as there is room. Three at most. */
export function lengthsOf(over: number, free: number, step: number): number[] {
  const first = Math.max(1, Math.ceil(over / step))
  return [first, first + 1, first + 3].map(steps => steps * step).filter(minutes => minutes <= free)
}

/**
 * From half an hour before its end on, and until twelve hours after: how much longer a session could go on. Undefined
 * before and after, and when it is not on.
 */
export async function beyond(
  { db, ask, settings }: { db: Db; ask: Ask; settings: unknown },
  room: Room,
  now = new Date()
): Promise<Beyond | undefined> {
  const late = (+now - +room.ends_at) / 60_000
  if (late < -30 || late > 12 * 60 || !['confirmed', 'in_progress'].includes(room.state)) return undefined
  const { bump_minutes, overtime_step } = settingsOf(settings)
  const next = await findNext(db, room.id)
  const free = freeAfter(room.ends_at, next, bump_minutes)
  const over = Math.max(0, Math.ceil(late))
  const offers = []
  for (const minutes of lengthsOf(over, free, overtime_step)) {
    const [price] = await ask('sessions.overtime', { session_id: room.id, minutes })
    const until = new Date(+room.ends_at + minutes * 60_000)
    offers.push({ minutes, until, cents: price?.cents ?? null, vat_included: price?.vat_included ?? false })
  }
  return { ends_at: room.ends_at, over, next, free, offers }
}

/**
 * The client agrees to more time at its price: the session's end moves, and what comes next keeps its pause. Who agreed
 * stands on the report.
 */
export const acceptOvertime = action({
  name: 'session-report.accept_overtime',
  permission: 'session-report.write',
  input: OvertimeForm,
  constraints: {
    sessions_no_overlap: ['minutes', 'session-report.errors.just_taken'],
    session_people_no_overlap: ['minutes', 'session-report.errors.just_taken'],
    busy_times_room: ['minutes', 'session-report.errors.just_taken'],
    busy_times_person: ['minutes', 'session-report.errors.just_taken'],
    sessions_length: ['minutes', 'session-report.errors.too_long']
  },
  about: (_, { session_id }) => ({ session: session_id }),
  async run(running, { session_id, minutes, accepted_by }) {
    const { db, ask, tell, t, fmt, settings } = running
    const { bump_minutes, vat_rate } = settingsOf(settings)
    const log = await openLog(running, session_id)
    const next = await findNext(db, session_id)
    const free = freeAfter(log.ends_at, next, bump_minutes)
    if (minutes > free) throw refuse({ minutes: nextSentence(running, next, free, bump_minutes) })
    const [price] = await ask('sessions.overtime', { session_id, minutes })
    if (!price) throw refuse({ minutes: 'session-report.errors.no_rate' })
    const note = t('session-report.overtime.apart', { when: fmt.range(log.starts_at, log.ends_at) })
    const [extended] = await ask('sessions.extend', { running, session_id, minutes, note })
    const overtime_id = await addOvertime(db, {
      session_id,
      minutes,
      from_at: extended?.was ?? log.ends_at,
      price_cents: price.cents,
      vat_rate: price.vat_rate ?? vat_rate,
      vat_category: price.vat_category,
      vat_included: price.vat_included,
      accepted_by,
      added_by: writer(running)
    })
    tell('session-report.overtime-accepted', { session_id, overtime_id })
    return { id: overtime_id, ends_at: extended?.ends_at ?? log.ends_at, price_cents: price.cents }
  }
})

/** Who comes next and when, and how many minutes are left before the pause that precedes them. */
function nextSentence({ t, fmt }: Pick<Running, 't' | 'fmt'>, next: Next | undefined, free: number, bump: number) {
  if (!next) return 'session-report.errors.too_long'
  const who =
    next.session_id === null ? (next.person ?? t('session-report.closed')) : (next.who ?? t('session-report.untitled'))
  return { key: 'session-report.errors.next', values: { who, when: fmt.datetime(next.starts_at), free, bump } }
}
