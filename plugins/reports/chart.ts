/** Bars side by side, in the units of their own box. */
export interface BarChart {
  width: number
  height: number
  bars: { key: string; step: string; at: number; x: number; y: number; width: number; height: number; cents: number }[]
  steps: { name: string; x: number }[]
  grid: { cents: number; y: number }[]
  keys: string[]
}

const [width, height] = [720, 200]

/** A group of bars for each step; what is less than nothing hangs below the line. */
export function chartOf(
  steps: readonly string[],
  series: readonly { key: string; values: readonly number[] }[]
): BarChart {
  const all = series.flatMap(({ values }) => values)
  const [top, bottom] = [nice(Math.max(0, ...all)), nice(Math.max(0, ...all.map(value => -value)))]
  const span = Math.max(1, top + bottom)
  const yOf = (cents: number) => round(((top - cents) / span) * height)
  const room = width / Math.max(1, steps.length)
  const each = (room * 0.7) / Math.max(1, series.length)
  return {
    width,
    height,
    keys: series.map(({ key }) => key),
    steps: steps.map((name, at) => ({ name, x: round((at + 0.5) * room) })),
    bars: series.flatMap(({ key, values }, which) =>
      values.map((cents, at) => ({
        key,
        at,
        step: steps[at] ?? '',
        x: round(at * room + room * 0.15 + which * each),
        y: Math.min(yOf(cents), yOf(0)),
        width: round(each * 0.92),
        height: round(Math.abs(yOf(cents) - yOf(0))),
        cents
      }))
    ),
    grid: [top, top / 2, 0, ...(bottom > 0 ? [-bottom] : [])].map(cents => ({ cents, y: yOf(cents) }))
  }
}

/** The next round number. */
function nice(cents: number): number {
  if (cents <= 0) return 0
  const size = 10 ** Math.floor(Math.log10(cents))
  return ([1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find(step => step * size >= cents) ?? 10) * size
}

const round = (value: number) => Math.round(value * 10) / 10
