import { time, together } from '@patchbay/core'
import type { Asking } from '@patchbay/core'
import type { FreeTimes, FreeWanted } from '../contract.ts'
import { openSpans } from '../open-spans.ts'
import { listRooms } from '../room-queries.ts'
import { settingsOf } from '../settings.ts'
import { lastOptions } from './full-queries.ts'
import { takenRooms } from './queries.ts'
import { common, joined, without } from './spans.ts'
import type { Span } from './spans.ts'

/**
 * When bookable rooms are open, empty, or held by options only, between two instants: nothing of who is in. A fixed number
 * of statements, whatever the period.
 */
export async function freeTimes(
  { db, studio, settings }: Pick<Asking, 'db' | 'studio' | 'settings'>,
  { ask, from, to, rooms: wanted }: FreeWanted
): Promise<FreeTimes> {
  const all = await listRooms(db)
  const rooms = all.filter(({ id, bookable }) => bookable && (wanted?.includes(id) ?? true))
  const ids = rooms.map(({ id }) => id)
  const [taken, firm, last, elsewhere] = await together(db, db => [
    takenRooms(db, ids, { from, to, options: true }),
    takenRooms(db, ids, { from, to, options: false }),
    lastOptions(db, ids, { from, to }),
    ask('sessions.busy', { from, to, rooms: ids, people: [] }, db)
  ])
  const dayOf = (instant: Date) => time.localOf(instant, studio.timezone).day
  const openings = openSpans(dayOf(from), time.addDays(dayOf(to), 1), studio.timezone)
  return {
    prices_include_vat: settingsOf(settings).prices_include_vat,
    rooms: rooms.map(room => {
      const open = common(openings(room), [[+from, +to]])
      const outside = spansIn(elsewhere.flat(), room.id)
      const free = without(open, joined([...(taken.get(room.id) ?? []), ...outside]))
      const optional = without(without(open, joined([...(firm.get(room.id) ?? []), ...outside])), free)
      const behind = without(optional, joined(spansIn(last, room.id)))
      const full = without(optional, behind)
      return { room_id: room.id, open: slots(open), free: slots(free), behind: slots(behind), full: slots(full) }
    })
  }
}

const spansIn = (times: readonly { room_id: number | null; starts_at: Date; ends_at: Date }[], id: number) =>
  times.filter(({ room_id }) => room_id === id).map(({ starts_at, ends_at }): Span => [+starts_at, +ends_at])

const slots = (spans: readonly Span[]) =>
  spans.map(([start, end]) => ({ starts_at: new Date(start), ends_at: new Date(end) }))
