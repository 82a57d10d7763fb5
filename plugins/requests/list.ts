import { cursor, list } from '@patchbay/core'
import { RequestsQuery } from './forms.ts'
import { listRequests } from './queries.ts'

const size = 40

/** What came in by the open page, the newest first; without a state, what waits for an answer. */
export const requestsList = list({
  name: 'requests.list',
  permission: 'requests.read',
  query: RequestsQuery,
  async run(db, { q, state = q ? 'all' : 'new', after }) {
    const [last_id] = cursor.read(after ?? undefined, 1) ?? []
    const from = typeof last_id === 'number' ? last_id : undefined
    const found = await listRequests(db, { q, state, after: from, limit: size + 1 })
    const rows = found.slice(0, size)
    const last = rows.at(-1)
    const next = last && found.length > size ? cursor.write(last.id) : undefined
    return { rows, next }
  }
})
