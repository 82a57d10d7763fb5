-- What happens in the room on the day, and the report that is signed of it.

-- Kinds of work that time is noted on. Those every studio begins with have a key and are called in the reader's language
-- until they are renamed.
create table task_types (
  id bigint generated always as identity primary key,
  key text unique check (key ~ '^[a-z_]{1,30}$'),
  name text check (length(name) between 1 and 60),
  billable boolean not null default true,
  position integer not null default 0,
  archived_at timestamptz,
  check (num_nonnulls(key, name) > 0)
);
create unique index task_types_name on task_types (fold(name)) where archived_at is null;
insert into task_types (key, billable, position) values
  ('setup', true, 10), ('recording', true, 20), ('editing', true, 30), ('mixing', true, 40), ('mastering', true, 50),
  ('break', false, 60);

-- Time worked on a session: a running timer has no end. What the clock said stays beside what it was corrected to.
create table time_entries (
  id bigint generated always as identity primary key,
  session_id bigint not null references sessions,
  person_id bigint not null references people,
  task_type_id bigint references task_types,            -- none: the session as a whole
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  billable boolean not null default true,
  note text check (length(note) <= 500),
  raw_started_at timestamptz,                           -- what the clock said before the first correction
  raw_ended_at timestamptz,
  corrected_by bigint references people,
  corrected_at timestamptz,                             -- with no raw times: it was noted by hand
  correction_reason text check (length(correction_reason) between 1 and 500),
  constraint time_entries_length check (ended_at >= started_at and ended_at <= started_at + interval '7 days'),
  check ((corrected_at is null) = (correction_reason is null)),
  check (raw_started_at is null or corrected_at is not null)
);
-- One running timer a person, whatever comes at once.
create unique index time_entries_one_running on time_entries (person_id) where ended_at is null;
create index time_entries_of_session on time_entries (session_id, started_at);

create function keep_raw_time() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'time that was noted is corrected, not deleted' using errcode = 'restrict_violation';
  end if;
  if old.raw_started_at is not null
    and (new.raw_started_at, new.raw_ended_at) is distinct from (old.raw_started_at, old.raw_ended_at) then
    raise exception 'what the clock said is kept' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger time_entries_keep_raw before update or delete on time_entries for each row execute function keep_raw_time();

-- Who came on the client's side.
create table session_arrivals (
  id bigint generated always as identity primary key,
  session_id bigint not null references sessions,
  name text not null check (length(name) between 1 and 120),
  role text check (length(role) <= 80),
  arrived_at timestamptz not null default now(),
  left_at timestamptz,
  added_by bigint references people,
  constraint session_arrivals_order check (left_at >= arrived_at)
);
create index session_arrivals_of_session on session_arrivals (session_id, arrived_at);

create table session_titles (
  id bigint generated always as identity primary key,
  session_id bigint not null references sessions,
  title text not null check (length(title) between 1 and 200),
  added_by bigint references people
);
create unique index session_titles_title on session_titles (session_id, fold(title));

create table session_takes (
  id bigint generated always as identity primary key,
  title_id bigint not null references session_titles on delete cascade,
  number integer not null check (number between 1 and 9999),
  verdict text check (verdict in ('good', 'keep', 'no')),
  note text check (length(note) <= 500),
  at timestamptz not null default now(),
  added_by bigint references people,
  constraint session_takes_number unique (title_id, number)
);

create table session_musicians (
  id bigint generated always as identity primary key,
  session_id bigint not null references sessions,
  name text not null check (length(name) between 1 and 120),
  instrument text check (length(instrument) <= 80),
  role text not null default 'musician' check (role in ('soloist', 'musician', 'singer', 'chorister', 'conductor', 'other')),
  society text check (length(society) <= 40),           -- SPEDIDAM, ADAMI, SACEM
  society_number text check (length(society_number) <= 40),
  from_at timestamptz,
  to_at timestamptz,
  added_by bigint references people,
  constraint session_musicians_order check (to_at > from_at)
);
create index session_musicians_of_session on session_musicians (session_id);

create table session_costs (
  id bigint generated always as identity primary key,
  session_id bigint not null references sessions,
  kind text not null check (kind in ('consumable', 'third_party')),
  label text not null check (length(label) between 1 and 200),
  quantity numeric(10, 3) not null default 1 check (quantity > 0),
  unit_cents bigint not null check (unit_cents >= 0),
  vat_rate integer not null default 2000 check (vat_rate between 0 and 10000), -- hundredths of a percent
  billable boolean not null default true,
  added_by bigint references people
);
create index session_costs_of_session on session_costs (session_id);

-- Time beyond the booked end, agreed to on the spot and at which price.
create table session_overtime (
  id bigint generated always as identity primary key,
  session_id bigint not null references sessions,
  minutes integer not null check (minutes between 1 and 1440),
  from_at timestamptz not null,
  price_cents bigint not null check (price_cents >= 0),
  vat_rate integer not null check (vat_rate between 0 and 10000),
  vat_category text not null default 'S',
  vat_included boolean not null default false,
  accepted_by text not null check (length(accepted_by) between 1 and 120), -- for the client
  added_by bigint references people,
  at timestamptz not null default now()
);
create index session_overtime_of_session on session_overtime (session_id);

-- What was signed, or waits to be at a distance: a frozen copy with its SHA-256, over its canonical JSON. The version is
-- counted when it is signed; a later one refers to the one before.
create table session_reports (
  id bigint generated always as identity primary key,
  session_id bigint not null references sessions,
  snapshot jsonb not null,
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  made_by bigint references people,
  made_at timestamptz not null default now(),
  version integer check (version > 0),
  previous_id bigint references session_reports,
  signed_at timestamptz,
  way text check (way in ('tablet', 'mail')),
  signer_name text check (length(signer_name) between 1 and 120),
  signer_role text check (length(signer_role) <= 80),
  signer_email text check (length(signer_email) <= 254),
  consent text,                                         -- the words that were accepted
  image bytea check (length(image) <= 200000),          -- PNG, drawn
  ip text,
  agent text check (length(agent) <= 500),
  code_sent_at timestamptz,
  seal text check (seal ~ '^[0-9a-f]{64}$'),            -- SHA-256 over the hash and all that proves the signature
  check ((signed_at is null) = (version is null)),
  check (signed_at is null or num_nonnulls(way, signer_name, consent, seal) = 4),
  check (way <> 'tablet' or image is not null),
  check (way <> 'mail' or num_nonnulls(signer_email, code_sent_at) = 2),
  check ((version > 1) = (previous_id is not null) or version is null),
  constraint session_reports_version unique (session_id, version)
);
create index session_reports_of_session on session_reports (session_id, id desc);

create function refuse_signed_change() returns trigger language plpgsql as $$
begin
  if tg_op <> 'UPDATE' then
    raise exception 'a report is never deleted' using errcode = 'restrict_violation';
  end if;
  if old.signed_at is not null then
    raise exception 'a signed report is never changed' using errcode = 'restrict_violation';
  end if;
  if (new.session_id, new.snapshot, new.hash, new.made_at) is distinct from
    (old.session_id, old.snapshot, old.hash, old.made_at) then
    raise exception 'what waits to be signed is not changed' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger session_reports_immutable before update or delete on session_reports
  for each row execute function refuse_signed_change();
create trigger session_reports_never_truncated before truncate on session_reports
  for each statement execute function refuse_signed_change();

-- What is written on the report beside its rows, and whether it is frozen.
create table session_logs (
  session_id bigint primary key references sessions,
  notes text check (length(notes) <= 5000),
  producer text check (length(producer) <= 200),
  first_destination text check (length(first_destination) <= 200),
  signed_report_id bigint references session_reports,   -- frozen: nothing of the session is written any more
  reopened_at timestamptz,
  reopened_by bigint references people,
  reopening_reason text check (length(reopening_reason) between 1 and 500)
);

-- A private link to sign a report at a distance, and its code of 6 digits. Both are stored hashed.
create table report_links (
  id bigint generated always as identity primary key,
  report_id bigint not null references session_reports,
  name text not null check (length(name) between 1 and 120),
  email text not null check (length(email) <= 254),
  token_hash bytea unique,                              -- null until the mail is written
  locale text not null check (locale in ('fr', 'en')),
  created_by bigint references people,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  asked_at timestamptz,                                 -- when a code was last asked for
  code_hash bytea,
  code_sent_at timestamptz,
  code_expires_at timestamptz,
  code_tries smallint not null default 0,
  codes_asked smallint not null default 0
);
create index report_links_of_report on report_links (report_id);
