-- What is said to everybody before a session beside what is booked. Null is the studio's own.
create table call_sheets (
  session_id bigint primary key references sessions on delete cascade,
  call_minutes integer check (call_minutes between 0 and 1440), -- how long before the start they are called
  address text check (length(address) <= 500),
  access_code text check (length(access_code) <= 200),
  parking text check (length(parking) <= 500),
  musicians text check (length(musicians) <= 2000),     -- who is expected, with what: a line each
  patch text check (length(patch) <= 10000),
  rider text check (length(rider) <= 10000),
  notes text check (length(notes) <= 5000),
  version integer not null default 1,
  updated_at timestamptz not null default now()
);

-- Who was sent the sheet, and of what time and contents it spoke. What became of the mail is known by `sheet:<id>`.
create table call_sheet_sendings (
  id bigint generated always as identity primary key,
  session_id bigint not null references sessions on delete cascade,
  kind text not null check (kind in ('client', 'contact', 'crew', 'other')),
  name text not null check (length(name) between 1 and 200),
  email text not null check (length(email) <= 254),
  locale text not null check (locale in ('fr', 'en')),
  message text check (length(message) <= 2000),
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  room_id bigint not null references rooms on delete cascade,
  sheet_version integer not null,                       -- 0: there was nothing of its own yet
  sent_by bigint references people,
  asked_at timestamptz not null default now()
);
create index call_sheet_sendings_of_session on call_sheet_sendings (session_id, id desc);

-- How outboard was set, so that it can be set so again: of a session, or of a room whoever is there.
create table recall_notes (
  id bigint generated always as identity primary key,
  session_id bigint references sessions on delete set null,
  room_id bigint not null references rooms on delete cascade,
  unit text not null check (length(unit) between 1 and 200),
  settings text check (length(settings) <= 5000),
  photo_id bigint references files,
  created_by bigint references people,
  created_at timestamptz not null default now(),
  version integer not null default 1,
  constraint recall_notes_say check (settings is not null or photo_id is not null)
);
create index recall_notes_of_session on recall_notes (session_id, id) where session_id is not null;
create index recall_notes_of_room on recall_notes (room_id, id desc);
create index recall_notes_photo on recall_notes (photo_id) where photo_id is not null;
