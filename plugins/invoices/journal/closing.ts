import { time } from '@patchbay/core'
import type { Db, Studio } from '@patchbay/core'
import { linkHash } from '../chain.ts'
import { logEvent } from './log.ts'
import type { Who } from './log.ts'
import {
  addClosing,
  documentDays,
  hashesAt,
  issuedIn,
  journalDays,
  lastClosing,
  lockChains,
  moneyOf
} from './queries.ts'
import type { Closing, ClosingTotals, Period } from './queries.ts'

/*
 * Closings: each day that is over, each month and each year gets its totals, once, chained. What is entered later belongs
 * to a later day; the database takes no row into a closed one.
 */

/** Closes all that is over and was not closed, in order. Inside a transaction. @returns how many periods were closed */
export async function closePeriods({ db, studio, person }: { db: Db; studio: Studio; person: Who }): Promise<number> {
  const zone = studio.timezone
  const last = await lastClosing(db, 'day')
  const yesterday = time.addDays(time.today(zone), -1)
  if (last && last.ends_on >= yesterday) return 0
  await lockChains(db)
  const journal = await journalDays(db, zone, last?.last_position ?? 0)
  const documents = await documentDays(db, zone, last?.totals.documents.last_position ?? 0)
  const begins = last
    ? time.addDays(last.ends_on, 1)
    : [journal[0]?.day, documents[0]?.day].filter(day => day !== undefined).toSorted()[0]
  if (begins === undefined) return 0
  let closed = 0
  let before = {
    any: await lastClosing(db),
    day: last,
    month: await lastClosing(db, 'month'),
    year: await lastClosing(db, 'year')
  }
  for (let day = begins; day <= yesterday; day = time.addDays(day, 1)) {
    const ends = endsOf(day)
    for (const period of ends) {
      const closing = await close(db, zone, {
        period,
        day,
        before: before[period],
        previous: before.any,
        rows: journal.filter(one => one.day <= day),
        documents: documents.filter(one => one.day <= day)
      })
      before = { ...before, [period]: closing, any: closing }
      closed += 1
    }
  }
  if (closed > 0) await logEvent(db, person, 'closing', { closed, from: begins, to: yesterday })
  return closed
}

/** What ends with a day. */
function endsOf(day: string): Period[] {
  const next = time.addDays(day, 1)
  if (next.endsWith('-01-01')) return ['day', 'month', 'year']
  return next.endsWith('-01') ? ['day', 'month'] : ['day']
}

const beginOf = (period: Period, day: string): string =>
  period === 'day' ? day : period === 'month' ? `${day.slice(0, 7)}-01` : `${day.slice(0, 4)}-01-01`

async function close(
  db: Db,
  zone: string,
  {
    period,
    day,
    before,
    previous,
    rows,
    documents
  }: {
    period: Period
    day: string
    before: Closing | undefined
    previous: Closing | undefined
    rows: { first: number; last: number }[]
    documents: { last: number }[]
  }
): Promise<Closing> {
  const from = (before?.last_position ?? 0) + 1
  const to = Math.max(rows.at(-1)?.last ?? 0, previous?.last_position ?? 0, before?.last_position ?? 0)
  const issuedBefore = before?.totals.documents.last_position ?? 0
  const issued = Math.max(
    issuedBefore,
    previous?.totals.documents.last_position ?? 0,
    ...documents.map(({ last }) => last)
  )
  const money = await totalsOf(db, { from, to, issuedFrom: issuedBefore + 1, issuedTo: issued })
  const sameYear = before?.ends_on.slice(0, 4) === day.slice(0, 4)
  const totals: ClosingTotals = {
    ...money,
    year_cents: (sameYear ? (before?.totals.year_cents ?? 0) : 0) + money.period_cents,
    perpetual_cents: (before?.totals.perpetual_cents ?? 0) + money.period_cents,
    perpetual_absolute_cents: (before?.totals.perpetual_absolute_cents ?? 0) + money.in_cents + money.out_cents
  }
  const closing = {
    period,
    begins_on: beginOf(period, day),
    ends_on: day,
    until: time.startOfDay(time.addDays(day, 1), zone),
    first_position: to >= from ? from : null,
    last_position: to,
    totals,
    previous_hash: previous?.hash ?? Buffer.alloc(0)
  }
  const hash = linkHash(closing.previous_hash, closingContent(closing))
  await addClosing(db, { ...closing, hash })
  return { ...closing, hash, id: 0, at: new Date() }
}

/** What a stretch of both chains comes to; also asked again by whoever verifies. */
export async function totalsOf(
  db: Db,
  { from, to, issuedFrom, issuedTo }: { from: number; to: number; issuedFrom: number; issuedTo: number }
): Promise<Omit<ClosingTotals, 'year_cents' | 'perpetual_cents' | 'perpetual_absolute_cents'>> {
  const { methods, vat, rows, credited_cents } =
    to >= from ? await moneyOf(db, from, to) : { methods: [], vat: [], rows: 0, credited_cents: 0 }
  const issued = issuedTo >= issuedFrom ? await issuedIn(db, issuedFrom, issuedTo) : { count: 0, total_cents: 0 }
  const hashes = await hashesAt(db, to, issuedTo)
  const in_cents = methods.reduce((sum, method) => sum + method.in_cents, 0)
  const out_cents = methods.reduce((sum, method) => sum + method.out_cents, 0)
  return {
    rows,
    in_cents,
    out_cents,
    period_cents: in_cents - out_cents,
    by_method: methods.map(method => ({ method: method.method, cents: method.in_cents - method.out_cents })),
    by_vat: vat,
    credited_cents,
    documents: {
      first_position: issuedTo >= issuedFrom ? issuedFrom : null,
      last_position: issuedTo,
      ...issued,
      hash: hashes.document
    },
    journal_hash: hashes.journal
  }
}

/** What a closing's hash is of. */
export const closingContent = ({
  period,
  begins_on,
  ends_on,
  until,
  first_position,
  last_position,
  totals
}: Omit<Closing, 'id' | 'at' | 'hash' | 'previous_hash'>) => ({
  period,
  begins_on,
  ends_on,
  until: until.toISOString(),
  first_position,
  last_position,
  totals
})
