import { cursor, list } from '@patchbay/core'
import { RequestsQuery } from './forms.ts'
import { listRequests } from './queries.ts'

const size = 40

/** Papers that were sent to be signed, the newest first; without a state or a text, what waits. */
export const requestsList = list({
  name: 'signatures.list',
  permission: 'signatures.read',
  query: RequestsQuery,
  async run(db, { q, state, after }) {
    const wanted = state ?? (q ? 'all' : 'open')
    const [last_id] = cursor.read(after ?? undefined, 1) ?? []
    const from = typeof last_id === 'number' ? last_id : undefined
    const found = await listRequests(db, { q, state: wanted === 'all' ? null : wanted, after: from, limit: size + 1 })
    const rows = found.slice(0, size)
    const last = rows.at(-1)
    return { rows, next: last && found.length > size ? cursor.write(last.id) : undefined }
  }
})
