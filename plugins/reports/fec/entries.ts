import type { Db } from '@patchbay/core'
import type { Accounts, Period, Purchase } from '../../legal/contract.ts'
import type { Entry, Journal } from './entry.ts'
import { journals } from './entry.ts'
import { dueEntry, moneyEntry } from './money.ts'
import { purchaseEntry, purchasePaid } from './purchases.ts'
import { dueAfter, moneyAfter, salesAfter, salesOf } from './queries.ts'
import type { SalesRow } from './queries.ts'
import { salesEntry } from './sales.ts'

/** Rows read at once: a year never stands in memory whole. */
const batch = 500

/** All entries of a period, journal after journal, each in the order of its days. */
export async function* entriesOf(
  db: Db,
  period: Period,
  accounts: Accounts,
  purchases: readonly Purchase[]
): AsyncGenerator<Entry> {
  yield* sales(db, period, accounts)
  for (const purchase of byDay(
    purchases.filter(({ day }) => within(day, period)),
    ({ day }) => day
  )) {
    yield purchaseEntry(purchase, accounts)
  }
  for (const journal of journals.filter(one => !['VE', 'AC', 'OD'].includes(one))) {
    yield* money(db, period, accounts, journal, purchases)
  }
  yield* due(db, period, accounts)
}

async function* sales(db: Db, period: Period, accounts: Accounts): AsyncGenerator<Entry> {
  for (let last = 0; ;) {
    const rows = await salesAfter(db, period, last, batch)
    const replaced = await byIds(
      db,
      rows.flatMap(({ replaces }) => replaces ?? [])
    )
    for (const row of rows)
      yield salesEntry(row, accounts, row.replaces === null ? undefined : replaced.get(row.replaces))
    if (rows.length < batch) return
    last = rows.at(-1)?.position ?? last
  }
}

async function* money(
  db: Db,
  period: Period,
  accounts: Accounts,
  journal: Journal,
  purchases: readonly Purchase[]
): AsyncGenerator<Entry> {
  const paid = purchases
    .flatMap(purchase => purchasePaid(purchase, accounts))
    .filter(entry => entry.journal === journal && within(entry.day, period))
  const waiting = byDay(paid, ({ day }) => day)
  for (let last: [string, number] = [period.from, 0]; ;) {
    const rows = await moneyAfter(db, period, last, batch)
    for (const row of rows) {
      const entry = moneyEntry(row, accounts)
      if (entry.journal !== journal) continue
      while (waiting[0] && waiting[0].day < entry.day) yield waiting.shift() as Entry
      yield entry
    }
    const end = rows.at(-1)
    if (rows.length < batch || !end) break
    last = [end.paid_on, end.id]
  }
  yield* waiting
}

async function* due(db: Db, period: Period, accounts: Accounts): AsyncGenerator<Entry> {
  for (let last = 0; ;) {
    const rows = await dueAfter(db, period, last, batch)
    const documents = await byIds(
      db,
      rows.map(({ document_id }) => document_id)
    )
    for (const row of rows) {
      const document = documents.get(row.document_id)
      const entry = document && dueEntry(row, document, accounts)
      if (entry) yield entry
    }
    if (rows.length < batch) return
    last = rows.at(-1)?.position ?? last
  }
}

async function byIds(db: Db, ids: readonly number[]): Promise<Map<number, SalesRow>> {
  if (ids.length === 0) return new Map()
  return new Map((await salesOf(db, [...new Set(ids)])).map(row => [row.id, row]))
}

const within = (day: string, { from, to }: Period) => day >= from && day <= to

const byDay = <Thing>(things: readonly Thing[], of: (thing: Thing) => string): Thing[] =>
  things.toSorted((a, b) => (of(a) < of(b) ? -1 : of(a) > of(b) ? 1 : 0))
