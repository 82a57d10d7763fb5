import { styleText } from 'node:util'
import type { Terminal } from './desk.ts'

/** Rows under their heads, in columns as wide as they need. */
export function table(heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const cells = [heads, ...rows].map(row => row.map(String))
  const widths = heads.map((_, column) => Math.max(...cells.map(row => row[column]?.length ?? 0)))
  return cells.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  )
}

/** Names beside their values. */
export function facts(pairs: Record<string, string | number>): string[] {
  const widest = Math.max(...Object.keys(pairs).map(name => name.length))
  return Object.entries(pairs).map(([name, value]) => `${name.padEnd(widest)}  ${value}`)
}

/** `12.4 MB` */
export function sizeOf(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3))
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`
}

/** A word in its colour, where the answer goes to a terminal that shows colours. */
export const coloured = (colour: 'green' | 'yellow' | 'red', word: string, { output }: Terminal): string =>
  styleText(colour, word, { stream: output })

/**
 * Shows how far something is: one line that changes on a terminal, else a line at most every second.
 * `end` leaves the terminal's line behind.
 */
export function progress({ errors: stream }: Terminal) {
  let said = 0
  return {
    show(at: number, total: number, what: string): void {
      const line = `${at}/${total} ${what}`
      if (stream.isTTY) stream.write(`\r\u001b[K${line}`)
      else if (at === total || Date.now() - said > 1000) {
        said = Date.now()
        stream.write(`${line}\n`)
      }
    },
    end(): void {
      if (stream.isTTY) stream.write('\r\u001b[K')
    }
  }
}
