import type { Knex } from 'knex'
import type { Host } from '../host.ts'
import { addJob } from '../jobs.ts'
import type { Tenants } from '../database/tenants.ts'

/**
 * Keeps each studio's `people` in line with its members in the master database, so that the studio's own tables can
 * refer to them. Whoever left stays, inactive. Ids below zero are people from outside, of whom the registry knows nothing.
 *
 * A change of members enqueues a `mirror` job in its own transaction: it cannot be forgotten, and is tried again while
 * the studio's database is down. Whoever answers a request also mirrors at once, since the person's next page may
 * already write.
 */
export async function mirror(tenants: Tenants, studioId: number): Promise<void> {
  const studio = await tenants.byId(studioId)
  if (!studio) return
  const db = tenants.db(studio)
  let wanted = await membersOf(tenants.master, studioId)
  for (;;) {
    await write(db, wanted)
    // somebody may have changed in between, and their mirror written before ours: the last to write has read the last
    const now = await membersOf(tenants.master, studioId)
    if (JSON.stringify(now) === JSON.stringify(wanted)) return
    wanted = now
  }
}

/** Enqueues the mirror of these studios. `db` is the transaction that changed their members. */
export async function mirrorLater(db: Knex, ...studioIds: number[]): Promise<void> {
  for (const studio of studioIds) await addJob(db, 'mirror', { studio }, `mirror:${studio}`)
}

/** Mirrors at once, beside the job that is enqueued already: a studio that is down now holds nobody up. */
export async function mirrorNow(host: Host, ...studioIds: number[]): Promise<void> {
  const results = await Promise.allSettled(studioIds.map(id => mirror(host.tenants, id)))
  for (const result of results)
    if (result.status === 'rejected') host.log.warn({ err: result.reason }, 'the people of a studio wait for their job')
}

interface Mirrored {
  id: number
  name: string
  email: string
  role: string
  locale: string
}

async function membersOf(master: Knex, studioId: number): Promise<Mirrored[]> {
  return master('organization_members as m')
    .join('users as u', 'u.id', 'm.user_id')
    .where('m.organization_id', studioId)
    .orderBy('u.id')
    .select<Mirrored[]>('u.id', 'u.name', master.raw('u.email::text as email'), 'm.role', 'u.locale')
}

/** Two statements in one: what differs is written, whoever is no longer a member becomes inactive. */
async function write(db: Knex, members: Mirrored[]): Promise<void> {
  await db.raw(
    `with wanted as (select * from jsonb_to_recordset(:members::jsonb) as w (id bigint, name text, email text, role text, locale text)),
          gone as (update people set active = false where active and id > 0 and id not in (select id from wanted))
     insert into people (id, name, email, role, locale, active) select id, name, email, role, locale, true from wanted
     on conflict (id) do update
       set name = excluded.name, email = excluded.email, role = excluded.role, locale = excluded.locale, active = true
     where (people.name, people.email, people.role, people.locale, people.active)
        is distinct from (excluded.name, excluded.email, excluded.role, excluded.locale, true)`,
    { members: JSON.stringify(members) }
  )
}
