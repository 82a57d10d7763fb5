import { activityOf, fields, notFound, together } from '@patchbay/core'
import type { Activity } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { listAppearances } from './credit-queries.ts'
import type { Appearance } from './credit-queries.ts'
import { readableIpi, readableIsni } from './identifiers.ts'
import { findMusician } from './musician-queries.ts'
import { styles } from './pages.ts'

/** What a musician's card shows. Three statements. */
export async function musicianCard(request: FastifyRequest) {
  const id = request.recordId()
  const [musician, appearances, activity] = await together(request.db, db => [
    findMusician(db, id),
    listAppearances(db, id),
    activityOf(db, 'musician', id, 30)
  ])
  if (!musician) throw notFound()
  return {
    styles,
    title: musician.name,
    musician,
    projects: byProject(appearances),
    activity: request.can('credits.rates') ? activity : withoutMoney(activity),
    readablePhone: fields.readablePhone,
    readableIpi,
    readableIsni
  }
}

function byProject(appearances: readonly Appearance[]) {
  return [...Map.groupBy(appearances, ({ project_id }) => project_id).values()].map(tracks => ({
    id: tracks[0]?.project_id,
    title: tracks[0]?.project,
    artist: tracks[0]?.artist,
    tracks
  }))
}

/** The trail for those who may not see what people cost. */
function withoutMoney(activity: readonly Activity[]): Activity[] {
  return activity.map(row => {
    const changes = Object.entries(row.details.changes ?? {}).filter(([field]) => !field.startsWith('rate_'))
    return { ...row, details: { ...row.details, changes: Object.fromEntries(changes) } }
  })
}
