import { cursor, list, time } from '@patchbay/core'
import { ReviewsQuery } from './forms.ts'
import { listReviews } from './list-queries.ts'

const size = 50

/** Revisions that are with somebody for their word, or came back with changes; the last sent first. */
export const reviewList = list({
  name: 'mixes.reviews',
  permission: 'mixes.read',
  query: ReviewsQuery,
  async run(db, query, { timezone }) {
    const after = Number(cursor.read(query.after ?? undefined, 1)?.[0] ?? 0)
    const found = await listReviews(db, query, { today: time.today(timezone), limit: size + 1, after })
    const rows = found.slice(0, size)
    const last = rows.at(-1)
    return { rows, next: last && found.length > size ? cursor.write(last.id) : undefined }
  }
})
