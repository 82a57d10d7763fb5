import type { Db, Running } from '@patchbay/core'
import { listBusyTimes } from './conflicts.ts'
import type { BusyKind, BusyTime, Wanted } from './contract.ts'
import { rowsOf } from './queries.ts'
import type { Slot } from './slot.ts'

/** A stretch, and whose it is: the room's or the person's name. */
export interface NamedBusy extends BusyTime {
  name: string
}

/** When rooms and people are not to be had: absences and closures, and what other plugins know. By time. */
export async function busyTimes(
  { db, ask, t }: Pick<Running, 'db' | 'ask' | 't'>,
  wanted: Wanted
): Promise<NamedBusy[]> {
  const own = await listBusyTimes(db, wanted)
  const named = own.map(({ kind, label, ...busy }) => ({ ...busy, label: busyLabel(t, kind, label) }))
  const others = await withNames(db, (await ask('sessions.busy', wanted)).flat())
  return [...named, ...others].toSorted((a, b) => a.starts_at.getTime() - b.starts_at.getTime())
}

/** `travaux, peinture`. That somebody is ill is nobody's business: to others they are away, and the note is not shown. */
export function busyLabel(t: Running['t'], kind: BusyKind, note: string): string {
  if (kind === 'sick') return t('sessions.busy_kinds.away')
  const word = t(`sessions.busy_kinds.${kind}`)
  return note === '' ? word : `${word}, ${note}`
}

/** `ven. 4 déc.` of a whole day, `ven. 4 déc. – sam. 12 déc.` of several, else `ven. 4 déc. 09:00–13:00`. */
export function busyWhen({ t, fmt }: Pick<Running, 't' | 'fmt'>, { starts_at, ends_at }: Slot): string {
  const whole = [starts_at, ends_at].every(at => fmt.field(at).clock === '00:00')
  if (!whole) return fmt.range(starts_at, ends_at)
  const [from, to] = [fmt.day(starts_at), fmt.day(new Date(ends_at.getTime() - 1))]
  return from === to ? to : t('sessions.crew.absences.days', { from, to })
}

/** What other plugins gave, with the names it is about. No statement when that is nothing. */
async function withNames(db: Db, times: BusyTime[]): Promise<NamedBusy[]> {
  if (times.length === 0) return []
  const rows = await rowsOf<{ room: boolean; id: number; name: string }>(
    db,
    `select true as room, id, name from rooms where id = any(?) union all select false, id, name from people where id = any(?)`,
    [times.map(({ room_id }) => room_id ?? 0), times.map(({ person_id }) => person_id ?? 0)]
  )
  const names = new Map(rows.map(({ room, id, name }) => [`${room} ${id}`, name]))
  return times.map(time => ({
    ...time,
    name: names.get(`${time.room_id !== null} ${time.room_id ?? time.person_id}`) ?? ''
  }))
}
