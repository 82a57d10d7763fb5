import type { Knex } from 'knex'

/*
 * A project with far more music than people have, straight into the database: what the pages are measured with. Its files
 * have rows and no bytes.
 */

export interface Many {
  project_id: number
  /** In their order. */
  track_ids: number[]
}

/** `revisions` of mixes over `tracks`, each as if it had been measured, with comments on the last. Needs mixes' tables. */
export async function makeProject(
  db: Knex,
  { tracks, revisions }: { tracks: number; revisions: number }
): Promise<Many> {
  const [project] = await db('projects')
    .insert({
      title: 'Intégrale',
      kind: 'audiobook',
      artist: 'Les Marées',
      status: 'mixing',
      sheet_rate: 96_000,
      sheet_depth: 24
    })
    .returning<{ id: number }[]>('id')
  const project_id = project?.id ?? 0
  const { rows } = await db.raw<{ rows: { id: number }[] }>(
    `insert into tracks (project_id, position, title, status, bpm, key, duration_ms, isrc, languages)
     select ?, n, 'Plage ' || n, (array['recording', 'mixing', 'mastering', 'approved'])[1 + n % 4], 60 + n % 90, 'Am',
       180000 + n * 1000, 'FRBNC26' || lpad(n::text, 5, '0'), '{fr}'
     from generate_series(1, ?::integer) n returning id`,
    [project_id, tracks]
  )
  await db.raw(
    `with stored as (
       insert into files (key, name, media_type, bytes, sha256)
       select md5('many ' || ?::text || n), 'plage', 'audio/wav', 86400000, sha256(int8send(n))
       from generate_series(1, ?::bigint) n returning id
     ), numbered as (select id, row_number() over (order by id) as n from stored),
     sound as (
       insert into audio_files (file_id, name, format, bytes, sha256, state, analysed_at, codec, duration_ms, sample_rate,
         bit_depth, channels, lufs, lra, true_peak, sample_peak, clipped, head_ms, tail_ms, peaks)
       select id, 'LM_Plage_' || n || '.wav', 'wav', 86400000, sha256(int8send(n)), 'analysed', now(), 'pcm_s24', 240000, 48000,
         24, 2, -14 - n % 10, 6, -1, -1.2, 0, 120, 800, decode(repeat('c040', 1800), 'hex')
       from numbered returning id, file_id
     )
     insert into revisions (track_id, version, number, audio_id, note, state, created_at)
     select t.id, (array['demo', 'rough', 'final', 'master'])[1 + k % 4], 1 + k / 4, s.id, 'Voix +1 dB', 'draft',
       now() - (? - n) * interval '1 minute'
     from (select id, row_number() over (order by file_id) as n from sound) s
     cross join lateral (select (1 + (n - 1) % ?)::integer as place, ((n - 1) / ?)::integer as k) at
     join tracks t on t.project_id = ? and t.position = at.place`,
    [project_id, revisions, revisions, tracks, tracks, project_id]
  )
  await db.raw(
    `insert into track_comments (revision_id, at_ms, body, author)
     select r.id, 1000 * k, 'La voix est un peu forte ici', 'Nadia'
     from (select distinct on (track_id) id from revisions where track_id = any(?) order by track_id, id desc) r
     cross join generate_series(1, 5) k`,
    [rows.map(({ id }) => id)]
  )
  await db.raw('analyze files, audio_files, tracks, revisions, track_comments')
  return { project_id, track_ids: rows.map(({ id }) => id) }
}
