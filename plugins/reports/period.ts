import type { Period } from '../legal/contract.ts'

/** The period of a report: what was asked, in order; else the year of `today`. At most ten years. */
export function periodOf(
  { from, to }: { from?: string | null | undefined; to?: string | null | undefined },
  today: string
): Period {
  const year = today.slice(0, 4)
  const [a, b] = [from ?? `${year}-01-01`, to ?? (from && from > `${year}-12-31` ? from : `${year}-12-31`)]
  const [first, last] = a <= b ? [a, b] : [b, a]
  const tenYears = `${Number(first.slice(0, 4)) + 10}${first.slice(4)}`
  return { from: first, to: last < tenYears ? last : tenYears }
}

/** The same days a year before. */
export const yearBefore = ({ from, to }: Period): Period => ({ from: shifted(from), to: shifted(to) })

const shifted = (day: string) => {
  const moved = `${Number(day.slice(0, 4)) - 1}${day.slice(4)}`
  return moved.endsWith('02-29') ? `${moved.slice(0, 8)}28` : moved
}

/** Its months, `2026-11`, at least one. */
export function monthsOf({ from, to }: Period): string[] {
  const months: string[] = []
  let [year, month] = [Number(from.slice(0, 4)), Number(from.slice(5, 7))]
  for (let name = from.slice(0, 7); name <= to.slice(0, 7); name = `${year}-${String(month).padStart(2, '0')}`) {
    months.push(name)
    month += 1
    if (month > 12) [year, month] = [year + 1, 1]
  }
  return months
}

/** A month's days within a period. */
export function daysOfMonth(month: string, period: Period): Period {
  const [year = 0, number = 0] = month.split('-').map(Number)
  const last = new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10)
  const first = `${month}-01`
  return { from: first > period.from ? first : period.from, to: last < period.to ? last : period.to }
}

/** What people pick: this month, the last one, this quarter, this year, the last one. */
export function presets(
  today: string
): { key: 'month' | 'last_month' | 'quarter' | 'year' | 'last_year'; period: Period }[] {
  const [year = 0, month = 0] = today.split('-').map(Number)
  const span = (fromMonth: number, months: number): Period => ({
    from: new Date(Date.UTC(year, fromMonth, 1)).toISOString().slice(0, 10),
    to: new Date(Date.UTC(year, fromMonth + months, 0)).toISOString().slice(0, 10)
  })
  return [
    { key: 'month', period: span(month - 1, 1) },
    { key: 'last_month', period: span(month - 2, 1) },
    { key: 'quarter', period: span(Math.floor((month - 1) / 3) * 3, 3) },
    { key: 'year', period: span(0, 12) },
    { key: 'last_year', period: span(-12, 12) }
  ]
}
