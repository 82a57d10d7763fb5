import { list, time } from '@patchbay/core'
import { DayQuery } from './forms.ts'
import { listPrepared } from './sending-queries.ts'

/** The sessions of one day, tomorrow's when none is named, and to how many their sheets were sent. */
export const sheetsList = list({
  name: 'call-sheets.list',
  permission: 'call-sheets.read',
  query: DayQuery,
  async run(db, { day }, { timezone }) {
    const asked = dayOf(day, timezone)
    const [from, to] = [asked, time.addDays(asked, 1)].map(one => time.startOfDay(one, timezone)) as [Date, Date]
    return { rows: await listPrepared(db, from, to) }
  }
})

/** The day that is looked at. */
export const dayOf = (day: string | null, timezone: string): string => day ?? time.addDays(time.today(timezone), 1)
