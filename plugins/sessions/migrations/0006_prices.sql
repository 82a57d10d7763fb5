-- What a session costs and why: rules beside the rooms' rates, terms of single clients, what calling off costs.

alter table rooms add column engineer_included boolean not null default false; -- else those on a session with rates are added
alter table rooms add column vat_rate integer not null default 2000 check (vat_rate between 0 and 10000); -- 2000 is 20 %
-- EN 16931: S at a rate, E exempt. What depends on the buyer (AE, K, G) is decided where there is one.
alter table rooms add column vat_category text not null generated always as (case when vat_rate = 0 then 'E' else 'S' end) stored;

-- A rate that holds for some rooms, days or hours only. Clocks and days are the studio's own; a window whose end is at or
-- before its start ends on the next day, and belongs to the day it begins on.
create table price_rules (
  id bigint generated always as identity primary key,
  name text not null check (length(name) between 1 and 120),
  room_id bigint references rooms on delete cascade,     -- none: every room
  weekdays smallint[] not null default '{1,2,3,4,5,6,7}'
    check (cardinality(weekdays) between 1 and 7 and weekdays <@ '{1,2,3,4,5,6,7}'), -- 1 is Monday
  from_clock time check (from_clock < '24:00'),          -- none: all day
  to_clock time check (to_clock < '24:00'),
  valid_from date,
  valid_to date,                                         -- included
  unit text not null check (unit in ('hour', 'half_day', 'day', 'lockout')),
  cents bigint not null check (cents >= 0),
  minimum_minutes integer check (minimum_minutes > 0),   -- a session it holds for is at least so long
  overtime_cents bigint check (overtime_cents >= 0),     -- an hour after the booked end; none: the studio's percentage
  vat_rate integer check (vat_rate between 0 and 10000), -- none: the room's
  vat_category text generated always as (case vat_rate when 0 then 'E' else 'S' end) stored,
  position integer not null default 0,                   -- the first wins, of those that are as specific
  archived_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  constraint price_rules_hours check ((from_clock is null) = (to_clock is null) and from_clock <> to_clock),
  constraint price_rules_days check (valid_to >= valid_from)
);
create index price_rules_of_room on price_rules (room_id) where archived_at is null;

-- What was agreed with one client for all its sessions. Null is the studio's.
create table client_terms (
  client_id bigint primary key references clients on delete cascade,
  rounding text check (rounding in ('none', 'up', 'nearest')),
  rounding_minutes integer check (rounding_minutes between 1 and 240),
  discount_percent smallint check (discount_percent between 1 and 100),
  note text check (length(note) <= 500),
  version integer not null default 1,
  updated_at timestamptz not null default now()
);

-- What calling a session off costs, by how long before. A policy is copied onto a session when it is confirmed.
create table cancellation_policies (
  id bigint generated always as identity primary key,
  preset text unique check (preset in ('a', 'b')),       -- one of the two that every studio begins with
  name text check (length(name) between 1 and 120),      -- a preset nobody renamed is called so in the reader's language
  -- [{hours_before, percent, of}]; hours_before null is the day of the session itself
  steps jsonb not null check (jsonb_typeof(steps) = 'array'),
  no_show_percent smallint not null default 100 check (no_show_percent between 0 and 100), -- of the price
  is_default boolean not null default false,
  archived_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  constraint cancellation_policies_named check (name is not null or preset is not null),
  constraint cancellation_policies_default check (not is_default or archived_at is null)
);
create unique index cancellation_policies_one_default on cancellation_policies (is_default) where is_default;
insert into cancellation_policies (preset, is_default, steps) values
  ('a', true, '[{"hours_before": 48, "percent": 0, "of": "price"},
    {"hours_before": 0, "percent": 100, "of": "deposit"},
    {"hours_before": null, "percent": 100, "of": "price"}]'),
  ('b', false, '[{"hours_before": 168, "percent": 0, "of": "price"},
    {"hours_before": 72, "percent": 50, "of": "deposit"},
    {"hours_before": 24, "percent": 100, "of": "deposit"},
    {"hours_before": 0, "percent": 100, "of": "price"}]');

alter table sessions add column deposit_cents bigint check (deposit_cents >= 0);
alter table sessions add column policy jsonb;              -- as it was when the session was confirmed
alter table sessions add column cancel_fee_cents bigint check (cancel_fee_cents >= 0);
alter table sessions add column cancel_fee_how jsonb;      -- the step that gave the fee, and the hours that were left
alter table sessions add column fee_waived_at timestamptz;
alter table sessions add column fee_waived_by bigint references people;
alter table sessions add column fee_waived_reason text check (length(fee_waived_reason) between 1 and 500);
alter table sessions add constraint sessions_fee
  check (cancel_fee_cents is null or state in ('cancelled', 'no_show'));
alter table sessions add constraint sessions_fee_waived
  check ((fee_waived_at is null) = (fee_waived_reason is null) and (fee_waived_at is null or cancel_fee_cents is not null));

-- Lines written before there were rules are of the room's own rates.
update sessions set price_lines = (
  select jsonb_agg(jsonb_build_object('kind', 'room', 'label', null, 'from', null, 'to', null, 'raw_minutes', null,
    'billed_minutes', null, 'vat_rate', 2000, 'vat_category', 'S') || line)
  from jsonb_array_elements(price_lines) as line)
where jsonb_array_length(price_lines) > 0;
