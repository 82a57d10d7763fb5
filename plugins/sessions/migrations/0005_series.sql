-- Several sessions booked as one: each on a day of its own, or by a rule in local time. And templates to book from.

create table bookings (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('days', 'series')),
  client_id bigint references clients,
  title text check (length(title) between 1 and 200),
  notes text,
  -- A series: its rule, by the wall clock of `timezone`, and the hours and room of what is to come.
  rule text check (rule ~ '^FREQ=(DAILY|WEEKLY|MONTHLY)(;|$)'), -- RFC 5545, without DTSTART
  starts_on date,
  starts text check (starts ~ '^([01]\d|2[0-3]):[0-5]\d$'),
  ends text check (ends ~ '^([01]\d|2[0-3]):[0-5]\d$'), -- null: `minutes` really pass, whatever the clocks do
  minutes integer check (minutes between 1 and 44640),
  room_id bigint references rooms,
  timezone text not null,
  exdates text[] not null default '{}',                 -- days that the rule gives and that were left out
  created_by bigint references people,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),        -- a session of the same instant was changed with it
  constraint bookings_rule check (
    num_nulls(rule, starts_on, starts, minutes, room_id) = case kind when 'series' then 0 else 5 end)
);
create index bookings_by_client on bookings (client_id);

alter table sessions add column booking_id bigint references bookings;
-- What its series' rule gave, by the wall clock (`2026-11-24T14:00`); it stays when the session moves.
alter table sessions add column occurrence text check (occurrence ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d$');
alter table sessions add column moved boolean not null default false;
alter table sessions add constraint sessions_of_series check (booking_id is not null or occurrence is null and not moved);
create index sessions_by_booking on sessions (booking_id, starts_at, id) where booking_id is not null;

-- Whatever puts a session of a series elsewhere makes it an exception, until the series places it again.
create function note_moved() returns trigger language plpgsql as $$
begin
  if new.occurrence is not null and (new.room_id, new.starts_at, new.ends_at) is distinct from
    (old.room_id, old.starts_at, old.ends_at) then new.moved := true; end if;
  return new;
end $$;
create trigger sessions_moved before update of room_id, starts_at, ends_at on sessions
  for each row execute function note_moved();

-- What is booked again and again alike: the form of a session filled in, all but whom and when.
create table session_templates (
  id bigint generated always as identity primary key,
  name text not null check (length(name) between 1 and 100),
  title text check (length(title) between 1 and 200),
  room_id bigint references rooms,
  starts text check (starts ~ '^([01]\d|2[0-3]):[0-5]\d$'),
  minutes integer check (minutes between 1 and 44640),
  state text not null default 'confirmed' check (state in ('option', 'confirmed')),
  roles text[] not null default '{}',                   -- who is needed, whoever it will be
  gear jsonb not null default '[]',                     -- [{ equipment_id, quantity }]
  notes text,
  price_cents bigint check (price_cents >= 0),
  price_note text check (length(price_note) <= 300),
  version integer not null default 1,
  created_at timestamptz not null default now()
);
create unique index session_templates_name on session_templates (fold(name));

create table session_template_people (
  template_id bigint not null references session_templates on delete cascade,
  person_id bigint not null references people,
  primary key (template_id, person_id)
);
