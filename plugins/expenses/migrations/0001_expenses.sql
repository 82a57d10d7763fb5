-- What the studio spends: suppliers, receipts and invoices received with their VAT, what recurs, what is paid.

-- What money is spent on, and on which ledger account (plan comptable général). One that comes with the house has a code
-- and its name in both languages; a studio's own has a label.
create table expense_categories (
  id bigint generated always as identity primary key,
  code text unique,
  label text check (length(label) between 1 and 80),
  account text not null check (account ~ '^[0-9]{3,12}$'),
  recoverable_bp integer not null default 10000 check (recoverable_bp between 0 and 10000), -- of its VAT
  position integer not null,
  archived_at timestamptz,
  constraint expense_categories_named check (code is not null or label is not null)
);
insert into expense_categories (code, account, recoverable_bp, position) values
  ('subcontracting', '611', 10000, 1),
  ('rent', '6132', 10000, 2),
  ('gear_rental', '6135', 10000, 3),
  ('energy', '6061', 10000, 4),
  ('small_gear', '6063', 10000, 5),
  ('supplies', '6064', 10000, 6),
  ('gear', '2154', 10000, 7),
  ('software', '651', 10000, 8),
  ('maintenance', '6155', 10000, 9),
  ('insurance', '616', 10000, 10),
  ('fees', '6226', 10000, 11),
  ('advertising', '623', 10000, 12),
  ('travel', '6251', 0, 13),
  ('meals', '6257', 10000, 14),
  ('telecom', '6262', 10000, 15),
  ('bank', '627', 10000, 16),
  ('taxes', '635', 10000, 17),
  ('other', '628', 10000, 18);

create table suppliers (
  id bigint generated always as identity primary key,
  name text not null check (length(name) between 1 and 200),
  siren text check (siren ~ '^[0-9]{9}$'),
  vat_number text check (vat_number ~ '^[A-Z]{2}[0-9A-Z]{2,13}$'),
  country text not null default 'FR' check (country ~ '^[A-Z]{2}$'),
  iban text check (iban ~ '^[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}$'),
  bic text check (bic ~ '^[A-Z0-9]{8}([A-Z0-9]{3})?$'),
  email text check (length(email) <= 254),
  category_id bigint references expense_categories,      -- what is bought there mostly
  note text check (length(note) <= 5000),
  folded text not null generated always as (fold(name)) stored,
  search text not null generated always as (fold(name || ' ' || coalesce(siren, '') || ' ' || coalesce(vat_number, ''))) stored,
  archived_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index suppliers_vat_number on suppliers (vat_number) where vat_number is not null;
create unique index suppliers_name on suppliers (folded, coalesce(siren, ''));
create index suppliers_siren on suppliers (siren) where siren is not null;
create index suppliers_by_name on suppliers (name collate "fr-x-icu", id);
create index suppliers_search on suppliers using gin (search gin_trgm_ops);

-- A draft is looked at and completed; what is recorded counts. Amounts are cents of `currency`; less than nothing for a
-- credit note.
create table expenses (
  id bigint generated always as identity primary key,
  state text not null default 'draft' check (state in ('draft', 'recorded')),
  kind text not null default 'receipt' check (kind in ('receipt', 'invoice', 'credit_note')),
  supplier_id bigint references suppliers,
  supplier_name text check (length(supplier_name) between 1 and 200), -- as the paper says it
  supplier_siren text check (supplier_siren ~ '^[0-9]{9}$'),
  supplier_vat_number text check (supplier_vat_number ~ '^[A-Z]{2}[0-9A-Z]{2,13}$'),
  supplier_country text check (supplier_country ~ '^[A-Z]{2}$'),
  iban text check (iban ~ '^[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}$'),
  bic text,
  number text check (length(number) between 1 and 100),
  duplicate_ok boolean not null default false,           -- somebody said that it is another paper of the same number
  order_number text check (length(order_number) <= 100),
  refers_to text check (length(refers_to) <= 100),
  issue_date date,
  due_date date,
  currency text not null default 'EUR' check (currency ~ '^[A-Z]{3}$'),
  exchange_rate numeric(18, 8) check (exchange_rate > 0), -- EUR for one of the currency; null in EUR
  exchange_source text check (length(exchange_source) <= 200),
  with_vat boolean not null default true,                -- its lines are typed with VAT
  net_cents bigint not null default 0,
  vat_cents bigint not null default 0,
  total_cents bigint not null default 0,
  recoverable_cents bigint not null default 0,           -- of the VAT, in EUR
  eur_net_cents bigint not null default 0,
  eur_total_cents bigint not null default 0,
  prepaid_cents bigint not null default 0,               -- deposits the paper deducts
  paid_cents bigint not null default 0,
  open_cents bigint not null generated always as (total_cents - prepaid_cents - paid_cents) stored,
  settled_on date,
  session_id bigint references sessions on delete set null,
  client_id bigint references clients,
  source text check (source ~ '^[a-z-]+:[0-9]+$'),       -- what else it was for: project:3
  note text check (length(note) <= 5000),
  warnings jsonb not null default '[]',                  -- Warning[] of reading/invoice.ts
  received_as text check (received_as in ('cii', 'ubl', 'pdf', 'xml', 'image')),
  received_sha256 bytea unique check (length(received_sha256) = 32), -- a file is received once
  recurrence_id bigint,
  recurrence_on date,
  version integer not null default 1,
  created_by bigint references people,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  recorded_at timestamptz,
  recorded_by bigint references people,
  search text not null generated always as (
    fold(coalesce(supplier_name, '') || ' ' || coalesce(number, '') || ' ' || coalesce(order_number, '') || ' ' || coalesce(note, ''))
  ) stored,
  day date not null generated always as (coalesce(issue_date, (created_at at time zone 'UTC')::date)) stored,
  due_day date not null generated always as (coalesce(due_date, issue_date, (created_at at time zone 'UTC')::date)) stored,
  constraint expenses_recorded check (state = 'draft'
    or (supplier_id is not null and supplier_name is not null and issue_date is not null and recorded_at is not null
      and (currency = 'EUR' or exchange_rate is not null))),
  constraint expenses_sums check (total_cents = net_cents + vat_cents),
  constraint expenses_paid check (paid_cents = 0 or (sign(paid_cents) = sign(total_cents - prepaid_cents)
    and abs(paid_cents) <= abs(total_cents - prepaid_cents))),
  constraint expenses_recurrence check ((recurrence_id is null) = (recurrence_on is null)),
  constraint expenses_recurs_once unique (recurrence_id, recurrence_on)
);
create unique index expenses_number on expenses (supplier_id, lower(number), kind)
  where number is not null and state = 'recorded' and not duplicate_ok;
create index expenses_by_date on expenses (day, id);
create index expenses_by_due on expenses (due_day, id);
create index expenses_by_total on expenses (eur_total_cents, id);
create index expenses_by_supplier on expenses (supplier_id, day desc);
create index expenses_drafts on expenses (id desc) where state = 'draft';
create index expenses_open on expenses (due_day, id) where state = 'recorded' and open_cents <> 0;
create index expenses_of_session on expenses (session_id) where session_id is not null;
create index expenses_of_client on expenses (client_id) where client_id is not null;
create index expenses_of_source on expenses (source) where source is not null;
create index expenses_of_person on expenses (created_by, id desc);
create index expenses_search on expenses using gin (search gin_trgm_ops);

create table expense_lines (
  id bigint generated always as identity primary key,
  expense_id bigint not null references expenses on delete cascade,
  position integer not null,
  label text not null default '' check (length(label) <= 300),
  category_id bigint references expense_categories,
  vat_category text not null default 'S' check (vat_category in ('S', 'Z', 'E', 'AE', 'K', 'G', 'O')),
  vat_rate integer not null check (vat_rate between 0 and 10000), -- other countries have other rates
  base_cents bigint not null,
  vat_cents bigint not null,
  recoverable_bp integer not null default 10000 check (recoverable_bp between 0 and 10000),
  recoverable_cents bigint not null default 0,           -- of the VAT, in the expense's currency
  unique (expense_id, position),
  check (vat_category = 'S' or vat_rate = 0)
);
create index expense_lines_by_category on expense_lines (category_id);

create table expense_files (
  expense_id bigint not null references expenses on delete cascade,
  file_id bigint not null unique references files,
  position integer not null,
  primary key (expense_id, position)
);

-- Money that went out for it, or came back for a credit note. `external` says a bank line once.
create table expense_payments (
  id bigint generated always as identity primary key,
  expense_id bigint not null references expenses,
  cents bigint not null check (cents <> 0),              -- in the expense's currency
  eur_cents bigint not null,                             -- what left the account
  paid_on date not null,
  method text not null check (method in ('transfer', 'card', 'cash', 'cheque', 'direct_debit', 'other')),
  reference text check (length(reference) <= 200),
  external text unique check (length(external) <= 255),
  created_by bigint references people,
  created_at timestamptz not null default now()
);
create index expense_payments_of on expense_payments (expense_id, id);

-- What comes back every month, quarter or year: drafts are copies of the model. `next_on` is the day of the next one.
create table expense_recurrences (
  id bigint generated always as identity primary key,
  expense_id bigint not null references expenses,        -- the model
  every text not null check (every in ('month', 'quarter', 'year')),
  day integer not null check (day between 1 and 31),     -- of the month; its last day when it is shorter
  next_on date not null,
  until date,
  stopped_at timestamptz,
  created_by bigint references people,
  created_at timestamptz not null default now(),
  check (until is null or until >= date '2000-01-01')
);
create index expense_recurrences_due on expense_recurrences (next_on) where stopped_at is null;
create unique index expense_recurrences_model on expense_recurrences (expense_id) where stopped_at is null;
alter table expenses add foreign key (recurrence_id) references expense_recurrences;
