import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import { furthest, soundColumns } from './queries.ts'
import type { Revision } from './queries.ts'

/** The newest revision of a track's furthest version. */
export interface Current extends Revision {
  title: string
  version_title: string | null
  position: number
  project_id: number
  project: string
  artist: string | null
  rounds_included: number
  rounds_used: number
}

/** The newest revision of each track's furthest version, `which` being SQL over `tracks t`: each track is asked by its index. */
const furthestOf = (which: string) => `select r.* from tracks t cross join lateral (
    select * from revisions r where r.track_id = t.id order by ${furthest} desc, r.number desc limit 1) r where ${which}`

/** These revisions as they are shown. They are found first, among themselves: a file of sound has wide rows. */
const shown = (revisions: string, order: string) => `with last as (${revisions}), rounds as (
    select r.track_id, max(w.round) as used from revisions r join reviews w on w.revision_id = r.id
    where r.track_id in (select track_id from last) group by r.track_id
  )
  select r.id, r.track_id, r.version, r.number, r.note, r.state, p.name as by, r.created_at as at, t.title, t.version_title,
    t.position, t.project_id, o.title as project, coalesce(o.artist, c.artist_name, c.name) as artist, o.rounds_included,
    coalesce(n.used, 0) as rounds_used, ${soundColumns}
  from last r join audio_files a on a.id = r.audio_id join tracks t on t.id = r.track_id
    join projects o on o.id = t.project_id left join clients c on c.id = o.client_id
    left join rounds n on n.track_id = r.track_id left join people p on p.id = r.created_by
  order by ${order}`

/** What can be heard of a project, in the order of its tracks, after a place in it. */
export const currentOfProject = (db: Db, projectId: number, after: number, limit: number): Promise<Current[]> =>
  rowsOf(
    db,
    shown(
      `${furthestOf('t.project_id = ? and t.position > ?')} order by t.position limit ${Math.floor(limit)}`,
      't.position'
    ),
    [projectId, after]
  )

/** What a track has: its revisions' newest, one of each version, the furthest first. */
export const currentOfVersions = (db: Db, trackId: number): Promise<Current[]> =>
  rowsOf(
    db,
    shown(
      'select distinct on (r.version) * from revisions r where r.track_id = ? order by r.version, r.number desc',
      `${furthest} desc`
    ),
    [trackId]
  )

/** The newest music of a client. */
export const currentOfClient = (db: Db, clientId: number, limit: number): Promise<Current[]> =>
  rowsOf(
    db,
    shown(
      `${furthestOf('t.project_id in (select id from projects where client_id = ?)')}
       order by r.created_at desc, r.id desc limit ${Math.floor(limit)}`,
      'r.created_at desc, r.id desc'
    ),
    [clientId]
  )

/** What can be heard of the project that a session is of. */
export const currentOfSession = (db: Db, sessionId: number, limit: number): Promise<Current[]> =>
  rowsOf(
    db,
    shown(
      `${furthestOf('t.project_id = (select project_id from project_sessions where session_id = ?)')}
       order by t.position limit ${Math.floor(limit)}`,
      't.position'
    ),
    [sessionId]
  )

export const currentOf = (db: Db, trackIds: readonly number[]): Promise<Current[]> =>
  rowsOf(db, shown(furthestOf('t.id = any(?::bigint[])'), 't.position'), [trackIds])

/** What a file of sound is, as credits want to know it; `sha256` in hexadecimal. */
export interface Recording {
  track_id: number
  version: string
  duration_ms: number | null
  sample_rate: number | null
  bit_depth: number | null
  channels: number | null
  sha256: string
}

/** What is known of the current recording of each of these tracks. */
export const recordingsOf = (db: Db, trackIds: readonly number[]): Promise<Recording[]> =>
  rowsOf(
    db,
    `select distinct on (r.track_id) r.track_id, r.version, a.duration_ms, a.sample_rate, a.bit_depth, a.channels,
       encode(a.sha256, 'hex') as sha256
     from revisions r join audio_files a on a.id = r.audio_id where r.track_id = any(?::bigint[])
     order by r.track_id, ${furthest} desc, r.number desc`,
    [trackIds]
  )

/** Where a record of this plugin is heard, by `revision:12`, `track_file:3`, `audio:4`, `share_link:6`. */
export interface Placed {
  record: string
  project_id: number
  track_id: number | null
  revision_id: number | null
  what: 'revision' | 'track_file' | 'audio' | 'share_link'
  id: number
  /** A track's title, a file's label or name, or for whom a link is. */
  title: string
  version: string | null
  number: number | null
}

export const placesOf = (db: Db, records: readonly { what: string; id: number }[]): Promise<Placed[]> =>
  rowsOf(
    db,
    `with asked as (select * from unnest(?::text[], ?::bigint[]) as a (what, id))
     select 'revision:' || r.id as record, t.project_id, t.id as track_id, r.id as revision_id, a.what, a.id, t.title,
         r.version, r.number
       from asked a join revisions r on a.what = 'revision' and r.id = a.id join tracks t on t.id = r.track_id
     union all
     select 'track_file:' || f.id, f.project_id, f.track_id, null, a.what, a.id, f.label, null, null
       from asked a join track_files f on a.what = 'track_file' and f.id = a.id
     union all
     select 'audio:' || s.id, coalesce(t.project_id, f.project_id), t.id, r.id, a.what, a.id, coalesce(t.title, f.label, s.name),
         r.version, r.number
       from asked a join audio_files s on a.what = 'audio' and s.id = a.id left join revisions r on r.audio_id = s.id
         left join track_files f on f.audio_id = s.id left join tracks t on t.id = r.track_id
     union all
     select 'share_link:' || l.id, l.project_id, l.track_id, l.revision_id, a.what, a.id, coalesce(l.recipient, l.email, o.title),
         null, null
       from asked a join share_links l on a.what = 'share_link' and l.id = a.id join projects o on o.id = l.project_id`,
    [records.map(({ what }) => what), records.map(({ id }) => id)]
  )
