import { cursor, list, pageSize, time } from '@patchbay/core'
import { DunningQuery } from './forms.ts'
import { listLate } from './queries.ts'
import type { LateInvoice } from './queries.ts'

/** Invoices that are late, the oldest first, with what was written about them. */
export const lateList = list<typeof DunningQuery, LateInvoice>({
  name: 'dunning.list',
  permission: 'dunning.read',
  query: DunningQuery,
  async run(db, { state, after }, { timezone }) {
    const rows = await listLate(db, time.today(timezone), {
      stopped: state === 'stopped',
      after: readCursor(after),
      limit: pageSize + 1
    })
    const shown = rows.slice(0, pageSize)
    const last = shown.at(-1)
    return { rows: shown, ...(rows.length > pageSize && last && { next: cursor.write(last.due_date, last.id) }) }
  }
})

/** The due date and id of the last one seen; undefined for anything else. */
function readCursor(text: string | null): [string, number] | undefined {
  const [due, id] = cursor.read(text ?? undefined, 2) ?? []
  const fits = typeof due === 'string' && /^\d{4}-\d\d-\d\d$/.test(due) && !Number.isNaN(Date.parse(due))
  return fits && typeof id === 'number' && Number.isSafeInteger(id) ? [due, id] : undefined
}
