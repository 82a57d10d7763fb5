import { cursor, list } from '@patchbay/core'
import { DeliveriesQuery } from './forms.ts'
import { listDeliveries } from './list-queries.ts'

const size = 40

/** Packages, the newest first. */
export const deliveriesList = list({
  name: 'deliveries.list',
  permission: 'deliveries.read',
  query: DeliveriesQuery,
  async run(db, { q, state = null, project_id, after }) {
    const [last_id] = cursor.read(after ?? undefined, 1) ?? []
    const below = typeof last_id === 'number' ? last_id : undefined
    const found = await listDeliveries(db, { q, state, project_id, below, limit: size + 1 })
    const rows = found.slice(0, size)
    const last = rows.at(-1)
    return { rows, next: last && found.length > size ? cursor.write(last.id) : undefined }
  }
})
