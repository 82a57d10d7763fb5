import { conflict, rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import { hashToken } from '@patchbay/core/secrets'
import type { LinkScope } from '../mixes/contract.ts'
import type { Gate } from './contract.ts'
import type { DeliveryState } from './forms.ts'

/** A package of files for somebody. */
export interface Delivery {
  id: number
  project_id: number
  title: string
  recipient: string | null
  email: string | null
  language: 'fr' | 'en'
  message: string | null
  with_report: boolean
  with_notes: boolean
  gate: Gate
  opened_at: Date | null
  opened_by: number | null
  opened_reason: string | null
  scope: LinkScope
  token_sealed: string | null
  share_link_id: number | null
  share_sealed: string | null
  password_hash: string | null
  /** By how many visits something may be taken; null: any number. */
  most_downloads: number | null
  downloads: number
  expires_at: Date | null
  revoked_at: Date | null
  sent_at: Date | null
  version: number
  created_by: number | null
  created_at: Date
  /** `expired` and `revoked` let nobody in; `preparing` has no address yet. */
  state: DeliveryState
  project_title: string
  project_artist: string | null
  client_id: number | null
  quote_id: number | null
}

/** SQL of `state`, over `deliveries d`. */
export const stateOfDelivery = `case when d.revoked_at is not null then 'revoked' when d.expires_at <= now() then 'expired'
  when d.token_hash is null then 'preparing'
  when exists (select from delivery_visits v where v.delivery_id = d.id and v.what in ('file', 'package')) then 'taken'
  else 'sent' end`

const columns = `d.id, d.project_id, d.title, d.recipient, d.email, d.language, d.message, d.with_report, d.with_notes, d.gate,
  d.opened_at, d.opened_by, d.opened_reason, d.scope, d.token_sealed, d.share_link_id, d.share_sealed, d.password_hash,
  d.most_downloads, d.downloads, d.expires_at, d.revoked_at, d.sent_at, d.version, d.created_by, d.created_at,
  ${stateOfDelivery} as state, p.title as project_title, coalesce(p.artist, c.artist_name, c.name) as project_artist,
  p.client_id, p.quote_id`
const from = 'deliveries d join projects p on p.id = d.project_id left join clients c on c.id = p.client_id'

/** A package; undefined when there is none. */
export async function findDelivery(db: Db, id: number): Promise<Delivery | undefined> {
  const [row] = await rowsOf<Delivery>(db, `select ${columns} from ${from} where d.id = ?`, [id])
  return row
}

/** The same, held until the transaction ends. */
export async function lockDelivery(db: Db, id: number): Promise<Delivery | undefined> {
  const [row] = await rowsOf<Delivery>(db, `select ${columns} from ${from} where d.id = ? for update of d`, [id])
  return row
}

/** The package of a private address, whatever its state. */
export async function deliveryOf(db: Db, token: string, lock = false): Promise<Delivery | undefined> {
  const sql = `select ${columns} from ${from} where d.token_hash = ?${lock ? ' for update of d' : ''}`
  const [row] = await rowsOf<Delivery>(db, sql, [hashToken(token)])
  return row
}

type Stored = Omit<Delivery, 'id' | 'state' | 'project_title' | 'project_artist' | 'client_id' | 'quote_id'>

export async function addDelivery(
  db: Db,
  delivery: Pick<Stored, 'project_id' | 'title' | 'gate' | 'scope' | 'created_by'> & Partial<Stored>
): Promise<number> {
  const [row] = await db('deliveries').insert(delivery).returning<{ id: number }[]>('id')
  if (!row) throw new Error('insert gave no row')
  return row.id
}

export type Changes = Partial<Omit<Stored, 'project_id' | 'version'>> & { token_hash?: Buffer | null }

/** @throws conflict when somebody changed it since `version` */
export async function changeDelivery(db: Db, id: number, changes: Changes, version?: number): Promise<void> {
  const changed = await db('deliveries')
    .where({ id, ...(version !== undefined && { version }) })
    .update({ ...changes, version: db.raw('version + 1') })
  if (changed === 0) throw conflict()
}

/** By this link it is heard, or was: its log stays part of the package's. */
export async function addListening(db: Db, delivery_id: number, share_link_id: number): Promise<void> {
  await db('delivery_listening').insert({ delivery_id, share_link_id })
}

export const removeDelivery = (db: Db, id: number): Promise<number> => db('deliveries').where({ id }).delete()

/** What a project's invoices name: itself, its sessions, its quote. */
export async function sourcesOf(
  db: Db,
  { project_id, quote_id }: { project_id: number; quote_id: number | null }
): Promise<string[]> {
  const sessions = await rowsOf<{ session_id: number }>(
    db,
    'select session_id from project_sessions where project_id = ? order by session_id',
    [project_id]
  )
  const quote = quote_id === null ? [] : [`quote:${quote_id}`]
  return [`project:${project_id}`, ...quote, ...sessions.map(({ session_id }) => `session:${session_id}`)]
}

/** A project as a new package begins from it. */
export async function findProject(
  db: Db,
  id: number
): Promise<
  | {
      id: number
      title: string
      artist: string | null
      recipient: string | null
      email: string | null
      language: 'fr' | 'en' | null
    }
  | undefined
> {
  const [row] = await rowsOf<{
    id: number
    title: string
    artist: string | null
    recipient: string | null
    email: string | null
    language: 'fr' | 'en' | null
  }>(
    db,
    `select p.id, p.title, coalesce(p.artist, c.artist_name, c.name) as artist, coalesce(c.artist_name, c.name) as recipient,
       c.email, c.language
     from projects p left join clients c on c.id = p.client_id where p.id = ?`,
    [id]
  )
  return row
}

/** Projects that have something to deliver, the latest first, at most 100. */
export const projectsWithMusic = (db: Db): Promise<{ id: number; title: string; artist: string | null }[]> =>
  rowsOf(
    db,
    `select p.id, p.title, coalesce(p.artist, c.artist_name, c.name) as artist
     from projects p left join clients c on c.id = p.client_id
     where p.status not in ('archived', 'cancelled')
       and (exists (select from tracks t join revisions r on r.track_id = t.id where t.project_id = p.id)
         or exists (select from track_files f where f.project_id = p.id))
     order by p.changed_at desc, p.id desc limit 100`,
    []
  )
