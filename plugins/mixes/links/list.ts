import { cursor, list } from '@patchbay/core'
import { LinksQuery } from './forms.ts'
import { pageOfLinks } from './list-queries.ts'

const size = 50

/** Links for guests, the newest first, without their addresses. */
export const linksList = list({
  name: 'mixes.links',
  permission: 'mixes.share',
  query: LinksQuery,
  async run(db, { project_id, after }) {
    const before = Number(cursor.read(after ?? undefined, 1)?.[0] ?? 0)
    const found = await pageOfLinks(db, { project_id, before, limit: size + 1 })
    const rows = found.slice(0, size)
    const last = rows.at(-1)
    return { rows, next: last && found.length > size ? cursor.write(last.id) : undefined }
  }
})
