-- Times at which a room or somebody is not to be had, and the one way past a conflict: booking over, on record.

-- An absence of somebody, a closure of a room. It does not drive out what is booked already; it refuses what comes later.
create table busy_times (
  id bigint generated always as identity primary key,
  room_id bigint references rooms on delete cascade,
  person_id bigint references people,
  kind text not null check (kind in ('holiday', 'sick', 'training', 'elsewhere', 'closure', 'works')),
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  during tstzrange not null generated always as (tstzrange(starts_at, ends_at, '[)')) stored,
  note text check (length(note) <= 500),
  created_by bigint references people,
  created_at timestamptz not null default now(),
  constraint busy_times_of_one check (num_nonnulls(room_id, person_id) = 1),
  constraint busy_times_length check (ends_at > starts_at and ends_at <= starts_at + interval '400 days')
);
create index busy_times_of_room on busy_times using gist (room_id, during) where room_id is not null;
create index busy_times_of_person on busy_times using gist (person_id, during) where person_id is not null;

-- What of its time a session leaves to another it was booked over: so much it does not keep others from, by agreement.
-- `blocks` is the rest. A conflict is of `blocks`, so that a third booking meets both.
alter table sessions add column over tstzmultirange not null default '{}';
alter table sessions add column blocks tstzmultirange not null
  generated always as (tstzmultirange(tstzrange(starts_at, ends_at, '[)')) - over) stored;
alter table sessions drop constraint sessions_no_overlap;
alter table sessions add constraint sessions_no_overlap
  exclude using gist (room_id with =, blocks with &&, lane with &&);

-- Roles people have on a session, and what they answered when asked. Whoever declined is free again.
alter table session_people drop constraint session_people_role_check;
alter table session_people add constraint session_people_role_check
  check (role in ('engineer', 'assistant', 'mixing', 'mastering', 'producer', 'musician', 'technician', 'other'));
alter table session_people add column answer text not null default 'accepted'
  check (answer in ('asked', 'accepted', 'declined'));
alter table session_people add column over tstzmultirange not null default '{}';
alter table session_people add column blocks tstzmultirange not null generated always as (
  case when answer = 'declined' then '{}'::tstzmultirange else tstzmultirange(during) - over end) stored;
alter table session_people drop constraint session_people_no_overlap;
alter table session_people add constraint session_people_no_overlap
  exclude using gist (person_id with =, blocks with &&, lane with &&);

-- Sessions booked over others, or over a time that was not to be had: who decided it and why. A row goes when the two no
-- longer meet; the trail keeps it.
create table session_overlaps (
  id bigint generated always as identity primary key,
  session_id bigint not null references sessions on delete cascade, -- the one that was booked over
  other_id bigint references sessions on delete cascade,            -- the one that had the time; null: it was no session
  what text check (length(what) between 1 and 300),                 -- then, what it was, and whose time
  room_id bigint references rooms on delete cascade,
  person_id bigint references people,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  reason text not null check (length(reason) between 1 and 500),
  by_id bigint references people,
  at timestamptz not null default now(),
  check (session_id <> other_id),
  check ((other_id is null) = (what is not null)),
  unique nulls not distinct (session_id, other_id, what, room_id, person_id, starts_at)
);
create index session_overlaps_of_other on session_overlaps (other_id);

-- The database's own word on absences and closures: what blocks is not booked into them. Whoever enters one holds the
-- room or person as whoever books does, so that neither misses the other. `over` is left alone: that was decided.
create function refuse_busy_room() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.room_id = old.room_id and new.blocks = old.blocks and new.lane = old.lane then return null; end if;
  if not isempty(new.lane) and exists (
    select 1 from busy_times b where b.room_id = new.room_id and b.during && new.blocks
  ) then
    raise exclusion_violation using constraint = 'busy_times_room', message = 'the room is not to be had then';
  end if;
  return null;
end $$;
create trigger sessions_not_while_closed after insert or update of room_id, starts_at, ends_at, state, rank, over on sessions
  for each row execute function refuse_busy_room();

create function refuse_busy_person() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.person_id = old.person_id and new.blocks = old.blocks and new.lane = old.lane then return null; end if;
  if not isempty(new.lane) and exists (
    select 1 from busy_times b where b.person_id = new.person_id and b.during && new.blocks
  ) then
    raise exclusion_violation using constraint = 'busy_times_person', message = 'the person is not to be had then';
  end if;
  return null;
end $$;
create trigger session_people_not_while_away after insert or update of person_id, during, lane, answer, over on session_people
  for each row execute function refuse_busy_person();
