import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { RequestState } from './contract.ts'

/** What was asked, and what it became. */
export interface NewRequest {
  name: string
  artist_name: string | null
  email: string
  phone: string | null
  language: 'fr' | 'en'
  room_id: number
  starts_at: Date
  ends_at: Date
  people: number | null
  engineer: boolean
  message: string | null
  client_id: number
  matched: Matching
  alike: number[]
  session_id: number | null
  waiting_id: number | null
}
export type Matching = 'email' | 'phone' | 'name' | 'new' | 'unsure' | 'chosen'

/** A request as pages show it, with its room, its client and its session as they are now. */
export interface Request extends NewRequest {
  id: number
  state: RequestState
  decline_reason: string | null
  closed_at: Date | null
  created_at: Date
  room_name: string
  colour: number
  client_name: string
  session: {
    state: string
    rank: number | null
    expires_at: Date | null
    room_name: string
    starts_at: Date
    ends_at: Date
  } | null
  /** Whether a wish of it still is on the waiting list. */
  waits: boolean
}

const shown = `q.id, q.state, q.name, q.artist_name, q.email, q.phone, q.language, q.room_id, q.starts_at, q.ends_at, q.people,
  q.engineer, q.message, q.client_id, q.matched, q.alike, q.session_id, q.waiting_id, q.decline_reason, q.closed_at,
  q.created_at, r.name as room_name, r.colour, coalesce(c.artist_name, c.name) as client_name,
  s.state as s_state, s.rank as s_rank, s.expires_at as s_expires, s.starts_at as s_starts, s.ends_at as s_ends, x.name as s_room,
  coalesce(w.state in ('waiting', 'told'), false) as waits`
const from = `from requests q join rooms r on r.id = q.room_id join clients c on c.id = q.client_id
  left join sessions s on s.id = q.session_id
  left join rooms x on x.id = s.room_id left join waiting w on w.id = q.waiting_id`

type Row = Omit<Request, 'session'> & {
  s_state: string | null
  s_rank: number | null
  s_expires: Date | null
  s_room: string
  s_starts: Date
  s_ends: Date
}

/** An option that ran out is gone, even before the clock has said so. */
function asIs({ s_state, s_rank, s_expires, s_starts, s_ends, s_room, ...row }: Row): Request {
  if (s_state === null) return { ...row, session: null }
  const gone = s_state === 'option' && s_expires !== null && s_expires <= new Date()
  const session = { rank: s_rank, expires_at: s_expires, room_name: s_room, starts_at: s_starts, ends_at: s_ends }
  return { ...row, session: { ...session, state: gone ? 'cancelled' : s_state } }
}

export async function addRequest(db: Db, request: NewRequest): Promise<number> {
  const [row] = await db('requests').insert(request).returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

export async function findRequest(db: Db, id: number): Promise<Request | undefined> {
  const [row] = await rowsOf<Row>(db, `select ${shown} ${from} where q.id = ?`, [id])
  return row && asIs(row)
}

/** The same, kept from changing until the transaction ends. */
export async function lockRequest(db: Db, id: number): Promise<Request | undefined> {
  const [row] = await rowsOf<Row>(db, `select ${shown} ${from} where q.id = ? for update of q`, [id])
  return row && asIs(row)
}

/** Where the room's lock comes first, as whoever books there holds it first. */
export async function idOfLink(db: Db, hash: Buffer): Promise<number | undefined> {
  const [row] = await rowsOf<{ request_id: number }>(db, 'select request_id from request_links where token_hash = ?', [
    hash
  ])
  return row?.request_id
}

export async function addLink(db: Db, request_id: number, token_hash: Buffer): Promise<void> {
  await db('request_links').insert({ request_id, token_hash })
}

/** Whoever sends the same form at the same moment waits until this transaction ends. */
export async function holdForm(db: Db, token: string): Promise<void> {
  await db.raw('select pg_advisory_xact_lock(hashtextextended(?, 7))', [token])
}

export async function changeRequest(
  db: Db,
  id: number,
  fields: Partial<NewRequest & Pick<Request, 'state' | 'decline_reason' | 'closed_at'>>
): Promise<void> {
  await db('requests').where({ id }).update(fields)
}

/** The request whose option this session is, in the states given. */
export async function requestOfSession(db: Db, session_id: number): Promise<Request | undefined> {
  const [row] = await rowsOf<Row>(db, `select ${shown} ${from} where q.session_id = ? order by q.id desc limit 1`, [
    session_id
  ])
  return row && asIs(row)
}

export interface Inbox {
  q: string | null
  state: RequestState | 'all'
  /** Only those before this id. */
  after: number | undefined
  limit: number
}

/** Requests, the newest first. One statement. */
export async function listRequests(db: Db, { q, state, after, limit }: Inbox): Promise<Request[]> {
  const words = (q ?? '').trim()
  const rows = await rowsOf<Row>(
    db,
    `select ${shown} ${from} where true
       ${state === 'all' ? '' : 'and q.state = ?'}
       ${words === '' ? '' : `and q.search like all (select '%' || w || '%' from regexp_split_to_table(trim(words_of(?)), ' ') w)`}
       ${after ? 'and q.id < ?' : ''}
     order by q.id desc limit ?`,
    [...(state === 'all' ? [] : [state]), ...(words === '' ? [] : [words]), ...(after ? [after] : []), limit]
  )
  return rows.map(asIs)
}

/** How many there are in each state. */
export async function countByState(db: Db): Promise<Record<string, number>> {
  const rows = await rowsOf<{ state: string; n: number }>(
    db,
    'select state, count(*)::integer as n from requests group by state'
  )
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]))
}

export async function requestsOfClient(db: Db, client_id: number): Promise<Request[]> {
  const rows = await rowsOf<Row>(db, `select ${shown} ${from} where q.client_id = ? order by q.id desc limit 10`, [
    client_id
  ])
  return rows.map(asIs)
}

export async function countOfClient(db: Db, client_id: number): Promise<number> {
  const [row] = await rowsOf<{ n: number }>(db, 'select count(*)::integer as n from requests where client_id = ?', [
    client_id
  ])
  return row?.n ?? 0
}

export const giveRequests = (db: Db, from: number, into: number): Promise<number> =>
  db('requests').where({ client_id: from }).update({ client_id: into })

/** What requests are called, for the trail. */
export function namesOf(db: Db, ids: readonly number[]): Promise<{ id: number; name: string; created_at: Date }[]> {
  return rowsOf(db, 'select id, coalesce(artist_name, name) as name, created_at from requests where id = any(?)', [ids])
}

/** Clients as they are called. */
export function clientNames(db: Db, ids: readonly number[]): Promise<{ id: number; name: string }[]> {
  return rowsOf(
    db,
    `select id, coalesce(artist_name, name) as name from clients where id = any(?) and merged_into is null order by id`,
    [ids]
  )
}

/** The one client of that name or id; undefined when there is none or more. */
export async function clientCalled(db: Db, id: number | null, name: string | null): Promise<number | undefined> {
  const found = await rowsOf<{ id: number }>(
    db,
    `select id from clients where merged_into is null and archived_at is null
       and (id = ? or (?::bigint is null and words_of(?) in (words_of(name), words_of(artist_name)))) limit 2`,
    [id, id, name ?? '']
  )
  return found.length === 1 ? found[0]?.id : undefined
}

/** Who is told of a request: those who run the studio, the first 20 of them. */
export const listDeciders = (db: Db): Promise<number[]> =>
  db('people').where({ active: true }).whereIn('role', ['owner', 'manager']).orderBy('id').limit(20).pluck('id')

export interface Message {
  id: number
  request_id: number
  kind: 'answer' | 'proposal' | 'decline'
  body: string
  room_id: number | null
  room_name: string | null
  starts_at: Date | null
  ends_at: Date | null
  accepted_at: Date | null
  person_name: string | null
  created_at: Date
}

const message = `select m.id, m.request_id, m.kind, m.body, m.room_id, r.name as room_name, m.starts_at, m.ends_at,
    m.accepted_at, p.name as person_name, m.created_at
  from request_messages m left join rooms r on r.id = m.room_id left join people p on p.id = m.person_id`

/** What was written to whoever asked, the oldest first. */
export const listMessages = (db: Db, request_id: number): Promise<Message[]> =>
  rowsOf(db, `${message} where m.request_id = ? order by m.id`, [request_id])

export async function findMessage(db: Db, request_id: number, id: number): Promise<Message | undefined> {
  const [found] = await rowsOf<Message>(db, `${message} where m.request_id = ? and m.id = ?`, [request_id, id])
  return found
}

export async function addMessage(
  db: Db,
  fields: Pick<Message, 'request_id' | 'kind' | 'body'> &
    Partial<Pick<Message, 'room_id' | 'starts_at' | 'ends_at'>> & { person_id: number | null }
): Promise<number> {
  const [row] = await db('request_messages').insert(fields).returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

export const acceptMessage = (db: Db, id: number): Promise<number> =>
  db('request_messages').where({ id }).update({ accepted_at: db.fn.now() })
