-- What is known of the people who work on sessions, when they work, and what became of asking them.

create table crew_profiles (
  person_id bigint primary key references people,
  phone text,
  roles text[] not null default '{}' check (
    roles <@ array['engineer', 'assistant', 'mixing', 'mastering', 'producer', 'musician', 'technician', 'other']),
  hourly_cents bigint check (hourly_cents >= 0),
  half_day_cents bigint check (half_day_cents >= 0),
  day_cents bigint check (day_cents >= 0),
  included boolean not null default true,               -- in the room's price; else these rates are added to it
  notes text check (length(notes) <= 2000)
);

-- Wall-clock hours in the studio's zone, as those of rooms. Nothing at all: they come whenever they are needed.
create table person_hours (
  person_id bigint not null references people,
  weekday smallint not null check (weekday between 1 and 7), -- 1 is Monday
  opens time not null check (opens < '24:00'),
  closes time not null,
  primary key (person_id, weekday, opens)
);

alter table session_people add column asked_at timestamptz;
alter table session_people add column asked_by bigint references people;
alter table session_people add column answered_at timestamptz;
create index session_people_asked on session_people (person_id) where answer = 'asked';
create index session_people_open on session_people (session_id) where answer in ('asked', 'declined');

-- Private links by which whoever cannot sign in answers. They outlive their place on the session, to say so.
create table crew_links (
  token_hash bytea primary key,
  session_id bigint not null references sessions on delete cascade,
  person_id bigint not null references people,
  created_at timestamptz not null default now(),
  ended_at timestamptz                                  -- when they were told that they are not needed any more
);
create index crew_links_of_session on crew_links (session_id, person_id);

create index busy_times_by_end on busy_times (ends_at);
