import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { ContractState } from './contract.ts'

/** A line of lists: a contract, and whom it waits for. */
export interface ContractLine {
  id: number
  number: string | null
  title: string
  state: ContractState
  client_id: number
  client_name: string
  updated_at: Date
  sent_at: Date | null
  waits_for: string | null
}

const lines = `select c.id, c.number, c.title, c.state, c.client_id, coalesce(k.artist_name, k.name) as client_name,
    c.updated_at, c.sent_at,
    case when c.state = 'sent' then (select s.name from signature_signers s
      where s.request_id = c.request_id and s.signed_at is null order by s.step, s.position limit 1) end as waits_for
  from contracts c join clients k on k.id = c.client_id`

export function listContracts(
  db: Db,
  {
    state,
    q,
    after,
    limit
  }: { state: ContractState | null; q: string | null; after: number | undefined; limit: number }
): Promise<ContractLine[]> {
  const words = `%${(q ?? '').replace(/[\\%_]/g, '\\$&')}%`
  return rowsOf(
    db,
    `${lines} where true ${state ? 'and c.state = ?' : ''}
       ${q ? `and (fold(c.title) like fold(?) or lower(c.number) like lower(?) or k.search like '%' || words_of(?) || '%')` : ''}
       ${after === undefined ? '' : 'and c.id < ?'} order by c.id desc limit ?`,
    [...(state ? [state] : []), ...(q ? [words, words, q] : []), ...(after === undefined ? [] : [after]), limit]
  )
}

export const contractsOfClient = (db: Db, client_id: number): Promise<ContractLine[]> =>
  rowsOf(db, `${lines} where c.client_id = ? order by c.id desc limit 20`, [client_id])

export const contractsOfSession = (db: Db, session_id: number): Promise<ContractLine[]> =>
  rowsOf(
    db,
    `${lines} where c.id in (select contract_id from contract_sessions where session_id = ?) order by c.id desc limit 20`,
    [session_id]
  )

/** What the studio should see to: declined or run out within a month, and drafts older than a day. */
export const contractsToAttend = (db: Db, limit: number): Promise<ContractLine[]> =>
  rowsOf(
    db,
    `${lines} where c.state in ('declined', 'expired') and c.ended_at > now() - interval '30 days'
       or c.state = 'draft' and c.updated_at < now() - interval '1 day' order by c.updated_at limit ?`,
    [limit]
  )

export function namesOf(
  db: Db,
  ids: readonly number[]
): Promise<{ id: number; number: string | null; title: string }[]> {
  return db('contracts')
    .whereIn('id', [...ids])
    .select('id', 'number', 'title')
}

export async function countOfClient(db: Db, client_id: number): Promise<number> {
  const [row] = await db('contracts').where({ client_id }).count<{ n: number }[]>('* as n')
  return row?.n ?? 0
}

export const giveContracts = (db: Db, from: number, into: number): Promise<number> =>
  db('contracts').where({ client_id: from }).update({ client_id: into })
