import { cursor, list } from '@patchbay/core'
import { ContractsQuery } from './forms.ts'
import { listContracts } from './list-queries.ts'

const size = 40

/** Contracts, the newest first. */
export const contractsList = list({
  name: 'contracts.list',
  permission: 'contracts.read',
  query: ContractsQuery,
  async run(db, { q, state, after }) {
    const [last_id] = cursor.read(after ?? undefined, 1) ?? []
    const from = typeof last_id === 'number' ? last_id : undefined
    const found = await listContracts(db, { q, state, after: from, limit: size + 1 })
    const rows = found.slice(0, size)
    const last = rows.at(-1)
    return { rows, next: last && found.length > size ? cursor.write(last.id) : undefined }
  }
})
