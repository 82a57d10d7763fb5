import type { Db } from '@patchbay/core'
import { multirange } from '../over.ts'
import type { Over } from '../over.ts'

/**
 * Before a session's time changes, which takes its people along: nobody on it who will not be, and each leaving to others
 * what they did and what they will, so that nothing is in the way of the change itself. Who declined stays, as a note.
 * `keepPeople` follows.
 */
export async function makeWay(db: Db, id: number, people: readonly number[], over: Over): Promise<void> {
  await db('session_people')
    .where({ session_id: id })
    .whereNot({ answer: 'declined' })
    .whereNotIn('person_id', people)
    .delete()
  if (over.people.size === 0) return
  await db.raw(
    `update session_people sp set over = sp.over + o.over
     from jsonb_to_recordset(?::jsonb) as o (person_id bigint, over tstzmultirange)
     where sp.session_id = ? and sp.person_id = o.person_id`,
    [overByPerson(over), id]
  )
}

/**
 * Who works on it from now on, and what each leaves to others: in the first of their roles, assistants as assistants.
 * People from outside are asked first. Whoever had declined and is put on it again begins anew.
 */
export async function keepPeople(db: Db, id: number, people: readonly number[], over: Over): Promise<void> {
  await setOver(db, id, over)
  if (people.length === 0) return
  await db.raw(
    `insert into session_people (session_id, person_id, role, during, lane, over, answer, asked_at)
     select s.id, p.id, ${firstRole}, s.during, s.lane, coalesce(o.over, '{}'),
       case when p.id < 0 and s.ends_at > now() then 'asked' else 'accepted' end,
       case when p.id < 0 and s.ends_at > now() then now() end
     from sessions s cross join people p left join crew_profiles cp on cp.person_id = p.id
       left join jsonb_to_recordset(?::jsonb) as o (person_id bigint, over tstzmultirange) on o.person_id = p.id
     where s.id = ? and p.id = any(?) on conflict (session_id, person_id) do update
       set answer = excluded.answer, asked_at = excluded.asked_at, answered_at = null
       where session_people.answer = 'declined'`,
    [overByPerson(over), id, people as number[]]
  )
}

/** What somebody does on a session when nobody says otherwise; `p` is of people, `cp` of crew_profiles. */
export const firstRole = `coalesce(cp.roles[1], case when p.role = 'assistant' then 'assistant' else 'engineer' end)`

async function setOver(db: Db, id: number, over: Over): Promise<void> {
  await db.raw(
    `update session_people sp set over = coalesce((select o.over
       from jsonb_to_recordset(?::jsonb) as o (person_id bigint, over tstzmultirange)
       where o.person_id = sp.person_id), '{}')
     where sp.session_id = ? and (sp.over <> '{}' or sp.person_id = any(?))`,
    [overByPerson(over), id, [...over.people.keys()]]
  )
}

const overByPerson = ({ people }: Over) =>
  JSON.stringify([...people].map(([person_id, stretches]) => ({ person_id, over: multirange(stretches) })))
