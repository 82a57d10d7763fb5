import type { Usage } from './counting.ts'

/** What a chart is drawn from: one bar a step, its parts from the bottom up, in the units of its own box. */
export interface Chart {
  width: number
  height: number
  bars: { x: number; width: number; parts: { kind: Part; y: number; height: number; minutes: number }[] }[]
  /** Hours, and where their line is. */
  grid: { hours: number; y: number }[]
}

const parts = ['booked', 'optional', 'blocked', 'idle'] as const
export type Part = (typeof parts)[number]

const [width, height] = [720, 200]

/** Stacked bars as high as all hours of their step. */
export function chartOf(steps: readonly Usage[]): Chart {
  const sums = steps.map(step => parts.reduce((sum, part) => sum + (step[part] ?? 0), 0))
  const most = niceHours(Math.max(60, ...sums) / 60)
  const scale = height / (most * 60)
  const room = width / Math.max(1, steps.length)
  return {
    width,
    height,
    bars: steps.map((step, at) => {
      let y = height
      const stacked = parts
        .filter(part => (step[part] ?? 0) > 0)
        .map(kind => {
          const minutes = step[kind] ?? 0
          y -= minutes * scale
          return { kind, y: round(y), height: round(minutes * scale), minutes }
        })
      return { x: round(at * room + room * 0.15), width: round(room * 0.7), parts: stacked }
    }),
    grid: [0, 0.25, 0.5, 0.75, 1].map(part => ({ hours: most * part, y: round(height - most * part * 60 * scale) }))
  }
}

/** The next number that four lines divide evenly. */
function niceHours(hours: number): number {
  const size = 10 ** Math.floor(Math.log10(hours))
  const steps = [1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10].map(step => step * size)
  return Math.max(4, Math.ceil((steps.find(step => step >= hours) ?? hours) / 4) * 4)
}

const round = (value: number) => Math.round(value * 10) / 10
