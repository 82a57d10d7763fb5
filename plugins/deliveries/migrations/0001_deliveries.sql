-- Packages of files that go out, and when they may.

create table deliveries (
  id bigint generated always as identity primary key,
  project_id bigint not null references projects on delete cascade,
  title text not null check (length(title) between 1 and 200),
  recipient text check (length(recipient) <= 200),
  email text check (length(email) <= 254),
  language text not null default 'fr' check (language in ('fr', 'en')), -- of the mail and the papers
  message text check (length(message) <= 4000),
  with_report boolean not null default true,             -- the quality report
  with_notes boolean not null default true,              -- the liner notes
  gate text not null default 'approved_and_paid' check (gate in ('none', 'approved', 'paid', 'approved_and_paid', 'by_hand')),
  opened_at timestamptz,                                 -- by hand, or early
  opened_by bigint references people,
  opened_reason text check (length(opened_reason) between 1 and 500),
  scope text not null default 'download' check (scope in ('listen', 'comment', 'download')),
  token_hash bytea unique check (length(token_hash) = 32),
  token_sealed text,
  share_link_id bigint references share_links on delete set null, -- to listen and comment
  share_sealed text,                                     -- its whole address
  password_hash text,
  most_downloads integer check (most_downloads > 0),     -- by how many visits something may be taken
  downloads integer not null default 0,
  expires_at timestamptz,
  revoked_at timestamptz,
  sent_at timestamptz,
  version integer not null default 1,
  created_by bigint references people,
  created_at timestamptz not null default now(),
  check ((opened_at is null) = (opened_reason is null)),
  check ((token_hash is null) = (token_sealed is null))
);
create index deliveries_project on deliveries (project_id, id);

create table delivery_files (
  id bigint generated always as identity primary key,
  delivery_id bigint not null references deliveries on delete cascade,
  audio_id bigint not null references audio_files,
  name text not null check (length(name) between 1 and 200), -- in the package: AI_Title_MI01_Master_96k24.wav
  folder text not null default '' check (folder ~ '^[A-Za-z0-9_ -]{0,60}$'),
  position integer not null default 0
);
create unique index delivery_files_once on delivery_files (delivery_id, folder, lower(name));

-- The links of mixes by which it was heard, the one there is and those before: who heard is in their log.
create table delivery_listening (
  delivery_id bigint not null references deliveries on delete cascade,
  share_link_id bigint not null references share_links on delete cascade,
  primary key (delivery_id, share_link_id)
);

-- Who came and who took what; who heard is with the link of mixes.
create table delivery_visits (
  id bigint generated always as identity primary key,
  delivery_id bigint not null references deliveries on delete cascade,
  at timestamptz not null default now(),
  what text not null check (what in ('opened', 'file', 'package', 'refused')),
  key_hash bytea unique check (length(key_hash) = 32),   -- of what opened it: the browser's own key, for as long as it stays
  visit_id bigint references delivery_visits on delete cascade, -- in which opening it was taken
  counted boolean not null default false,                -- what opened it has taken something: one of most_downloads
  file_id bigint references delivery_files on delete set null,
  done boolean,                                          -- whether a download went through to its end
  ip text,
  agent text check (length(agent) <= 500),
  check (what = 'opened' or (key_hash is null and not counted))
);
create index delivery_visits_delivery on delivery_visits (delivery_id, id);
create unique index delivery_visits_once on delivery_visits (visit_id, file_id) where what = 'file';
