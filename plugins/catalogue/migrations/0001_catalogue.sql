-- What the studio sells, at which prices to whom, and what codes take off.

create table catalogue_items (
  id bigint generated always as identity primary key,
  code text check (length(code) between 1 and 40),
  label text not null check (length(label) between 1 and 200),
  description text check (length(description) between 1 and 2000),
  unit text not null default 'piece' check (unit in ('piece', 'hour', 'half_day', 'day', 'lockout', 'minute', 'month',
    'year', 'kilometre', 'track', 'flat')),
  unit_micros bigint not null check (unit_micros between 0 and 100000000000000), -- millionths of a euro, without VAT
  vat_category text not null default 'S' check (vat_category in ('S', 'Z', 'E', 'AE', 'K', 'G', 'O')),
  vat_rate integer not null default 2000 check (vat_rate in (0, 90, 105, 175, 210, 550, 850, 1000, 2000)),
  nature text not null default 'service' check (nature in ('service', 'goods')),
  account text check (account ~ '^[0-9A-Z]{3,20}$'),            -- null: that of the legal card
  -- one of it is a package of so many hours or sessions, for so many days
  package_unit text check (package_unit in ('hour', 'session')),
  package_quantity numeric(8, 2) check (package_quantity > 0),
  package_days integer check (package_days between 1 and 3660),  -- null: for ever
  archived_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  search text not null generated always as (
    words_of(label || ' ' || coalesce(code, '') || ' ' || coalesce(left(description, 500), ''))
  ) stored,
  check ((vat_category = 'S') = (vat_rate > 0)),
  check ((package_unit is null) = (package_quantity is null)),
  check (package_unit is not null or package_days is null)
);
create unique index catalogue_items_code on catalogue_items (lower(code)) where code is not null;
create index catalogue_items_search on catalogue_items using gin (search gin_trgm_ops);
create index catalogue_items_by_label on catalogue_items (label collate "fr-x-icu", id) where archived_at is null;

-- Prices of their own for some clients: a part off everything, and prices of single items.
create table price_lists (
  id bigint generated always as identity primary key,
  name text not null check (length(name) between 1 and 100),
  discount_bp integer not null default 0 check (discount_bp between 0 and 10000),
  archived_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now()
);
create unique index price_lists_name on price_lists (lower(name)) where archived_at is null;

create table price_list_items (
  list_id bigint not null references price_lists on delete cascade,
  item_id bigint not null references catalogue_items on delete cascade,
  unit_micros bigint check (unit_micros between 0 and 100000000000000),
  discount_bp integer check (discount_bp between 0 and 10000),
  primary key (list_id, item_id),
  check ((unit_micros is null) <> (discount_bp is null))
);

create table client_price_lists (
  client_id bigint primary key references clients on delete cascade,
  list_id bigint not null references price_lists on delete cascade
);
create index client_price_lists_of on client_price_lists (list_id);

create table discount_codes (
  id bigint generated always as identity primary key,
  code text not null check (code ~ '^[A-Z0-9_-]{3,30}$'),
  label text check (length(label) between 1 and 200),
  discount_bp integer not null default 0 check (discount_bp between 0 and 10000),
  discount_cents bigint not null default 0 check (discount_cents >= 0),
  valid_from date,
  valid_to date,
  client_id bigint references clients on delete cascade,        -- for this one only
  minimum_cents bigint not null default 0 check (minimum_cents >= 0), -- of the document, without VAT
  max_uses integer check (max_uses > 0),
  max_per_client integer check (max_per_client > 0),
  used integer not null default 0 check (used >= 0),
  archived_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  constraint discount_codes_one check ((discount_bp = 0) <> (discount_cents = 0)),
  constraint discount_codes_uses check (used <= max_uses),
  check (valid_to >= valid_from)
);
create unique index discount_codes_code on discount_codes (code) where archived_at is null;

-- By which document a code was used: `invoice:12`. Counted once however often it is said.
create table discount_uses (
  code_id bigint not null references discount_codes on delete cascade,
  use text not null check (length(use) between 1 and 100),
  client_id bigint not null references clients on delete cascade,
  at timestamptz not null default now(),
  primary key (code_id, use)
);
create index discount_uses_by_client on discount_uses (client_id, code_id);
