import type { Db } from '@patchbay/core'
import { metByPerson, metByRoom } from './crew/busy-queries.ts'
import { asIs, clientNamed, isDouble, isLive, ofBooking, rowsOf, shown, shownAlone, shownFrom } from './queries.ts'
import type { ClientTerms } from './prices/queries.ts'
import type { Shown } from './queries.ts'

/** Between which instants, and perhaps of one room or one person. */
export interface Window {
  from: Date
  to: Date
  room?: number | null
  person?: number | null
}

/** What a calendar draws of a session. */
export type Drawn = Pick<
  Shown,
  (typeof drawn)[number] | 'room_name' | 'colour' | 'client_name' | 'people' | 'double' | 'booking_kind'
>

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
  return between(
    db,
    `${columns}, r.name as room_name, r.colour, ${clientNamed}, ${isDouble}, ${ofBooking}`,
    window,
    limit
  )
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
         ${person ? "and exists (select 1 from session_people w where w.session_id = s.id and w.person_id = ? and w.answer <> 'declined')" : ''}
       order by s.starts_at, s.id limit ?),
     crew as (select sp.session_id, jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name) order by p.name) as people
       from session_people sp join people p on p.id = sp.person_id
       where sp.answer <> 'declined' and sp.session_id = any (array(select id from page)) group by sp.session_id)
     select page.*, coalesce(crew.people, '[]') as people
     from page left join crew on crew.session_id = page.id order by page.starts_at, page.id`,
    [to, from, from, ...(room ? [room] : []), ...(person ? [person] : []), limit]
  )
}

/** What a person who decides must look at, each with why: an option soon to run out first. At most `limit` of each. */
export interface ToDo extends Shown {
  why:
    | 'asked'
    | 'double'
    | 'away'
    | 'declined'
    | 'unanswered'
    | 'option'
    | 'not_started'
    | 'not_completed'
    | 'no_engineer'
    | 'no_price'
    | 'no_client'
}

const todo = (why: ToDo['why'], where: string, order = 's.starts_at') =>
  `(select '${why}' as why, ${shown} ${shownFrom} where ${where} order by ${order}, s.id limit ?)`

const soon = `s.starts_at > now() and s.starts_at < now() + interval '7 days'`

/** Sessions that an absence or a closure meets, without anybody having decided it. */
const metBySomething = `select met.id from busy_times b
  cross join lateral (select s.id from ${metByRoom} union all select s.id from ${metByPerson}) met where b.ends_at > now()`
/** Somebody declined, and nobody else does what they would have. */
const declined = `select gone.session_id from session_people gone where gone.answer = 'declined'
  and not exists (select 1 from session_people other
    where other.session_id = gone.session_id and other.role = gone.role and other.answer <> 'declined')`
const unanswered = `select session_id from session_people where answer = 'asked'`

/** An option to decide, and who wants its time when it is challenged. */
export interface Option extends ToDo {
  challenge: { deadline_at: string; rival: string | null } | null
}

/** Options that run out within three days, or whose session begins by then, or that are challenged; the first to end first. */
export function listToDecide(db: Db, limit = 8): Promise<Option[]> {
  const where = `s.state = 'option' and s.expires_at > now()
    and (s.expires_at < now() + interval '3 days' or s.starts_at < now() + interval '3 days'
      or exists (select 1 from challenges ch where ch.session_id = s.id and ch.outcome = 'open'))`
  return rowsOf(
    db,
    `select todo.*, (select jsonb_build_object('deadline_at', ch.deadline_at, 'rival', coalesce(c.artist_name, c.name, o.title))
       from challenges ch left join sessions o on o.id = ch.rival_id left join waiting w on w.id = ch.waiting_id
         left join clients c on c.id = coalesce(o.client_id, w.client_id)
       where ch.session_id = todo.id and ch.outcome = 'open') as challenge
     from ${todo('option', where, 's.expires_at')} todo order by todo.expires_at, todo.id`,
    [limit]
  )
}

/** Sessions to come that nobody may forget about: `s` is live, and not over. */
const coming = `s.starts_at > now() - interval '31 days' and s.ends_at > now() and s.state in ('option', 'confirmed', 'in_progress') and ${isLive}`

/**
 * What is to be settled, and what `person_id` is asked to come to: what meets another or an absence, whom one waits for or who declined, what is over and was not
 * started or completed, and what of the week to come lacks an engineer, a client or a price.
 */
export function listMissing(db: Db, person_id: number): Promise<ToDo[]> {
  const asked = `select session_id from session_people where person_id = ? and answer = 'asked'`
  const parts = [
    some('asked', `${coming} and s.id in (${asked})`),
    some('away', `${coming} and s.id in (${metBySomething})`),
    some('double', `${coming} and s.id in (select session_id from session_overlaps)`),
    some('declined', `${coming} and s.starts_at < now() + interval '14 days' and s.id in (${declined})`),
    some('unanswered', `${coming} and s.starts_at < now() + interval '3 days' and s.id in (${unanswered})`),
    some('not_completed', `s.state = 'in_progress' and s.ends_at < now()`),
    some('not_started', `s.state = 'confirmed' and s.starts_at < now() and s.ends_at < now()`, 'desc'),
    some(
      'no_engineer',
      `s.state = 'confirmed' and ${soon} and not exists (select 1 from session_people sp where sp.session_id = s.id)`
    ),
    some('no_client', `s.state = 'confirmed' and ${soon} and s.client_id is null and s.title is null`),
    some('no_price', `s.state = 'confirmed' and ${soon} and s.price_cents is null and s.client_id is not null`)
  ]
  const found = parts.map((part, at) => `(select ${at} as part, found.* from ${part} found)`).join(' union all ')
  return rowsOf(
    db,
    `select found.why, ${shown} from (${found}) found join sessions s on s.id = found.id join rooms r on r.id = s.room_id
       left join clients c on c.id = s.client_id
     order by found.part, found.nth`,
    [person_id]
  )
}

/** The first six of one kind, by time. Only which they are: what is shown of them is read once for all kinds. */
const some = (why: ToDo['why'], where: string, order: 'asc' | 'desc' = 'asc') =>
  `(select '${why}' as why, s.id, row_number() over (order by s.starts_at ${order}, s.id) as nth
    from sessions s where ${where} order by s.starts_at ${order}, s.id limit 6)`

/** A client's sessions around now, those to come and the last ones, how many there are in all, and its price terms. */
export async function listOfClient(db: Db, client_id: number, limit = 5) {
  const part = (sign: string, order: string) =>
    `(select (select count(*)::integer from sessions where client_id = ?) as total, ${shown} ${shownFrom}
      where s.client_id = ? and s.ends_at ${sign} now() order by s.starts_at ${order}, s.id limit ?)`
  const rows = await rowsOf<OfClient>(
    db,
    `select x.*, to_jsonb(ct) as terms from (select) as one
       left join (${part('>', 'asc')} union all ${part('<=', 'desc')}) x on true
       left join client_terms ct on ct.client_id = ?`,
    [client_id, client_id, limit, client_id, client_id, limit, client_id]
  )
  const sessions = rows.filter(({ id }) => id !== null).map(row => asIs(row))
  return { sessions, total: rows[0]?.total ?? 0, terms: rows[0]?.terms ?? undefined }
}

/** Of a client without sessions, one row without any. */
type OfClient = Shown & { total: number | null; terms: ClientTerms | null }

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

/** What the palette says of a session. */
export type Glimpse = Pick<Shown, 'id' | 'title' | 'starts_at' | 'ends_at' | 'room_name' | 'client_name'>

/**
 * For the palette: sessions of a client or a title with these words, the nearest to now first. Of a few clients each one's
 * nearest are looked up; a name that many have is met soon when walking away from now, for a year at most, and a word of many
 * titles is looked for around today only.
 */
export function searchSessions(db: Db, text: string): Promise<Glimpse[]> {
  // worked out once: beside a column PostgreSQL does so for every row
  const words = `(select '%' || words_of(?) || '%')`
  const near = 'select id, starts_at from sessions where client_id = found.id and starts_at'
  // `is true`: by time, not by client
  const ofMany = `select id, starts_at from sessions where (select n from counted) >= 20
    and (client_id in (select id from found)) is true and starts_at`
  return rowsOf(
    db,
    `with found as materialized (select id from clients where search like ${words} and merged_into is null limit 500),
     counted as materialized (select count(*) as n from found),
     titled as materialized (select id, starts_at from sessions where search like ${words} limit 100),
     around as materialized (
       select id, starts_at, search from sessions where (select count(*) from titled) = 100
         and starts_at > now() - interval '30 days' and starts_at < now() + interval '60 days'),
     hits as (
       select near.id, near.starts_at from (select id from found where (select n from counted) < 20) found
         cross join lateral (
           (${near} >= now() order by starts_at limit 6) union all
           (${near} < now() order by starts_at desc limit 6)) near
       union all (${ofMany} between now() and now() + interval '1 year' order by starts_at limit 6)
       union all (${ofMany} between now() - interval '1 year' and now() order by starts_at desc limit 6)
       union all select id, starts_at from titled
       union all select id, starts_at from around where search like ${words}),
     nearest as materialized (
       select id, min(away) as away from (
         select id, abs(extract(epoch from starts_at - now())) as away from hits order by 2 limit 24) fourfold
       group by id order by 2 limit 6)
     select s.id, s.title, s.starts_at, s.ends_at, r.name as room_name, ${clientNamed}
     from nearest join sessions s using (id) join rooms r on r.id = s.room_id left join clients c on c.id = s.client_id
     order by nearest.away`,
    [text, text, text]
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
