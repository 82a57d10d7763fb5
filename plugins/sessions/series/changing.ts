import type { SessionRow } from '../queries.ts'
import type { ChangeSeriesInput } from './forms.ts'
import { datesOf } from './plan.ts'
import type { Plan, Planned } from './plan.ts'
import type { MemberRow, SeriesRow } from './queries.ts'

/** A session of a series that is still to come. */
export type Coming = SessionRow & Pick<MemberRow, 'occurrence' | 'moved'> & { crew: readonly number[] }

/** What differs from the session that was shown: only that is written to the others. */
export interface Touched {
  place: boolean
  people: boolean
  title: boolean
  notes: boolean
  price: boolean
}

/** What becomes of one session. */
export interface Target {
  before: Coming
  /** Where it goes in the series; undefined when it stays where it is. */
  date: Planned | undefined
  people: readonly number[]
  title: string | null
  notes: string | null
}

export interface SeriesChange {
  plan: Plan
  touched: Touched
  targets: Target[]
}

/**
 * What a change makes of the sessions it concerns. What was moved by itself stays where it is unless `include_moved`; a
 * date for which `skip` was chosen too. `shown` is the session whose fields the form had.
 */
export function changeOf(
  series: SeriesRow,
  sessions: readonly Coming[],
  shown: Coming,
  input: ChangeSeriesInput,
  plan: Plan
): SeriesChange {
  const touched = touchedBy(series, shown, input, plan)
  const targets = sessions
    .filter(session => input.scope === 'all' || session.starts_at >= shown.starts_at)
    .map(before => ({
      before,
      date: dateFor(before, touched, input, plan),
      people: touched.people ? input.people : before.crew,
      title: touched.title ? input.title : before.title,
      notes: touched.notes ? input.notes : before.notes
    }))
  return { plan, touched, targets }
}

function touchedBy(series: SeriesRow, shown: Coming, input: ChangeSeriesInput, plan: Plan): Touched {
  const { starts, ends, minutes, room_id } = series
  const price = shown.price_override ? shown.price_cents : null
  return {
    place: starts !== plan.starts || ends !== plan.ends || minutes !== plan.minutes || room_id !== plan.room_id,
    people: input.people.toSorted(byNumber).join() !== [...shown.crew].toSorted(byNumber).join(),
    title: input.title !== shown.title,
    notes: input.notes !== shown.notes,
    price: input.price_cents !== price || input.price_note !== shown.price_note
  }
}

const byNumber = (a: number, b: number) => a - b

function dateFor(before: Coming, { place }: Touched, input: ChangeSeriesInput, plan: Plan): Planned | undefined {
  const { occurrence, moved } = before
  if (occurrence === null || (moved ? !input.include_moved : !place)) return undefined
  const [date] = datesOf([occurrence.slice(0, 10)], plan, input.choices)
  return date?.choice === 'skip' ? undefined : date
}

/** Does it hold another time, room or people than before? */
export const isPlaced = ({ date }: Target, { people }: Touched): boolean => date !== undefined || people

export const isChanged = (target: Target, touched: Touched): boolean =>
  isPlaced(target, touched) || touched.title || touched.notes || touched.price

/** Those that go somewhere, in the order in which none runs into one that has not gone yet. */
export function inOrder(targets: readonly Target[]): Target[] {
  const later = targets.some(({ before, date }) => date?.slot && date.slot.starts_at > before.starts_at)
  return later ? targets.toReversed() : [...targets]
}
