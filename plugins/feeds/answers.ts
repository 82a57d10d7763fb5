import type { Plugin } from '@patchbay/core'
import { listOutsideTimes } from './outside-queries.ts'

/** When rooms and people are taken, as calendars elsewhere say. */
export const answers: NonNullable<Plugin['answers']> = {
  async 'sessions.busy'({ db, t }, wanted) {
    if (wanted.rooms.length + wanted.people.length === 0) return undefined
    const times = await listOutsideTimes(db, wanted)
    return times.map(({ summary, ...time }) => ({ ...time, label: summary ?? t('feeds.busy') }))
  }
}
