-- Invoices, deposits, credit notes and corrected invoices. A draft is freely edited; what is issued never changes again.

-- How a client stands on papers, beside what clients know of them.
create table client_billing (
  client_id bigint primary key references clients on delete cascade,
  siret text check (siret ~ '^[0-9]{14}$'),
  electronic_address text check (length(electronic_address) <= 100),  -- scheme 0225, begins with the SIREN
  payment_days integer check (payment_days between 0 and 365),        -- null: the studio's
  vat_treatment text not null default 'standard'
    check (vat_treatment in ('standard', 'reverse_charge', 'intra_community', 'export')),
  currency text check (currency ~ '^[A-Z]{3}$'),                      -- null: the studio's
  recipients text[] not null default '{}',                           -- mail addresses; none: the client's own
  order_number text,                                                 -- a standing purchase order
  reminders_stopped_at timestamptz,
  reminders_stopped_for text,
  updated_at timestamptz not null default now()
);

-- The last number of each series: locked by whoever issues, until the commit. F for 380, 386 and 384, A for 381.
create table invoice_series (
  series text not null check (series in ('F', 'A')),
  year integer not null check (year between 2000 and 2999),
  last_sequence integer not null default 0 check (last_sequence >= 0),
  last_date date,
  primary key (series, year)
);

-- One chain of all documents, in the order of their issue: the head of it, locked as the series are.
create table invoice_chain (
  one boolean primary key default true check (one),
  position bigint not null default 0,
  hash bytea not null default '\x' check (length(hash) in (0, 32))
);
insert into invoice_chain default values;

create table invoices (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('invoice', 'deposit', 'credit_note', 'corrected')),
  state text not null default 'draft' check (state in ('draft', 'issued')),
  client_id bigint not null references clients,
  title text check (length(title) between 1 and 200),
  search text generated always as (words_of(title)) stored,  -- the title as words are compared
  language text not null default 'fr' check (language in ('fr', 'en')),
  currency text not null default 'EUR' check (currency ~ '^[A-Z]{3}$'),
  exchange_rate numeric(18, 8) check (exchange_rate > 0),     -- EUR for one of the currency; null in EUR
  exchange_source text,
  exchange_on date,
  order_number text,                                         -- BT-13
  buyer_reference text,                                      -- BT-10
  issue_date date,                                           -- of a draft: null, the day it is issued
  due_date date,
  payment_days integer check (payment_days between 0 and 365), -- null: the client's, else the studio's
  service_from date,
  service_to date,
  discount_bp integer not null default 0 check (discount_bp between 0 and 10000),
  discount_cents bigint not null default 0 check (discount_cents >= 0),
  discount_label text,
  discount_code text,
  note text,                                                 -- printed
  internal_note text,
  source text check (source ~ '^[a-z-]+:[0-9]+$'),           -- what it was made from as a whole: quote:12
  recipients text[] not null default '{}',                   -- none: the client's

  -- what it comes to; kept by whoever writes the lines, frozen with the rest
  net_cents bigint not null default 0,
  vat_cents bigint not null default 0,
  total_cents bigint not null default 0,
  prepaid_cents bigint not null default 0 check (prepaid_cents >= 0), -- deposits deducted (BT-113)
  due_cents bigint not null default 0,                       -- total - prepaid
  vat jsonb not null default '[]',                           -- VatTotal[] of core/totals.ts
  eur_vat_cents bigint,                                      -- BT-111, at the rate above
  eur_total_cents bigint,

  -- given by the issue
  number text unique check (number ~ '^[A-Za-z0-9+_/-]{1,35}$'),
  series text,
  year integer,
  sequence integer,
  framework text check (framework in ('B1', 'B2', 'B4', 'S1', 'S2', 'S4', 'M1', 'M2', 'M4')), -- BT-23
  seller jsonb,
  buyer jsonb,
  document jsonb,                                            -- the whole, as it was hashed
  chain_position bigint unique,
  previous_hash bytea,
  hash bytea unique check (length(hash) = 32),
  pdf_file_id bigint references files,
  issued_at timestamptz,
  issued_by bigint references people,
  token_hash bytea unique,                                   -- of the private link
  token_sealed text,                                         -- the link itself, for the paper's next copy and mails

  -- what may change after the issue: see the trigger
  paid_cents bigint not null default 0,                      -- money, by payment_transactions
  credited_cents bigint not null default 0,                  -- credit notes set against it; of a credit note: used of it
  open_cents bigint not null generated always as (
    case when state <> 'issued' then 0 else due_cents - paid_cents - credited_cents end
  ) stored,
  settled_on date,
  sent_at timestamptz,
  seen_at timestamptz,                                       -- the client opened the link
  platform_status smallint,
  version integer not null default 1,
  created_by bigint references people,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  check (discount_bp = 0 or discount_cents = 0),
  constraint invoices_issued check (
    (state = 'issued') = (number is not null and series is not null and year is not null and sequence is not null
      and issue_date is not null and due_date is not null and seller is not null and buyer is not null
      and document is not null and hash is not null and previous_hash is not null and chain_position is not null
      and pdf_file_id is not null and issued_at is not null and framework is not null)
    or (state = 'draft' and number is null and hash is null and chain_position is null)
  ),
  constraint invoices_due check (due_cents = total_cents - prepaid_cents),
  constraint invoices_not_overpaid check (
    state = 'draft' or (paid_cents + credited_cents between 0 and due_cents) or due_cents < 0
  ),
  constraint invoices_sequence unique (series, year, sequence)
);
create index invoices_by_date on invoices (issue_date desc, id desc) where state = 'issued';
create index invoices_paper on invoices (pdf_file_id) where pdf_file_id is not null;
create index invoices_drafts on invoices (id desc) where state = 'draft';
create index invoices_by_client on invoices (client_id, id desc);
create index invoices_open on invoices (due_date, id) where state = 'issued' and kind <> 'credit_note' and open_cents > 0;
create index invoices_by_source on invoices (source) where source is not null;
create index invoices_number_search on invoices using gin (lower(number) gin_trgm_ops) where number is not null;
-- what the list pages through; a draft comes before all that is issued
create index invoices_by_day on invoices ((coalesce(issue_date, 'infinity'::date)), id);
create index invoices_by_due on invoices ((coalesce(due_date, 'infinity'::date)), id);
create index invoices_by_total on invoices (total_cents, id);
create index invoices_by_number on invoices ((coalesce(number, '')), id);
create index invoices_credit_notes on invoices ((coalesce(issue_date, 'infinity'::date)), id) where kind = 'credit_note';
create index invoices_title_search on invoices using gin (search gin_trgm_ops) where search is not null;

create table invoice_items (
  id bigint generated always as identity primary key,
  invoice_id bigint not null references invoices on delete cascade,
  position integer not null check (position >= 0),
  kind text not null default 'line' check (kind in ('line', 'section', 'text')),
  label text not null check (length(label) between 1 and 300),
  description text check (length(description) <= 2000),
  quantity numeric(14, 4) not null default 1,
  unit text not null default 'piece',
  unit_micros bigint not null default 0 check (unit_micros >= 0),
  discount_bp integer not null default 0 check (discount_bp between 0 and 10000),
  discount_cents bigint not null default 0,
  vat_category text not null default 'S' check (vat_category in ('S', 'Z', 'E', 'AE', 'K', 'G', 'O')),
  vat_rate integer not null default 2000 check (vat_rate in (0, 90, 105, 175, 210, 550, 850, 1000, 2000)),
  nature text not null default 'service' check (nature in ('service', 'goods')),
  account text check (account ~ '^[0-9A-Z]{3,20}$'),
  item_id bigint,                                            -- of the catalogue, which may be gone
  source text check (source ~ '^[a-z-]+:[0-9a-z:/-]+$'),     -- session:12 is billed once: see invoice_sources
  net_cents bigint not null default 0,
  constraint invoice_items_position unique (invoice_id, position) deferrable initially deferred,
  check (vat_category = 'S' or vat_rate = 0),
  check (discount_bp = 0 or discount_cents = 0)
);
-- which lines of credit notes take back which: item:12
create index invoice_items_of_item on invoice_items (source) where source like 'item:%';

-- What a line was made from is billed by one document, until that one is credited in full or its draft is removed.
create table invoice_sources (
  source text primary key,
  invoice_id bigint not null references invoices on delete cascade
);
create index invoice_sources_of on invoice_sources (invoice_id);

-- Deposits deducted from a final invoice, each with its VAT split (VatShare[]). A deposit is deducted once.
create table invoice_deductions (
  invoice_id bigint not null references invoices on delete cascade,
  deposit_id bigint not null unique references invoices,
  cents bigint not null check (cents > 0),
  vat jsonb not null,
  primary key (invoice_id, deposit_id)
);

-- What a credit note (one or more) or a corrected invoice (exactly one) refers to.
create table invoice_references (
  invoice_id bigint not null references invoices on delete cascade,
  refers_to bigint not null references invoices,
  primary key (invoice_id, refers_to)
);
create index invoice_references_to on invoice_references (refers_to);

-- How it was given out: kept as a file, mailed, handed to an approved platform.
create table invoice_deliveries (
  id bigint generated always as identity primary key,
  invoice_id bigint not null references invoices,
  channel text not null check (channel in ('file', 'mail', 'platform')),
  recipient text,
  mail_key text,
  external_id text,
  state text not null default 'waiting' check (state in ('waiting', 'done', 'failed')),
  error text,
  attempts integer not null default 0,
  created_by bigint references people,
  created_at timestamptz not null default now(),
  done_at timestamptz
);
create index invoice_deliveries_of on invoice_deliveries (invoice_id, id);
create index invoice_deliveries_waiting on invoice_deliveries (id) where state = 'waiting';

-- What became of it in the reform's words: 200 deposited, 210 refused, 212 cashed in (one per cash-in, negative for a
-- refund), 213 rejected. Append-only.
create table invoice_statuses (
  id bigint generated always as identity primary key,
  invoice_id bigint not null references invoices,
  code smallint not null check (code in (200, 201, 202, 203, 204, 205, 206, 207, 208, 209, 210, 211, 212, 213)),
  cents bigint,
  transaction_id bigint unique,                              -- the 212 of a row of the journal
  message text,
  at timestamptz not null default now(),
  told_at timestamptz                                        -- when the platform took it
);
create index invoice_statuses_of on invoice_statuses (invoice_id, id);

-- Nothing of what is issued changes but what is said here, and nothing of it goes.
create function invoices_stay() returns trigger language plpgsql as $$
declare
  -- (what is generated is not known yet before an update)
  may text[] := array['search', 'paid_cents', 'credited_cents', 'open_cents', 'settled_on', 'sent_at', 'seen_at',
    'platform_status', 'internal_note', 'version', 'updated_at',
    'client_id',                        -- when clients are merged; whom it was for is frozen in buyer
    'token_hash', 'token_sealed'];      -- when its private link is taken back
begin
  if old.state = 'draft' then return coalesce(new, old); end if;
  if tg_op = 'DELETE' or (to_jsonb(new) - may) is distinct from (to_jsonb(old) - may) then
    raise exception 'invoice % is issued and never changes', old.number using errcode = 'PB001';
  end if;
  return new;
end $$;
create trigger invoices_stay before update or delete on invoices for each row execute function invoices_stay();

create function invoice_parts_stay() returns trigger language plpgsql as $$
begin
  if exists (select from invoices where state = 'issued'
      and id in (case when tg_op <> 'INSERT' then old.invoice_id end, case when tg_op <> 'DELETE' then new.invoice_id end)) then
    raise exception 'a part of an issued invoice never changes' using errcode = 'PB001';
  end if;
  return coalesce(new, old);
end $$;
create trigger invoice_items_stay before insert or update or delete on invoice_items
  for each row execute function invoice_parts_stay();
create trigger invoice_deductions_stay before insert or update or delete on invoice_deductions
  for each row execute function invoice_parts_stay();
create trigger invoice_references_stay before insert or update or delete on invoice_references
  for each row execute function invoice_parts_stay();

create function rows_stay() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'PB001';
end $$;
create trigger invoices_not_emptied before truncate on invoices execute function rows_stay();
create trigger invoice_items_not_emptied before truncate on invoice_items execute function rows_stay();
create trigger invoice_statuses_not_emptied before truncate on invoice_statuses execute function rows_stay();
