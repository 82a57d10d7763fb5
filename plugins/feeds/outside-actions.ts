import { setTimeout as sleep } from 'node:timers/promises'
import { action, notFound, refuse } from '@patchbay/core'
import type { Studio } from '@patchbay/core'
import { keep, look } from './fetching.ts'
import type { Fetch, Found } from './fetching.ts'
import { FeedIdForm, OutsideForm } from './forms.ts'
import {
  addOutsideRow,
  countOutside,
  findOutside,
  findToFetch,
  mostOfOne,
  mostOutside,
  removeOutsideRow
} from './outside-queries.ts'
import { aboutWhose, mayHave, whoseIs } from './whose.ts'

export type OutsideActions = ReturnType<typeof outsideActions>

/** Adds, looks at and removes calendars elsewhere, fetched by `fetch`. */
export function outsideActions(fetch: Fetch) {
  /** Takes an address in once it was read: what is no calendar is refused by its field. */
  const addOutside = action({
    name: 'feeds.add_outside',
    permission: 'feeds.read',
    input: OutsideForm,
    secret: ['url'],
    constraints: { outside_feeds_once: ['url', 'feeds.errors.known'] },
    async run(running, { whose: text, name, url, show_titles }) {
      const { db, person, studio, tell } = running
      const whose = await whoseIs(running, text, 'whose')
      // before anything is locked: others go on meanwhile
      const found = await oneAtATime(studio, () =>
        inTime(look(fetch, { url, etag: null, last_modified: null }, studio))
      )
      if ('problem' in found) throw refuse({ url: `feeds.problems.${found.problem}` })
      const { all, own } = await countOutside(db, whose)
      if (all >= mostOutside || own >= mostOfOne)
        throw refuse({ '': { key: 'feeds.errors.too_many_outside', values: { n: mostOfOne, all: mostOutside } } })
      const id = await addOutsideRow(db, { ...whose, name, url, show_titles, created_by: person.id })
      await keep(db, { id, problem: null }, found)
      tell('feeds.refreshed', { feed_id: id })
      return { id, ...whose }
    },
    about: aboutWhose
  })

  /** Looks at one now; what is wrong with it is written down, as by the clock. */
  const refreshOutside = action({
    name: 'feeds.refresh_outside',
    permission: 'feeds.read',
    input: FeedIdForm,
    async run(running, { id }) {
      const { db, studio, tell } = running
      const feed = await findOutside(db, id)
      const known = await findToFetch(db, id)
      if (!feed || !known || !mayHave(running, feed)) throw notFound()
      const found = await oneAtATime(studio, () => inTime(look(fetch, known, studio)))
      await keep(db, known, found)
      tell('feeds.refreshed', { feed_id: id })
      const problem = 'problem' in found ? found.problem : null
      return { id, room_id: feed.room_id, person_id: feed.person_id, problem }
    },
    about: aboutWhose
  })

  return { addOutside, refreshOutside }
}

/** Forgets a calendar elsewhere, and when it said that they are taken. */
export const removeOutside = action({
  name: 'feeds.remove_outside',
  permission: 'feeds.read',
  input: FeedIdForm,
  async run(running, { id }) {
    const feed = await findOutside(running.db, id)
    if (!feed || !mayHave(running, feed)) throw notFound()
    await removeOutsideRow(running.db, id)
    running.tell('feeds.refreshed', { feed_id: id })
    return { id, room_id: feed.room_id, person_id: feed.person_id }
  },
  about: aboutWhose
})

/**
 * Somebody waits for the page, and the database for the rest of the action: after ten seconds of silence it would take the
 * connection away. The clock has more patience.
 */
async function inTime(looking: Promise<Found>): Promise<Found> {
  const patience = new AbortController()
  const late = sleep(8500, { problem: 'too_slow' }, { signal: patience.signal })
  late.catch(() => undefined) // it was in time
  try {
    return await Promise.race([looking, late])
  } finally {
    patience.abort()
  }
}

/** Studios that wait for a calendar now: each holds a connection, of which a studio has few. */
const looking = new Set<number>()

async function oneAtATime<T>({ id }: Studio, work: () => Promise<T>): Promise<T> {
  if (looking.has(id)) throw refuse({ '': 'feeds.errors.one_at_a_time' })
  looking.add(id)
  try {
    return await work()
  } finally {
    looking.delete(id)
  }
}
