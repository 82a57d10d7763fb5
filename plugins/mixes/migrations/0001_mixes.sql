-- The music itself: files as they came, what they measure, the versions of each track, and what is said of them.

-- A file on its way in. It lies in the workshop of the studio until it is whole and proven.
create table uploads (
  id bigint generated always as identity primary key,
  key text not null unique check (key ~ '^[0-9a-f]{32}$'), -- its name in the workshop, and in the address it is sent to
  name text not null check (length(name) between 1 and 300), -- as it was called, without path
  bytes bigint not null check (bytes > 0),
  state text not null default 'receiving' check (state in ('receiving', 'received', 'filed', 'refused', 'gone')),
  problem text,                                          -- a key of mixes.uploads.problems, when it is refused
  -- where it is to go, as proposed from its name and confirmed by whoever sends it
  project_id bigint not null references projects on delete cascade,
  track_id bigint references tracks on delete cascade,
  new_track text check (length(new_track) <= 200),       -- or the title of one that is made when it is filed
  version text check (version in ('demo', 'rough', 'final', 'master')),
  kind text check (kind in ('instrumental', 'a_cappella', 'stem', 'alternative', 'other')),
  label text check (length(label) <= 200),
  note text check (length(note) <= 2000),
  person_id bigint references people,
  created_at timestamptz not null default now(),
  received_at timestamptz,
  settled_at timestamptz,
  tries smallint not null default 0,
  audio_id bigint,
  same boolean not null default false,                   -- its bytes were there already: audio_id is the one they are of
  seen_at timestamptz,                                   -- whoever sent it has read what became of it
  held_by text,                                          -- who writes it now: one at a time, until held_until
  held_until timestamptz,
  check ((state = 'refused') = (problem is not null)),
  check (num_nonnulls(version, kind) <= 1)
);
create index uploads_waiting on uploads (id) where state in ('receiving', 'received');
create index uploads_project on uploads (project_id, id);

-- A file of sound: the original, never altered, and what was found in it.
create table audio_files (
  id bigint generated always as identity primary key,
  file_id bigint not null unique references files,
  name text not null check (length(name) between 1 and 300),
  format text not null check (format in ('wav', 'aiff', 'flac', 'mp3', 'aac', 'ogg', 'opus')),
  bytes bigint not null check (bytes > 0),
  sha256 bytea not null check (length(sha256) = 32),
  state text not null default 'waiting' check (state in ('waiting', 'analysed', 'failed')),
  problem text,                                          -- a key of mixes.analysis.problems
  tries smallint not null default 0,
  taken_at timestamptz,                                  -- somebody is at it and was well then: analysis, or the copy
  analysed_at timestamptz,
  codec text,                                            -- pcm_s24, pcm_f32, flac, mp3
  duration_ms bigint check (duration_ms > 0),
  sample_rate integer check (sample_rate > 0),
  bit_depth smallint check (bit_depth > 0),              -- null for what has none: MP3
  channels smallint check (channels > 0),
  bit_rate integer,
  lufs numeric(6, 2),                                    -- integrated, ITU-R BS.1770-4; null: silence
  lra numeric(5, 2),                                     -- loudness range, EBU Tech 3342
  true_peak numeric(6, 2),                               -- dBTP, four times oversampled
  sample_peak numeric(6, 2),                             -- dBFS
  clipped integer,                                       -- runs of three samples or more at full scale
  head_ms integer,                                       -- silence before the first sound above -60 dBFS
  tail_ms integer,
  peaks bytea,                                           -- 1800 pairs of int8, lowest and highest, of all channels
  tags jsonb not null default '{}',                      -- { title, artist, … } as found
  bext jsonb,                                            -- Broadcast Wave: { description, originator, reference, time_reference, … }
  listening_file_id bigint references files,             -- a copy every browser plays
  copy text not null default 'none' check (copy in ('none', 'wanted', 'made', 'failed')), -- of that copy
  copy_tries smallint not null default 0,
  uploaded_by bigint references people,
  created_at timestamptz not null default now()
);
create index audio_files_waiting on audio_files (id) where state = 'waiting';
create index audio_files_copy on audio_files (id) where copy = 'wanted';
create index audio_files_failed on audio_files (id) where state = 'failed';
create index audio_files_sha256 on audio_files (sha256);
alter table uploads add foreign key (audio_id) references audio_files on delete set null;

-- A revision of one of a track's four versions; the newest is current.
create table revisions (
  id bigint generated always as identity primary key,
  track_id bigint not null references tracks on delete cascade,
  version text not null check (version in ('demo', 'rough', 'final', 'master')),
  number integer not null check (number > 0),
  audio_id bigint not null references audio_files,
  note text check (length(note) <= 2000),                -- what changed
  state text not null default 'draft' check (state in ('draft', 'in_review', 'changes', 'approved', 'superseded')),
  created_by bigint references people,
  created_at timestamptz not null default now(),
  unique (track_id, version, number),
  unique (audio_id)
);
create index revisions_state on revisions (state, created_at) where state in ('in_review', 'changes');

-- What else belongs to a track, or to the whole project.
create table track_files (
  id bigint generated always as identity primary key,
  project_id bigint not null references projects on delete cascade,
  track_id bigint references tracks on delete cascade,
  kind text not null check (kind in ('instrumental', 'a_cappella', 'stem', 'alternative', 'other')),
  label text not null check (length(label) between 1 and 200),
  audio_id bigint not null unique references audio_files,
  created_by bigint references people,
  created_at timestamptz not null default now()
);
create index track_files_track on track_files (track_id, kind, id);
create index track_files_project on track_files (project_id, id);

-- Links for those without an account: to hear one revision, one track, one project, or chosen revisions.
create table share_links (
  id bigint generated always as identity primary key,
  token_hash bytea not null unique check (length(token_hash) = 32),
  token_sealed text not null,                            -- so that it can be copied again
  project_id bigint not null references projects on delete cascade,
  track_id bigint references tracks on delete cascade,
  revision_id bigint references revisions on delete cascade,
  revision_ids bigint[],                                 -- these and no others
  scope text not null check (scope in ('listen', 'comment', 'download')), -- each includes the ones before
  recipient text check (length(recipient) <= 200),       -- for whom: the name that stands by their comments
  email text check (length(email) <= 254),
  language text not null default 'fr' check (language in ('fr', 'en')), -- of the mail
  message text check (length(message) <= 2000),          -- in that mail
  password_hash text,
  most_visits integer check (most_visits > 0),
  visits integer not null default 0,
  expires_at timestamptz,
  revoked_at timestamptz,
  revoked_by bigint references people,
  created_by bigint references people,
  created_at timestamptz not null default now()
);
create index share_links_project on share_links (project_id, id);

-- Who heard what, and who took it.
create table share_visits (
  id bigint generated always as identity primary key,
  link_id bigint not null references share_links on delete cascade,
  at timestamptz not null default now(),
  what text not null check (what in ('opened', 'heard', 'downloaded', 'refused')),
  key_hash bytea unique check (length(key_hash) = 32),   -- of what opened it: the browser's own key, for as long as it stays
  visit_id bigint references share_visits on delete cascade, -- in which opening it was heard or taken
  revision_id bigint references revisions on delete set null,
  ip text,
  agent text check (length(agent) <= 500),
  check (what = 'opened' or key_hash is null)
);
create index share_visits_link on share_visits (link_id, id);
create unique index share_visits_once on share_visits (visit_id, what, revision_id) where visit_id is not null;

create table track_comments (
  id bigint generated always as identity primary key,
  revision_id bigint not null references revisions on delete cascade,
  parent_id bigint references track_comments on delete cascade, -- an answer; one deep
  at_ms bigint check (at_ms >= 0),                       -- null: of the whole
  until_ms bigint,                                       -- end of a span
  body text not null check (length(body) between 1 and 4000),
  person_id bigint references people,                    -- of the studio
  link_id bigint references share_links on delete set null, -- or a guest, by this link
  author text not null check (length(author) between 1 and 200),
  mentions bigint[] not null default '{}',               -- people
  resolved_at timestamptz,
  resolved_by text,
  carried_from bigint references track_comments on delete set null, -- the one it repeats from the revision before
  edited_at timestamptz,
  at timestamptz not null default now(),
  check (until_ms > at_ms),
  check (parent_id is null or (at_ms is null and until_ms is null))
);
create index track_comments_revision on track_comments (revision_id, at_ms, id);
create index track_comments_open on track_comments (revision_id) where resolved_at is null and parent_id is null;

-- A revision sent for review, and what came back. Never changed once it is decided.
create table reviews (
  id bigint generated always as identity primary key,
  revision_id bigint not null references revisions on delete cascade,
  round integer not null check (round > 0),              -- of its track
  beyond boolean not null default false,                 -- more than what was included
  to_name text not null check (length(to_name) between 1 and 200),
  to_email text check (length(to_email) <= 254),
  message text check (length(message) <= 4000),
  link_id bigint references share_links on delete set null,
  sent_by bigint references people,
  sent_at timestamptz not null default now(),
  due_on date,
  reminded_at timestamptz,                               -- once, when the day was over
  outcome text check (outcome in ('approved', 'changes', 'withdrawn')),
  decided_at timestamptz,
  decided_by text check (length(decided_by) between 1 and 200),
  decided_email text,
  decided_person bigint references people,               -- when somebody of the studio noted it
  words text,                                            -- what was agreed to, as it was read
  remark text check (length(remark) <= 4000),
  sha256 bytea check (length(sha256) = 32),              -- of the file that was approved
  ip text,
  agent text check (length(agent) <= 500),
  supplement text,                                       -- the quote's line that pays for it, quote:12
  check ((outcome is null) = (decided_at is null)),
  check (outcome is distinct from 'approved' or (sha256 is not null and decided_by is not null))
);
create unique index reviews_open on reviews (revision_id) where outcome is null;
create index reviews_waiting on reviews (sent_at) where outcome is null;
create function keep_review() returns trigger language plpgsql as $$
begin
  if old.outcome is not null and (to_jsonb(new) - 'supplement' - 'link_id') is distinct from (to_jsonb(old) - 'supplement' - 'link_id') then
    raise exception 'what was decided stays as it was decided' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger reviews_keep before update on reviews for each row execute function keep_review();
