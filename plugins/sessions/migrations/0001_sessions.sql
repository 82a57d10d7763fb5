-- Rooms, their opening hours, sessions and who works on them. No double booking: the database refuses it by itself.

create table rooms (
  id bigint generated always as identity primary key,
  name text not null check (length(name) between 1 and 80),
  kind text not null check (kind in ('live_room', 'cabine', 'control_room', 'mixing', 'mastering', 'rehearsal', 'podcast', 'other')),
  colour smallint not null default 1 check (colour between 1 and 12),
  capacity integer check (capacity > 0),
  hourly_cents bigint check (hourly_cents >= 0),
  half_day_cents bigint check (half_day_cents >= 0),
  day_cents bigint check (day_cents >= 0),
  always_open boolean not null default false,           -- else room_hours says when; none on a weekday is closed
  bookable boolean not null default true,
  position integer not null default 0,
  notes text,
  archived_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now()
);
create unique index rooms_name_unique on rooms (fold(name)) where archived_at is null;

-- Wall-clock hours in the studio's zone. `closes` at or before `opens` is on the next day: 14:00–02:00.
create table room_hours (
  room_id bigint not null references rooms on delete cascade,
  weekday smallint not null check (weekday between 1 and 7), -- 1 is Monday
  opens time not null check (opens < '24:00'),
  closes time not null,
  primary key (room_id, weekday, opens)
);

create table sessions (
  id bigint generated always as identity primary key,
  room_id bigint not null references rooms,
  client_id bigint references clients,                  -- none: the studio's own (maintenance, a rehearsal of the house)
  title text check (length(title) between 1 and 200),
  search text generated always as (words_of(title)) stored, -- the title as words are compared
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  during tstzrange not null generated always as (tstzrange(starts_at, ends_at, '[)')) stored,
  state text not null check (state in ('option', 'confirmed', 'in_progress', 'completed', 'cancelled', 'no_show')),
  rank smallint check (rank between 1 and 3),           -- kept after confirmation, so that it can be undone
  expires_at timestamptz,
  -- What it keeps others from: an option only options of its rank, what is confirmed everything, what is off nothing.
  lane int4range not null generated always as (
    case
      when state = 'option' then int4range(rank::integer, rank + 1)
      when state in ('confirmed', 'in_progress', 'completed') then int4range(0, 1000)
      else 'empty'::int4range
    end
  ) stored,
  notes text,
  price_cents bigint check (price_cents >= 0),          -- null: the room has no rates and nobody gave a price
  price_lines jsonb not null default '[]',              -- how it was made, at the rates of that day
  price_override boolean not null default false,
  price_note text,
  cancelled_from text check (cancelled_from in ('option', 'confirmed')),
  cancel_reason text,
  cancelled_at timestamptz,
  started_at timestamptz,
  completed_at timestamptz,
  created_by bigint references people,
  version integer not null default 1,                   -- counts changes, so that two tabs do not overwrite each other
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (client_id is not null or title is not null),
  constraint sessions_length check (ends_at > starts_at and ends_at <= starts_at + interval '31 days'),
  constraint sessions_option check (state <> 'option' or (rank is not null and expires_at is not null)),
  constraint sessions_cancelled check ((state = 'cancelled') = (cancelled_at is not null)),
  constraint sessions_no_overlap exclude using gist (room_id with =, during with &&, lane with &&),
  constraint sessions_key unique (id, during, lane)
);

create index sessions_by_start on sessions (starts_at, id);
create index sessions_by_room on sessions (room_id, starts_at, id);
create index sessions_by_client on sessions (client_id, starts_at, id);
create index sessions_by_state on sessions (state, starts_at, id);
create index sessions_options on sessions (expires_at) where state = 'option';
create index sessions_search on sessions using gin (search gin_trgm_ops) where search is not null;

-- Who of the studio works on it. Time and lane are the session's own, kept equal by the key, so that a person too is
-- never booked twice.
create table session_people (
  session_id bigint not null,
  person_id bigint not null references people,
  role text not null default 'engineer' check (role in ('engineer', 'assistant')),
  during tstzrange not null,
  lane int4range not null,
  primary key (session_id, person_id),
  foreign key (session_id, during, lane) references sessions (id, during, lane) on update cascade on delete cascade,
  constraint session_people_no_overlap exclude using gist (person_id with =, during with &&, lane with &&)
);
create index session_people_by_start on session_people (person_id, lower(during), session_id);
