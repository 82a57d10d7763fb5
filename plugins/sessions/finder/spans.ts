/** A stretch of time in milliseconds, `[start, end)`. Lists of them are in order and do not touch. */
export type Span = readonly [start: number, end: number]

/** In order, joined where they meet. */
export function joined(spans: readonly Span[]): Span[] {
  const result: [number, number][] = []
  for (const [start, end] of spans.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1)
    if (last && start <= last[1]) last[1] = Math.max(last[1], end)
    else result.push([start, end])
  }
  return result
}

/** What of `spans` none of `taken` covers; both in order. One pass over each. */
export function without(spans: readonly Span[], taken: readonly Span[]): Span[] {
  const result: Span[] = []
  let at = 0
  for (const [start, end] of spans) {
    while (at < taken.length && (taken[at]?.[1] ?? 0) <= start) at++
    let from = start
    for (let next = at; next < taken.length && (taken[next]?.[0] ?? 0) < end; next++) {
      const [busyFrom, busyTo] = taken[next] as Span
      if (busyFrom > from) result.push([from, busyFrom])
      from = Math.max(from, busyTo)
    }
    if (from < end) result.push([from, end])
  }
  return result
}

/** What two lists have in common; both in order. One pass over each. */
export function common(a: readonly Span[], b: readonly Span[]): Span[] {
  const result: Span[] = []
  let [i, j] = [0, 0]
  while (i < a.length && j < b.length) {
    const [one, other] = [a[i] as Span, b[j] as Span]
    const [start, end] = [Math.max(one[0], other[0]), Math.min(one[1], other[1])]
    if (start < end) result.push([start, end])
    if (one[1] < other[1]) i++
    else j++
  }
  return result
}

/** Those that last `length` or more. */
export const lasting = (spans: readonly Span[], length: number): Span[] =>
  spans.filter(([start, end]) => end - start >= length)
