import type { Stretch } from './opening.ts'
import { isOpen } from './opening.ts'

/** The nearest times of the same length that are free: the last that begins earlier, the first that begins later. */
export interface FreeTimes {
  earlier?: Stretch
  later?: Stretch
}

/**
 * Looks for them among `busy` (in any order, overlapping as they may) and within `open`. Only times that touch something
 * busy, the wanted one, or the edge of an opening can be nearest, so only those are tried. None begins before `now`.
 */
export function nearestFree(wanted: Stretch, busy: Stretch[], open: Stretch[], now: Date): FreeTimes {
  const length = wanted.end.getTime() - wanted.start.getTime()
  const starts = new Set<number>()
  for (const { start, end } of busy) starts.add(end.getTime()).add(start.getTime() - length)
  for (const { start, end } of open) starts.add(start.getTime()).add(end.getTime() - length)
  const free = [...starts]
    .filter(start => start >= now.getTime() && start !== wanted.start.getTime())
    .map(start => ({ start: new Date(start), end: new Date(start + length) }))
    .filter(stretch => isOpen(open, stretch) && !busy.some(other => overlap(other, stretch)))
  const earlier = nearest(
    free.filter(({ start }) => start < wanted.start),
    wanted
  )
  const later = nearest(
    free.filter(({ start }) => start > wanted.start),
    wanted
  )
  return { ...(earlier && { earlier }), ...(later && { later }) }
}

/** What of `open` within `rest` nothing busy covers. */
export function gaps(open: Stretch[], busy: Stretch[], rest: Stretch): Stretch[] {
  return open
    .filter(stretch => overlap(stretch, rest))
    .flatMap(stretch => {
      const end = stretch.end < rest.end ? stretch.end : rest.end
      let at = stretch.start > rest.start ? stretch.start : rest.start
      const found: Stretch[] = []
      for (const taken of busy.toSorted((a, b) => a.start.getTime() - b.start.getTime())) {
        if (taken.start > at && taken.start < end) found.push({ start: at, end: taken.start })
        if (taken.end > at) at = taken.end
      }
      if (at < end) found.push({ start: at, end })
      return found
    })
}

export const overlap = (a: Stretch, b: Stretch): boolean => a.start < b.end && b.start < a.end

function nearest(stretches: Stretch[], wanted: Stretch): Stretch | undefined {
  const distance = ({ start }: Stretch) => Math.abs(start.getTime() - wanted.start.getTime())
  return stretches.toSorted((a, b) => distance(a) - distance(b))[0]
}
