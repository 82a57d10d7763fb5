-- What the studio owns, who has it when, what is being mended and what is out. A piece of which there are several has
-- numbered units, alike; a session holds units. That nothing is held twice is the database's own word.

create table equipment (
  id bigint generated always as identity primary key,
  code text not null unique check (code ~ '^[0-9A-HJKMNP-TV-Z]{7}$'), -- on its label: Crockford's letters and digits
  category text not null check (category in ('microphone', 'preamp', 'dynamics', 'equalizer', 'effect', 'console',
    'converter', 'monitoring', 'headphones', 'recorder', 'computer', 'piano', 'keyboard', 'synthesizer', 'guitar',
    'amplifier', 'drums', 'percussion', 'stand', 'accessory', 'other')),
  brand text check (length(brand) between 1 and 100),
  model text not null check (length(model) between 1 and 150),
  label text not null generated always as (case when brand is null then model else brand || ' ' || model end) stored,
  serial text check (length(serial) between 1 and 200),
  search text not null generated always as (
    words_of(coalesce(brand, '') || ' ' || model || ' ' || coalesce(serial, '') || ' ' || code)) stored,
  quantity integer not null default 1 check (quantity between 1 and 999),
  room_id bigint references rooms,                       -- where it is at home
  state text not null default 'good' check (state in ('good', 'worn', 'broken', 'out')),
  purchased_on date,
  purchase_cents bigint check (purchase_cents >= 0),     -- of one unit
  value_cents bigint check (value_cents >= 0),           -- what one unit would cost to replace
  warranty_until date,
  photo_id bigint references files,
  notes text,
  archived_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index equipment_by_label on equipment (label collate "fr-x-icu", id);
create index equipment_by_category on equipment (category, label collate "fr-x-icu", id);
create index equipment_by_room on equipment (room_id);
create index equipment_search on equipment using gin (search gin_trgm_ops);

-- Units a session holds. Time and lane are the session's own, kept equal by the key; `over` is what it leaves to others it
-- was booked over, as with rooms and people. Checked at the end of a statement, so that units can be exchanged in one.
create table session_equipment (
  session_id bigint not null,
  equipment_id bigint not null references equipment,
  unit integer not null check (unit >= 1),
  during tstzrange not null,
  lane int4range not null,
  over tstzmultirange not null default '{}',
  blocks tstzmultirange not null generated always as (tstzmultirange(during) - over) stored,
  primary key (session_id, equipment_id, unit),
  foreign key (session_id, during, lane) references sessions (id, during, lane) on update cascade on delete cascade,
  constraint session_equipment_no_overlap
    exclude using gist (equipment_id with =, unit with =, blocks with &&, lane with &&) deferrable initially immediate
);
create index session_equipment_by_time on session_equipment using gist (equipment_id, during);

-- What was done to a piece, and what is due.
create table equipment_maintenance (
  id bigint generated always as identity primary key,
  equipment_id bigint not null references equipment on delete cascade,
  kind text not null check (kind in ('repair', 'service', 'tuning', 'calibration', 'cleaning', 'check', 'other')),
  due_on date,
  done_on date,
  cost_cents bigint check (cost_cents >= 0),
  provider text check (length(provider) <= 200),
  note text check (length(note) <= 5000),
  units integer not null default 1 check (units >= 1),   -- how many are away meanwhile
  away_from timestamptz,
  away_until timestamptz,
  created_by bigint references people,
  created_at timestamptz not null default now(),
  constraint maintenance_away check ((away_from is null) = (away_until is null)
    and away_until > away_from and away_until <= away_from + interval '400 days')
);
create index maintenance_of_equipment on equipment_maintenance (equipment_id, id);
create index maintenance_due on equipment_maintenance (due_on) where done_on is null;

-- Taken out by somebody, for a session or to a client, and when it is to be back.
create table equipment_checkouts (
  id bigint generated always as identity primary key,
  equipment_id bigint not null references equipment on delete cascade,
  quantity integer not null check (quantity >= 1),
  session_id bigint references sessions on delete cascade,
  person_id bigint references people,
  client_id bigint references clients,
  out_at timestamptz not null default now(),
  due_at timestamptz not null,
  in_at timestamptz,
  note text check (length(note) <= 500),
  out_by bigint references people,
  in_by bigint references people,
  constraint checkout_to_one check (num_nonnulls(session_id, person_id, client_id) = 1),
  constraint checkout_due check (due_at > out_at),
  constraint checkout_in check (in_at >= out_at)
);
create index checkouts_of_equipment on equipment_checkouts (equipment_id, id);
create index checkouts_out on equipment_checkouts (due_at, id) where in_at is null;
create index checkouts_of_client on equipment_checkouts (client_id) where client_id is not null;

-- Units that are not to be had: being mended, or lent to somebody or a client until it is due back.
create table equipment_away (
  equipment_id bigint not null references equipment on delete cascade,
  unit integer not null check (unit >= 1),
  during tstzrange not null check (not isempty(during)),
  maintenance_id bigint references equipment_maintenance on delete cascade,
  checkout_id bigint references equipment_checkouts on delete cascade,
  check (num_nonnulls(maintenance_id, checkout_id) = 1),
  unique nulls not distinct (maintenance_id, checkout_id, unit)
);
create index equipment_away_by_time on equipment_away using gist (equipment_id, during);

-- The database's own word on what is away, broken, gone or never was. What is held already stays held; `over` was decided.
create function refuse_missing_equipment() returns trigger language plpgsql as $$
begin
  if isempty(new.lane) or new.blocks = '{}' then return null; end if;
  if tg_op = 'UPDATE' and new.unit = old.unit and new.blocks = old.blocks and new.lane = old.lane then return null; end if;
  if exists (select 1 from equipment e where e.id = new.equipment_id
    and (e.archived_at is not null or e.state in ('broken', 'out') or e.quantity < new.unit)) then
    raise exclusion_violation using constraint = 'equipment_not_there', message = 'the equipment is not to be had';
  end if;
  if exists (select 1 from equipment_away a where a.equipment_id = new.equipment_id and a.unit = new.unit
    and a.during && new.blocks) then
    raise exclusion_violation using constraint = 'equipment_is_away', message = 'the equipment is not to be had then';
  end if;
  return null;
end $$;
create trigger session_equipment_is_there after insert or update of unit, during, lane, over on session_equipment
  for each row execute function refuse_missing_equipment();

-- Two sessions booked over one another for their gear's sake stay marked while they meet on a unit ...
create function keep_overlap_of_equipment() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from session_equipment a join session_equipment b using (equipment_id, unit)
    where a.session_id = old.session_id and b.session_id = old.other_id and a.during && b.during and a.lane && b.lane
  ) then return null; end if;
  return old;
end $$;
create trigger session_overlaps_of_equipment before delete on session_overlaps
  for each row when (old.other_id is not null) execute function keep_overlap_of_equipment();

-- ... and once they no longer do, what was left to the other is kept from others again.
create function settle_equipment() returns trigger language plpgsql as $$
begin
  update session_equipment h set over = h.over * coalesce((
      select range_agg(coalesce(x.during, tstzrange(o.starts_at, o.ends_at)))
      from session_overlaps o left join sessions x on x.id = o.other_id where o.session_id = h.session_id), '{}')
    where h.session_id = old.session_id and h.over <> '{}';
  return null;
end $$;
create trigger session_overlaps_settle_equipment after delete on session_overlaps
  for each row execute function settle_equipment();

-- Gear that is booked as one.
create table equipment_kits (
  id bigint generated always as identity primary key,
  name text not null check (length(name) between 1 and 100),
  search text not null generated always as (words_of(name)) stored,
  notes text,
  version integer not null default 1,
  created_at timestamptz not null default now()
);
create unique index equipment_kits_name_unique on equipment_kits (fold(name));
create table equipment_kit_items (
  kit_id bigint not null references equipment_kits on delete cascade,
  equipment_id bigint not null references equipment,
  quantity integer not null check (quantity between 1 and 999),
  primary key (kit_id, equipment_id)
);
create index kit_items_of_equipment on equipment_kit_items (equipment_id);

-- A file that was read and waits for its yes, for a day.
create table equipment_imports (
  id bigint generated always as identity primary key,
  person_id bigint,
  heads jsonb not null,
  rows jsonb not null,
  created_at timestamptz not null default now()
);
