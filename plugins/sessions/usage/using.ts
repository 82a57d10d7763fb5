import { time, together } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import { hoursOf } from '../crew/hours.ts'
import type { Opening } from '../opening.ts'
import { openSpans } from '../open-spans.ts'
import { listRooms } from '../room-queries.ts'
import { shareOf, summed, usageOf } from './counting.ts'
import type { Step, Usage } from './counting.ts'
import type { UsageQuery } from './forms.ts'
import { earned, listWorking, spentTimes } from './queries.ts'

/** A room or somebody with the usage of each step, of all of them, and of as long a time before. */
export interface Line {
  id: number
  name: string
  steps: Usage[]
  whole: Usage
  before: Usage
}

export interface Report {
  from: string
  to: string
  steps: Step[]
  lines: Line[]
  /** All lines together, by step. */
  all: Usage[]
  whole: Usage
  before: Usage
}

const mostSteps = 53
const nothingSpent = { booked: [], optional: [], blocked: [] }

/** Usage by room or person, by week or month, beside the same length of time before. Four statements, whatever the period. */
export async function usage(db: Db, query: UsageQuery, zone: string): Promise<Report> {
  const steps = stepsOf(query, zone)
  const [first, last] = [steps[0] as Step, steps.at(-1) as Step]
  const earlier = backwards(first.day, query.unit, steps.length)
  const before: Step = { day: earlier, span: [+time.startOfDay(earlier, zone), first.span[0]] }
  const each = [before, ...steps]
  const [from, to] = [new Date(before.span[0]), new Date(last.span[1])]
  const borders = [...each.map(({ span }) => new Date(span[0])), to]
  const [things, spent, revenues] = await together(db, db => [
    query.by === 'room' ? listRooms(db) : listWorking(db),
    spentTimes(db, query.by, from, to),
    earned(db, query.by, borders)
  ])
  const wanted = things.filter(({ id }) => query.one === null || id === query.one)
  const hours = await openingsOf(db, query, wanted)
  const openOf = openSpans(earlier, next(last.day, query.unit), zone)
  const lines = wanted.map(({ id, name }) => {
    const opening = hours.get(id)
    const times = {
      ...(spent.get(id) ?? nothingSpent),
      open: opening && openOf(opening),
      revenue: revenues.get(id) ?? new Map<number, number>()
    }
    const [past, ...now] = usageOf(times, each) as [Usage, ...Usage[]]
    return { id, name, steps: now, whole: summed(now), before: past }
  })
  return {
    from: first.day,
    to: time.addDays(next(last.day, query.unit), -1),
    steps,
    lines: lines.toSorted(orderOf(query.sort)),
    all: steps.map((_, at) => summed(lines.map(line => line.steps[at] as Usage))),
    whole: summed(lines.map(line => line.whole)),
    before: summed(lines.map(line => line.before))
  }
}

/** The whole weeks or months that a period touches; the last twelve when none is given. */
function stepsOf({ unit, from, to }: UsageQuery, zone: string): Step[] {
  const end = to ?? time.today(zone)
  const start = startOf(from && from <= end ? from : backwards(startOf(end, unit), unit, 11), unit)
  const steps: Step[] = []
  for (let day = start; day <= end && steps.length < mostSteps; day = next(day, unit)) {
    steps.push({ day, span: [+time.startOfDay(day, zone), +time.startOfDay(next(day, unit), zone)] })
  }
  return steps
}

const startOf = (day: string, unit: UsageQuery['unit']) =>
  unit === 'week' ? time.startOfWeek(day) : `${day.slice(0, 7)}-01`
const next = (day: string, unit: UsageQuery['unit']) =>
  unit === 'week' ? time.addDays(day, 7) : time.addMonths(day, 1)
const backwards = (day: string, unit: UsageQuery['unit'], steps: number) =>
  unit === 'week' ? time.addDays(day, -7 * steps) : time.addMonths(day, -steps)

/** When each may be had. Somebody without hours has no capacity to compare with. */
async function openingsOf(db: Db, { by }: UsageQuery, things: { id: number }[]): Promise<Map<number, Opening>> {
  if (by === 'room') return new Map((things as ({ id: number } & Opening)[]).map(room => [room.id, room]))
  const hours = await hoursOf(
    db,
    things.map(({ id }) => id)
  )
  return new Map([...hours].filter(([, opening]) => !opening.always_open))
}

const collator = new Intl.Collator('fr')

function orderOf(sort: UsageQuery['sort']): (a: Line, b: Line) => number {
  const sign = sort.startsWith('-') ? -1 : 1
  const key = sort.replace('-', '')
  if (key === 'name') return (a, b) => sign * collator.compare(a.name, b.name)
  const value = ({ whole }: Line) =>
    key === 'share' ? (shareOf(whole) ?? -1) : key === 'revenue' ? whole.revenue : whole.booked
  return (a, b) => sign * (value(a) - value(b)) || collator.compare(a.name, b.name)
}
