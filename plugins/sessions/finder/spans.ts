/** A stretch of time in milliseconds, `[start, end)`. Lists of them are in order and do not touch. */
export type Span = readonly [start: number, end: number]

/*
 * A search goes through a hundred thousand of these: pairs are read by their places, since taking one apart by a pattern
 * makes an iterator each time.
 */

/** In order, joined where they meet. */
export function joined(spans: readonly Span[]): Span[] {
  const result: [number, number][] = []
  let last: [number, number] | undefined
  for (const span of spans.toSorted((a, b) => a[0] - b[0])) {
    if (last && span[0] <= last[1]) last[1] = Math.max(last[1], span[1])
    else result.push((last = [span[0], span[1]]))
  }
  return result
}

/** What of `spans` none of `taken` covers; both in order. One pass over each. */
export function without(spans: readonly Span[], taken: readonly Span[]): Span[] {
  const result: Span[] = []
  let at = 0
  for (const span of spans) {
    const end = span[1]
    let from = span[0]
    while (at < taken.length && (taken[at] as Span)[1] <= from) at++
    for (let next = at; next < taken.length; next++) {
      const busy = taken[next] as Span
      if (busy[0] >= end) break
      if (busy[0] > from) result.push([from, busy[0]])
      from = Math.max(from, busy[1])
    }
    if (from < end) result.push([from, end])
  }
  return result
}

/** What two lists have in common; both in order. One pass over each. */
export function common(a: readonly Span[], b: readonly Span[]): Span[] {
  const result: Span[] = []
  let i = 0
  let j = 0
  while (i < a.length && j < b.length) {
    const one = a[i] as Span
    const other = b[j] as Span
    const start = Math.max(one[0], other[0])
    const end = Math.min(one[1], other[1])
    if (start < end) result.push([start, end])
    if (one[1] < other[1]) i++
    else j++
  }
  return result
}

/** Those that last `length` or more. */
export const lasting = (spans: readonly Span[], length: number): Span[] =>
  spans.filter(span => span[1] - span[0] >= length)
