import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { SplitKind } from './forms.ts'

export interface Sheet {
  id: number
  track_id: number
  kind: SplitKind
  locked_at: Date | null
  locked_by: string | null
  unlocked_at: Date | null
  unlock_reason: string | null
  /** Of the plugin signatures: the sheet was sent to be signed. */
  request_id: number | null
  version: number
  /** Of its shares, in hundredths of a per cent. */
  total_bp: number
}

export interface Share {
  id: number
  track_id: number
  kind: SplitKind
  musician_id: number
  name: string
  stage_name: string | null
  email: string | null
  ipi: string | null
  society: string | null
  role: string
  share_bp: number
  publisher: string | null
}

const sheetColumns = `h.id, h.track_id, h.kind, h.locked_at, p.name as locked_by, h.unlocked_at, h.unlock_reason, h.request_id, h.version,
  coalesce((select sum(share_bp) from split_shares s where s.sheet_id = h.id), 0)::integer as total_bp`

/** The sheets of these tracks. */
export const listSheets = (db: Db, track_ids: readonly number[]): Promise<Sheet[]> =>
  rowsOf(
    db,
    `select ${sheetColumns} from split_sheets h left join people p on p.id = h.locked_by where h.track_id = any(?)
     order by h.track_id, h.kind`,
    [track_ids as number[]]
  )

export const sheetsOfProject = (db: Db, project_id: number): Promise<Sheet[]> =>
  rowsOf(
    db,
    `select ${sheetColumns} from split_sheets h left join people p on p.id = h.locked_by
     where h.track_id in (select id from tracks where project_id = ?) order by h.track_id, h.kind`,
    [project_id]
  )

/** The shares of these tracks, as they stand on their sheets. */
export const listShares = (db: Db, track_ids: readonly number[]): Promise<Share[]> =>
  rowsOf(
    db,
    `select s.id, h.track_id, h.kind, s.musician_id, m.name, m.stage_name, m.email, m.ipi, m.society, s.role, s.share_bp, s.publisher
     from split_shares s join split_sheets h on h.id = s.sheet_id join musicians m on m.id = s.musician_id
     where h.track_id = any(?) order by h.track_id, h.kind, s.position, s.id`,
    [track_ids as number[]]
  )

/** The sheet of a kind, made when there is none, kept from changing until the transaction ends. */
export async function lockSheet(
  db: Db,
  track_id: number,
  kind: SplitKind
): Promise<Pick<Sheet, 'id' | 'locked_at' | 'request_id' | 'version' | 'total_bp'>> {
  await rowsOf(db, 'insert into split_sheets (track_id, kind) values (?, ?) on conflict do nothing', [track_id, kind])
  const [sheet] = await rowsOf<Omit<Sheet, 'total_bp'>>(
    db,
    'select id, locked_at, request_id, version from split_sheets where track_id = ? and kind = ? for update',
    [track_id, kind]
  )
  if (!sheet) throw new Error('a split sheet was made and is not there')
  const [sum] = await rowsOf<{ n: number }>(
    db,
    'select coalesce(sum(share_bp), 0)::integer as n from split_shares where sheet_id = ?',
    [sheet.id]
  )
  return { ...sheet, total_bp: sum?.n ?? 0 }
}

export interface ShareRow {
  musician_id: number
  role: string
  share_bp: number
  publisher: string | null
}

/** Replaces the shares of a sheet, and counts the change. */
export async function writeShares(db: Db, sheet_id: number, shares: readonly ShareRow[]): Promise<void> {
  await db('split_shares').where({ sheet_id }).delete()
  if (shares.length > 0) {
    await db('split_shares').insert(shares.map((share, position) => ({ ...share, sheet_id, position })))
  }
  await db('split_sheets')
    .where({ id: sheet_id })
    .update({ version: db.raw('version + 1') })
}

export const setLocked = (db: Db, id: number, person_id: number | null): Promise<number> =>
  db('split_sheets')
    .where({ id })
    .whereNull('locked_at')
    .update({ locked_at: db.fn.now(), locked_by: person_id, version: db.raw('version + 1') })

export const setUnlocked = (db: Db, id: number, person_id: number | null, reason: string): Promise<number> =>
  db('split_sheets')
    .where({ id })
    .whereNotNull('locked_at')
    .update({
      locked_at: null,
      locked_by: null,
      request_id: null,
      unlocked_at: db.fn.now(),
      unlocked_by: person_id,
      unlock_reason: reason,
      version: db.raw('version + 1')
    })

export const setRequest = (db: Db, id: number, request_id: number): Promise<number> =>
  db('split_sheets').where({ id }).update({ request_id })

/** Titles of tracks whose locked shares name somebody. */
export const lockedTitlesOf = (db: Db, musician_id: number): Promise<{ title: string }[]> =>
  rowsOf(
    db,
    `select distinct t.title from split_shares s join split_sheets h on h.id = s.sheet_id join tracks t on t.id = h.track_id
     where s.musician_id = ? and h.locked_at is not null order by t.title limit 5`,
    [musician_id]
  )

/** What one person has becomes another's: credits and shares; what both have on a track is joined. Only open sheets. */
export async function giveCredits(db: Db, from: number, into: number): Promise<void> {
  await rowsOf(
    db,
    `update track_credits c set musician_id = ? where musician_id = ? and not exists
       (select from track_credits o where o.track_id = c.track_id and o.role = c.role and o.musician_id = ?)`,
    [into, from, into]
  )
  await db('track_credits').where({ musician_id: from }).delete()
  await rowsOf(
    db,
    `update split_shares s set share_bp = s.share_bp + o.share_bp from split_shares o
     where s.musician_id = ? and o.musician_id = ? and o.sheet_id = s.sheet_id and o.role = s.role`,
    [into, from]
  )
  await rowsOf(
    db,
    `delete from split_shares s using split_shares o
     where s.musician_id = ? and o.musician_id = ? and o.sheet_id = s.sheet_id and o.role = s.role`,
    [from, into]
  )
  await db('split_shares').where({ musician_id: from }).update({ musician_id: into })
}

/** The tracks on which somebody is credited or shares. */
export const tracksOf = (db: Db, musician_id: number): Promise<{ id: number; project_id: number }[]> =>
  rowsOf(
    db,
    `select t.id, t.project_id from tracks t where t.id in (select track_id from track_credits where musician_id = ?)
       or t.id in (select h.track_id from split_sheets h join split_shares s on s.sheet_id = h.id where s.musician_id = ?)`,
    [musician_id, musician_id]
  )
