import { cursor, list, rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import { ReportsQuery } from './forms.ts'

/** Where a session's report stands. */
export type ReportState = 'to_sign' | 'sent' | 'signed' | 'reopened'

/** A line of the list of reports: sessions that were, with their report. */
export interface ReportLine {
  session_id: number
  who: string | null
  room: string
  colour: number
  starts_at: Date
  ends_at: Date
  state: ReportState
  version: number | null
  signed_at: Date | null
  signer_name: string | null
}

const size = 50

/** Sessions that have begun, the newest first, by where their report stands. Keyset by start and id. */
export const reportsList = list({
  name: 'session-report.list',
  permission: 'session-report.read',
  query: ReportsQuery,
  async run(db, { state, after }) {
    const [start, id] = cursor.read(after ?? undefined, 2) ?? []
    const rows = await listReports(
      db,
      state,
      start === undefined ? undefined : { start: String(start), id: Number(id) }
    )
    const last = rows[size - 1]
    const next = last && rows.length > size ? cursor.write(last.starts_at.toISOString(), last.session_id) : undefined
    return { rows: rows.slice(0, size), next }
  }
})

function listReports(
  db: Db,
  state: ReportState | null,
  after: { start: string; id: number } | undefined
): Promise<ReportLine[]> {
  return rowsOf(
    db,
    `select * from (
       select s.id as session_id, coalesce(c.artist_name, c.name, s.title) as who, r.name as room, r.colour,
         s.starts_at, s.ends_at, p.version, p.signed_at, p.signer_name,
         case when l.signed_report_id is not null then 'signed' when l.reopened_at is not null then 'reopened'
           when exists (select 1 from session_reports x join report_links k on k.report_id = x.id
             where x.session_id = s.id and x.signed_at is null and k.revoked_at is null and k.expires_at > now())
           then 'sent' else 'to_sign' end as state
       from sessions s join rooms r on r.id = s.room_id left join clients c on c.id = s.client_id
         left join session_logs l on l.session_id = s.id
         left join lateral (select version, signed_at, signer_name from session_reports
           where session_id = s.id and version is not null order by version desc limit 1) p on true
       where s.starts_at <= now() and s.state in ('in_progress', 'completed')
         ${after ? 'and (s.starts_at, s.id) < (?::timestamptz, ?::bigint)' : ''}
       order by s.starts_at desc, s.id desc ${state ? '' : `limit ${size + 1}`}
     ) sessions ${state ? 'where state = ?' : ''} order by starts_at desc, session_id desc limit ${size + 1}`,
    [...(after ? [after.start, after.id] : []), ...(state ? [state] : [])]
  )
}
