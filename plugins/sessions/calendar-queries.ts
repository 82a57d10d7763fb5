import type { Db } from '@patchbay/core'
import { asIs, clientNamed, isLive, rowsAfresh, rowsOf, shown, shownAlone, shownFrom } from './queries.ts'
import type { Shown } from './queries.ts'

/** Between which instants, and perhaps of one room or one person. */
export interface Window {
  from: Date
  to: Date
  room?: number | null
  person?: number | null
}

/** What a calendar draws of a session. */
export type Drawn = Pick<Shown, (typeof drawn)[number] | 'room_name' | 'colour' | 'client_name' | 'people'>

const drawn = [
  'id',
  'room_id',
  'title',
  'starts_at',
  'ends_at',
  'state',
  'rank',
  'expires_at',
  'price_cents',
  'version'
] as const

/** The sessions of some days, by time; not those called off. */
export async function listBetween(db: Db, window: Window, limit = 2000): Promise<Shown[]> {
  const rows = await between<Shown>(db, shownAlone, window, limit)
  return rows.map(row => asIs(row))
}

/** The same, with no more than it takes to draw them: a month of a large studio has a thousand. */
export function listDrawn(db: Db, window: Window, limit = 2000): Promise<Drawn[]> {
  const columns = drawn.map(column => `s.${column}`).join(', ')
  return between(db, `${columns}, r.name as room_name, r.colour, ${clientNamed}`, window, limit)
}

/**
 * One statement, whatever the studio's years: no session is longer than 31 days, so the index by start finds them. Who
 * works on them is read for all at once: one by one, that takes three quarters of the time.
 */
function between<Row>(db: Db, columns: string, { from, to, room, person }: Window, limit: number): Promise<Row[]> {
  return rowsOf<Row>(
    db,
    `with page as materialized (select ${columns} ${shownFrom}
       where s.starts_at < ? and s.starts_at > ?::timestamptz - interval '31 days' and s.ends_at > ?
         and s.state <> 'cancelled' and ${isLive}
         ${room ? 'and s.room_id = ?' : ''}
         ${person ? 'and exists (select 1 from session_people w where w.session_id = s.id and w.person_id = ?)' : ''}
       order by s.starts_at, s.id limit ?),
     crew as (select sp.session_id, jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name) order by p.name) as people
       from session_people sp join people p on p.id = sp.person_id
       where sp.session_id = any (array(select id from page)) group by sp.session_id)
     select page.*, coalesce(crew.people, '[]') as people
     from page left join crew on crew.session_id = page.id order by page.starts_at, page.id`,
    [to, from, from, ...(room ? [room] : []), ...(person ? [person] : []), limit]
  )
}

/** What a person who decides must look at, each with why: an option soon to run out first. At most `limit` of each. */
export interface ToDo extends Shown {
  why: 'option' | 'not_started' | 'not_completed' | 'no_engineer' | 'no_price' | 'no_client'
}

const todo = (why: ToDo['why'], where: string, order = 's.starts_at') =>
  `(select '${why}' as why, ${shown} ${shownFrom} where ${where} order by ${order}, s.id limit ?)`

const soon = `s.starts_at > now() and s.starts_at < now() + interval '7 days'`

/** Options that run out within three days, or whose session begins by then. */
export function listToDecide(db: Db, limit = 8): Promise<ToDo[]> {
  const where = `s.state = 'option' and s.expires_at > now()
    and (s.expires_at < now() + interval '3 days' or s.starts_at < now() + interval '3 days')`
  return rowsOf(db, todo('option', where, 's.expires_at'), [limit])
}

/** What is over and was not started or completed, and what of the week to come lacks an engineer, a client or a price. */
export async function listMissing(db: Db, limit = 6): Promise<ToDo[]> {
  const parts = [
    todo('not_completed', `s.state = 'in_progress' and s.ends_at < now()`),
    todo('not_started', `s.state = 'confirmed' and s.starts_at < now() and s.ends_at < now()`, 's.starts_at desc'),
    todo(
      'no_engineer',
      `s.state = 'confirmed' and ${soon} and not exists (select 1 from session_people sp where sp.session_id = s.id)`
    ),
    todo('no_client', `s.state = 'confirmed' and ${soon} and s.client_id is null and s.title is null`),
    todo('no_price', `s.state = 'confirmed' and ${soon} and s.price_cents is null and s.client_id is not null`)
  ]
  return rowsOf(
    db,
    parts.join(' union all '),
    parts.map(() => limit)
  )
}

/** A client's sessions around now: those to come and the last ones, and how many there are in all. */
export async function listOfClient(db: Db, client_id: number, limit = 5) {
  const part = (sign: string, order: string) =>
    `(select (select count(*)::integer from sessions where client_id = ?) as total, ${shown} ${shownFrom}
      where s.client_id = ? and s.ends_at ${sign} now() order by s.starts_at ${order}, s.id limit ?)`
  const rows = await rowsOf<Shown & { total: number }>(db, `${part('>', 'asc')} union all ${part('<=', 'desc')}`, [
    client_id,
    client_id,
    limit,
    client_id,
    client_id,
    limit
  ])
  return { sessions: rows.map(row => asIs(row)), total: rows[0]?.total ?? 0 }
}

/** How many sessions hang on a client. */
export async function countOfClient(db: Db, client_id: number): Promise<number> {
  const [row] = await rowsOf<{ n: number }>(db, 'select count(*)::integer as n from sessions where client_id = ?', [
    client_id
  ])
  return row?.n ?? 0
}

/** Gives one client's sessions to another; how many moved. */
export function giveSessions(db: Db, from: number, into: number): Promise<number> {
  return db('sessions').where({ client_id: from }).update({ client_id: into })
}

/**
 * For the palette: sessions of a client or a title with these words, the nearest to now first. A word that is everywhere
 * is looked up around today only, and among the first found: there the list is the better place.
 */
export async function searchSessions(db: Db, text: string, limit = 6): Promise<Shown[]> {
  const words = `'%' || words_of(?) || '%'`
  return rowsAfresh(
    db,
    `with around as materialized (
       select id, search from sessions
       where starts_at > now() - interval '30 days' and starts_at < now() + interval '60 days'),
     found as materialized (select id from clients where search like ${words} and merged_into is null),
     hits as materialized (
       select id, starts_at from sessions where client_id = any (array(select id from found limit 50))
       union select s.id, s.starts_at from around join sessions s using (id) where around.search like ${words}
       union (select id, starts_at from sessions where search like ${words} limit 100))
     select ${shown} from (select id from hits order by abs(extract(epoch from starts_at - now())) limit ?) nearest
       join sessions s using (id) join rooms r on r.id = s.room_id left join clients c on c.id = s.client_id
     order by abs(extract(epoch from s.starts_at - now()))`,
    [text, text, text, limit]
  )
}

/** Has the studio a room, and has it a session? For the first visit. */
export async function firstSteps(db: Db): Promise<{ room: boolean; session: boolean }> {
  const [row] = await rowsOf<{ room: boolean; session: boolean }>(
    db,
    'select exists (select 1 from rooms) as room, exists (select 1 from sessions) as session'
  )
  return row ?? { room: false, session: false }
}

/** What sessions are called, by whom or what they are for. */
export function namesOf(db: Db, ids: number[]): Promise<{ id: number; name: string | null; starts_at: Date }[]> {
  return db('sessions as s')
    .leftJoin('clients as c', 'c.id', 's.client_id')
    .whereRaw('s.id = any(?::bigint[])', [ids])
    .select('s.id', 's.starts_at', db.raw('coalesce(c.artist_name, c.name, s.title) as name'))
}
