import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { Gate } from './contract.ts'
import type { DeliveryState } from './forms.ts'
import { stateOfDelivery } from './queries.ts'

/** A package among others. */
export interface DeliveryLine {
  id: number
  title: string
  project_id: number
  project_title: string
  artist: string | null
  recipient: string | null
  gate: Gate
  released: boolean
  state: DeliveryState
  files: number
  bytes: number
  downloads: number
  most_downloads: number | null
  expires_at: Date | null
  sent_at: Date | null
  created_at: Date
}

const lines = `select d.id, d.title, d.project_id, p.title as project_title, coalesce(p.artist, c.artist_name, c.name) as artist,
    d.recipient, d.gate, d.opened_at is not null as released, ${stateOfDelivery} as state, n.files, n.bytes, d.downloads,
    d.most_downloads, d.expires_at, d.sent_at, d.created_at
  from deliveries d join projects p on p.id = d.project_id left join clients c on c.id = p.client_id
    cross join lateral (select count(*)::integer as files, coalesce(sum(a.bytes), 0)::bigint as bytes
      from delivery_files x join audio_files a on a.id = x.audio_id where x.delivery_id = d.id) n`

export interface Wanted {
  q: string | null
  state: DeliveryState | null
  project_id: number | null
  /** Those below this id. */
  below: number | undefined
  limit: number
}

/** Packages that are asked for, the newest first. */
export function listDeliveries(db: Db, { q, state, project_id, below, limit }: Wanted): Promise<DeliveryLine[]> {
  const words = `%${(q ?? '').replace(/[\\%_]/g, '\\$&')}%`
  const wheres: [string, unknown[]][] = [
    ...(q
      ? [
          [
            "(fold(d.title) like fold(?) or fold(d.recipient) like fold(?) or p.search like '%' || words_of(?) || '%')",
            [words, words, q]
          ] as [string, unknown[]]
        ]
      : []),
    ...(state ? [[`${stateOfDelivery} = ?`, [state]] as [string, unknown[]]] : []),
    ...(project_id === null ? [] : [['d.project_id = ?', [project_id]] as [string, unknown[]]]),
    ...(below === undefined ? [] : [['d.id < ?', [below]] as [string, unknown[]]])
  ]
  const where = wheres.map(([sql]) => ` and ${sql}`).join('')
  return rowsOf(db, `${lines} where true${where} order by d.id desc limit ?`, [
    ...wheres.flatMap(([, values]) => values),
    limit
  ])
}

/** A project's packages, the newest first, at most 20. */
export const deliveriesOfProject = (db: Db, project_id: number): Promise<DeliveryLine[]> =>
  rowsOf(db, `${lines} where d.project_id = ? order by d.id desc limit 20`, [project_id])

/**
 * What somebody should see to: to be opened by hand, ready since a day and not handed on, sent and not taken with less than
 * a week left.
 */
export const deliveriesToAttend = (db: Db, limit: number): Promise<DeliveryLine[]> =>
  rowsOf(
    db,
    `${lines} where d.revoked_at is null and (d.expires_at is null or d.expires_at > now()) and (
       (d.gate = 'by_hand' and d.opened_at is null and d.token_hash is not null)
       or (d.token_hash is null and d.created_at < now() - interval '1 day')
       or (d.token_hash is not null and d.expires_at < now() + interval '7 days' and not exists
         (select from delivery_visits v where v.delivery_id = d.id and v.what in ('file', 'package'))))
     order by d.expires_at nulls last, d.id limit ?`,
    [limit]
  )

export const namesOf = (db: Db, ids: readonly number[]): Promise<{ id: number; title: string }[]> =>
  rowsOf(db, 'select id, title from deliveries where id = any(?)', [[...ids]])

/** Whom it concerns when a package was taken or opened: who made it. */
export async function findNoticed(
  db: Db,
  id: number
): Promise<{ title: string; recipient: string | null; created_by: number | null } | undefined> {
  const [row] = await rowsOf<{ title: string; recipient: string | null; created_by: number | null }>(
    db,
    'select title, recipient, created_by from deliveries where id = ?',
    [id]
  )
  return row
}
