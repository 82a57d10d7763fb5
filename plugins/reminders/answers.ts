import { together } from '@patchbay/core'
import type { Context, Plugin } from '@patchbay/core'
import { clientOf, giveStop, isStopped, listComing, listOfSession } from './queries.ts'
import type { Shown } from './queries.ts'
import { fateOf, fates, keyOf } from './sending.ts'

/** What reminders say where others ask. */
export const answers: NonNullable<Plugin['answers']> = {
  async 'sessions.sections'(asking, { session_id }) {
    const { db, can, studio } = asking
    if (!can('reminders.read')) return undefined
    const [rows, coming, client_id] = await together(db, db => [
      listOfSession(db, session_id),
      listComing(db, session_id, studio.timezone),
      clientOf(db, session_id)
    ])
    if (rows.length === 0 && coming.length === 0) return undefined
    const stopped = client_id !== null && (await isStopped(db, client_id))
    return { view: 'reminders/_session', data: { reminders: await known(asking, rows), coming, stopped } }
  },
  async 'clients.sections'({ db, can }, { client_id }) {
    if (!can('reminders.read')) return undefined
    return { view: 'reminders/_client', data: { client_id, stopped: await isStopped(db, client_id) }, order: 90 }
  },
  'clients.merge': ({ db }, { from, into }) => giveStop(db, from, into)
}

/** Reminders with what the mail server said since the clock last looked. */
export async function known(asking: Pick<Context, 'letters'>, rows: readonly Shown[]): Promise<Shown[]> {
  const letters = await fates(asking, rows)
  return rows.map(row => ({ ...row, ...fateOf(row, letters.get(keyOf(row))), id: row.id }))
}
