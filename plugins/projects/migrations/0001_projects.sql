-- Productions and what they are made of: the people on them, what is to be done, their titles and identifiers.

create table projects (
  id bigint generated always as identity primary key,
  title text not null check (length(title) between 1 and 200),
  kind text not null check (kind in ('album', 'ep', 'single', 'soundtrack', 'podcast', 'audiobook', 'voice_over', 'advertising', 'live', 'other')),
  artist text check (length(artist) <= 200),
  client_id bigint references clients,                   -- null: the studio's own production
  label text check (length(label) <= 200),
  catalogue_number text check (length(catalogue_number) <= 60),
  upc text check (upc ~ '^[0-9]{12,13}$'),               -- EAN-13 or UPC-A, its check digit proven
  status text not null default 'planned'
    check (status in ('planned', 'recording', 'editing', 'mixing', 'mastering', 'delivered', 'archived', 'cancelled')),
  position double precision not null default 0,          -- in its column of the board, lowest first
  starts_on date,
  due_on date,
  released_on date,
  budget_cents bigint check (budget_cents >= 0),         -- excl. VAT, in the studio's currency
  budget_minutes integer check (budget_minutes >= 0),
  rounds_included smallint not null default 2 check (rounds_included between 0 and 99), -- of mixes, per track
  -- the delivery sheet: what its masters have to be; null where it says nothing
  sheet_rate integer check (sheet_rate between 8000 and 768000),
  sheet_depth smallint check (sheet_depth in (16, 24, 32)),
  sheet_format text check (sheet_format in ('wav', 'aiff', 'flac')),
  sheet_lufs numeric(4, 1) check (sheet_lufs between -60 and 0),
  sheet_true_peak numeric(4, 1) check (sheet_true_peak between -20 and 0), -- dBTP, at most
  isrc_root_id bigint,                                   -- whose codes its tracks take; null: the studio's own
  p_line text check (length(p_line) <= 200),             -- (P) 2026 …
  c_line text check (length(c_line) <= 200),
  notes text check (length(notes) <= 20000),
  quote_id bigint unique,                                -- of the plugin quotes; no key: it may not be installed
  template_id bigint,
  version integer not null default 1,
  created_by bigint references people,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  search text not null generated always as (
    words_of(title || ' ' || coalesce(artist, '') || ' ' || coalesce(label, '') || ' ' || coalesce(catalogue_number, ''))) stored,
  check (due_on >= starts_on)
);
create index projects_of_client on projects (client_id);
create index projects_board on projects (status, position, id);
create index projects_due on projects (due_on) where status not in ('delivered', 'archived', 'cancelled');
create index projects_search on projects using gin (search gin_trgm_ops);

-- Who of the studio works on it.
create table project_people (
  project_id bigint not null references projects on delete cascade,
  person_id bigint not null references people,
  role text not null check (role in ('producer', 'recording', 'mixing', 'mastering', 'editing', 'assistant', 'manager', 'other')),
  primary key (project_id, person_id, role)
);
create index project_people_person on project_people (person_id);

-- Its sessions. A session is of one project at most.
create table project_sessions (
  session_id bigint primary key references sessions on delete cascade,
  project_id bigint not null references projects on delete cascade,
  added_at timestamptz not null default now()
);
create index project_sessions_project on project_sessions (project_id);

create table project_files (
  id bigint generated always as identity primary key,
  project_id bigint not null references projects on delete cascade,
  file_id bigint not null references files,
  label text not null check (length(label) between 1 and 200),
  added_by bigint references people,
  added_at timestamptz not null default now()
);
create index project_files_project on project_files (project_id, id);

create table project_notes (
  id bigint generated always as identity primary key,
  project_id bigint not null references projects on delete cascade,
  body text not null check (length(body) between 1 and 10000),
  person_id bigint references people,
  at timestamptz not null default now()
);
create index project_notes_project on project_notes (project_id, at);

-- What is to be done: for a project, and perhaps one of its tracks; or for a session, or a client.
create table tasks (
  id bigint generated always as identity primary key,
  title text not null check (length(title) between 1 and 200),
  note text check (length(note) <= 4000),
  project_id bigint references projects on delete cascade,
  track_id bigint,
  session_id bigint references sessions on delete cascade,
  client_id bigint references clients,
  assignee_id bigint references people,
  due_on date,
  position double precision not null default 0,
  done_at timestamptz,
  done_by bigint references people,
  created_by bigint references people,
  created_at timestamptz not null default now(),
  check (num_nonnulls(project_id, session_id, client_id) <= 1),
  check (track_id is null or project_id is not null)
);
create index tasks_project on tasks (project_id, position, id);
create index tasks_session on tasks (session_id) where session_id is not null;
create index tasks_client on tasks (client_id) where client_id is not null;
create index tasks_open on tasks (assignee_id, due_on) where done_at is null;

-- A project to begin from: its kind, its delivery sheet, its tasks by days from the start, its titles.
create table project_templates (
  id bigint generated always as identity primary key,
  name text not null check (length(name) between 1 and 120),
  kind text not null,
  rounds_included smallint not null default 2,
  sheet jsonb not null default '{}',
  tasks jsonb not null default '[]',                     -- { title, days } with days after the start, or null
  track_titles text[] not null default '{}',
  archived_at timestamptz
);
create unique index project_templates_name on project_templates (fold(name)) where archived_at is null;
alter table projects add foreign key (template_id) references project_templates on delete set null;

-- Whose recordings they are: a code of a registrant, five signs, from which the codes of recordings are counted by year.
create table isrc_roots (
  id bigint generated always as identity primary key,
  prefix text not null unique check (prefix ~ '^[A-Z]{2}[A-Z0-9]{3}$'),
  owner text not null check (length(owner) between 1 and 200),
  own boolean not null default false,                    -- the studio's
  archived_at timestamptz
);
create unique index isrc_roots_own on isrc_roots ((true)) where own and archived_at is null;
alter table projects add foreign key (isrc_root_id) references isrc_roots;

create table isrc_counters (
  root_id bigint not null references isrc_roots,
  year smallint not null check (year between 0 and 99),
  last integer not null check (last between 0 and 99999),
  primary key (root_id, year)
);

create table tracks (
  id bigint generated always as identity primary key,
  project_id bigint not null references projects on delete cascade,
  position integer not null check (position > 0),
  title text not null check (length(title) between 1 and 200),
  version_title text check (length(version_title) <= 100), -- Radio Edit, Live
  status text not null default 'to_record'
    check (status in ('to_record', 'recording', 'editing', 'mixing', 'mastering', 'approved', 'delivered', 'dropped')),
  bpm numeric(6, 2) check (bpm between 1 and 999),
  key text check (key ~ '^[A-G][b#]?m?$'),               -- Am, F#, Bb
  time_signature text check (time_signature ~ '^[0-9]{1,2}/(1|2|4|8|16|32)$'),
  duration_ms bigint check (duration_ms > 0),            -- meant; what a file lasts is known of the file
  isrc text unique check (isrc ~ '^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$'), -- CCXXXYYNNNNN
  iswc text check (iswc ~ '^T[0-9]{10}$'),               -- its check digit proven
  lyrics text check (length(lyrics) <= 20000),
  languages text[] not null default '{}',                -- ISO 639-1
  explicit boolean not null default false,
  instrumental boolean not null default false,
  p_line text check (length(p_line) <= 200),
  c_line text check (length(c_line) <= 200),
  technical jsonb not null default '{}',                 -- { mics, patch, plug_ins, notes }, texts
  links jsonb not null default '[]',                     -- { label, href }: references to listen to
  sheet jsonb not null default '{}',                     -- where it differs from the project's delivery sheet
  version integer not null default 1,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  search text not null generated always as (words_of(title || ' ' || coalesce(version_title, '') || ' ' || coalesce(isrc, ''))) stored,
  unique (project_id, position) deferrable initially deferred,
  unique (id, project_id)
);
create index tracks_search on tracks using gin (search gin_trgm_ops);
alter table tasks add foreign key (track_id, project_id) references tracks (id, project_id) on delete cascade;
create index tasks_track on tasks (track_id) where track_id is not null;

-- Codes that were given out, by us or elsewhere: never twice, even when the track is gone.
create table isrc_codes (
  code text primary key check (code ~ '^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$'),
  root_id bigint references isrc_roots,                  -- null: it came with the recording
  track_id bigint,                                       -- what it was given to; no key: that may be gone
  given_by bigint references people,
  given_at timestamptz not null default now()
);
create function keep_isrc() returns trigger language plpgsql as $$
begin
  raise exception 'a recording code that was given out stays given out' using errcode = 'restrict_violation';
end $$;
create trigger isrc_codes_keep before update or delete on isrc_codes for each row execute function keep_isrc();
