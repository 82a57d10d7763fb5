import fs from 'node:fs'

/** What was measured, under names that stay: `pages.clients.ratio`. */
export class Figures {
  readonly #all = new Map<string, number>()

  set(name: string, value: number): number {
    this.#all.set(name, round(value))
    return value
  }

  get(name: string): number {
    return this.#all.get(name) ?? Number.NaN
  }

  /** Those whose name matches; for the lowest or highest of several. */
  matching(pattern: RegExp): number[] {
    return [...this.#all].filter(([name]) => pattern.test(name)).map(([, value]) => value)
  }

  write(file: string): void {
    fs.writeFileSync(file, `${JSON.stringify(Object.fromEntries(this.#all), null, 2)}\n`)
  }
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2
}

/** Lines under a head, in columns as wide as they need; numbers to the right. */
export function table(head: string[], rows: (string | number)[][]): void {
  const cells = rows.map(row => row.map(cell => (typeof cell === 'number' ? String(round(cell)) : cell)))
  const widths = head.map((name, at) => Math.max(name.length, ...cells.map(row => row[at]?.length ?? 0)))
  const line = (row: string[]) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ')
  console.log(`\n${line(head)}\n${widths.map(width => '-'.repeat(width)).join('  ')}`)
  for (const row of cells) console.log(line(row))
}

/** A figure that has a target, as the closing lines show it. */
export function verdict(name: string, value: number, target: string, met: boolean): (string | number)[] {
  return Number.isNaN(value) ? [name, 'not run', target, ''] : [name, value, target, met ? 'met' : 'MISSED']
}

const round = (value: number): number => (Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)))
