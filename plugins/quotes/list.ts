import { list, time } from '@patchbay/core'
import { QuotesQuery } from './forms.ts'
import { listQuotes } from './list-queries.ts'

/** A quote runs out soon in so many days. */
const soonDays = 7

/** Today and the last day of what runs out soon. */
export function daysOf(timezone: string): { today: string; soon: string } {
  const today = time.today(timezone)
  return { today, soon: time.addDays(today, soonDays) }
}

/** The studio's quotes: searched, filtered by state, sorted, 50 a page. Two statements. */
export const quotesList = list({
  name: 'quotes.list',
  permission: 'quotes.read',
  query: QuotesQuery,
  run: (db, query, { timezone }) => listQuotes(db, query, daysOf(timezone))
})
