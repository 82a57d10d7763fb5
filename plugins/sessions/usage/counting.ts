import { common, joined, without } from '../finder/spans.ts'
import type { Span } from '../finder/spans.ts'
import type { Spent } from './queries.ts'

/** How the time of a room or somebody was spent, in minutes, and what it earned. */
export interface Usage {
  booked: number
  /** Held by an option only. */
  optional: number
  /** Closed or away, of the time it would have been open. */
  blocked: number
  /** Open and empty; null for whoever has no hours. */
  idle: number | null
  /** Cents of the sessions that began in it. */
  revenue: number
}

/** A week or a month by the studio's calendar: its first day, and from when to when it really is. */
export interface Step {
  day: string
  span: Span
}

export interface Times extends Omit<Spent, 'id'> {
  /** When it is open; undefined for whoever has no hours. */
  open: readonly Span[] | undefined
  /** Cents of what began in each step. */
  revenue: ReadonlyMap<number, number>
}

/**
 * The usage of each step. Time is counted once: what is booked twice over is booked, an option beside a booking is booked,
 * a closure under either is that. A session is cut at the border of two steps; what it earns belongs to that of its start.
 */
export function usageOf({ open, booked, optional, blocked, revenue }: Times, steps: readonly Step[]): Usage[] {
  const options = without(optional, booked)
  const used = joined([...booked, ...options])
  const closed = without(open ? common(blocked, open) : blocked, used)
  const idle = open && without(open, joined([...used, ...closed]))
  return steps.map(({ span }, at) => ({
    booked: minutesIn(booked, span),
    optional: minutesIn(options, span),
    blocked: minutesIn(closed, span),
    idle: idle ? minutesIn(idle, span) : null,
    revenue: revenue.get(at) ?? 0
  }))
}

const minutesIn = (spans: readonly Span[], step: Span) =>
  Math.round(common(spans, [step]).reduce((sum, [start, end]) => sum + end - start, 0) / 60_000)

export const nothing: Usage = { booked: 0, optional: 0, blocked: 0, idle: 0, revenue: 0 }

/** All of them together. Idle time is unknown when it is of one. */
export const summed = (list: readonly Usage[]): Usage =>
  list.reduce(
    (a, b) => ({
      booked: a.booked + b.booked,
      optional: a.optional + b.optional,
      blocked: a.blocked + b.blocked,
      idle: a.idle === null || b.idle === null ? null : a.idle + b.idle,
      revenue: a.revenue + b.revenue
    }),
    nothing
  )

/** The part of the time that was booked, of what was open or used, from 0 to 1; null when nobody knows or there is none. */
export function shareOf({ booked, optional, blocked, idle }: Usage): number | null {
  const whole = idle === null ? 0 : booked + optional + blocked + idle
  return whole === 0 ? null : booked / whole
}

/** Cents an hour booked; null when nothing was. */
export const perHour = ({ revenue, booked }: Usage): number | null =>
  booked === 0 ? null : Math.round((revenue * 60) / booked)
