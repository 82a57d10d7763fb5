import type { Span } from './finder/spans.ts'
import { openStretches } from './opening.ts'
import type { Opening } from './opening.ts'

/** Openings between two days as spans. Many rooms and people have the same hours: each is worked out once. */
export function openSpans(from: string, to: string, zone: string): (opening: Opening) => Span[] {
  const known = new Map<string, Span[]>()
  return ({ always_open, hours }) => {
    const key = always_open ? 'always' : JSON.stringify(hours)
    let spans = known.get(key)
    if (!spans) {
      spans = openStretches({ always_open, hours }, from, to, zone).map(({ start, end }): Span => [+start, +end])
      known.set(key, spans)
    }
    return spans
  }
}
