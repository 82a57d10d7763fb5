import { cursor, list, pageSize } from '@patchbay/core'
import { RemindersQuery } from './forms.ts'
import { listReminders } from './queries.ts'
import type { Shown } from './queries.ts'

/** Every reminder that was due, the latest first. */
export const remindersList = list<typeof RemindersQuery, Shown>({
  name: 'reminders.list',
  permission: 'reminders.read',
  query: RemindersQuery,
  async run(db, { state, after }) {
    const from = readCursor(after)
    const rows = await listReminders(db, { state: state ?? null, after: from, limit: pageSize + 1 })
    const shown = rows.slice(0, pageSize)
    const last = shown.at(-1)
    return {
      rows: shown,
      ...(rows.length > pageSize && last && { next: cursor.write(last.due_at.toISOString(), last.id) })
    }
  }
})

/** The time and id of the last one seen; undefined for anything else. */
function readCursor(text: string | null): [string, number] | undefined {
  const [at, id] = cursor.read(text ?? undefined, 2) ?? []
  const fits = typeof at === 'string' && !Number.isNaN(Date.parse(at)) && Number.isSafeInteger(id)
  return fits ? [at, id as number] : undefined
}
