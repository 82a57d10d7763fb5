-- Quotes: a draft is freely edited; what was sent is frozen with its paper, and answered by its client once.

create table quotes (
  id bigint generated always as identity primary key,
  -- what is out of date of a sent one (valid_until) is known when it is read; the clock writes it down later
  state text not null default 'draft'
    check (state in ('draft', 'sent', 'accepted', 'declined', 'expired', 'superseded', 'withdrawn')),
  number text unique check (number ~ '^D[0-9]{4}-[0-9]{4,}(-[0-9]+)?$'),  -- given when it is first sent
  root_id bigint references quotes on delete cascade,        -- the first version of it; null: this one
  revision integer not null default 1 check (revision > 0),
  client_id bigint not null references clients,
  title text check (length(title) between 1 and 200),
  language text not null default 'fr' check (language in ('fr', 'en')),
  currency text not null default 'EUR' check (currency ~ '^[A-Z]{3}$'),
  recipient_name text check (length(recipient_name) <= 200), -- who signs; null: the client's contact, else its name
  recipient_email text check (length(recipient_email) <= 254),
  order_number text check (length(order_number) <= 100),
  introduction text check (length(introduction) <= 4000),    -- printed above the lines
  terms text check (length(terms) <= 6000),                  -- printed under them
  internal_note text check (length(internal_note) <= 4000),
  valid_days integer not null default 30 check (valid_days between 1 and 365),
  valid_until date,                                          -- of a draft: null, counted from the day it is sent
  execution text check (length(execution) <= 300),           -- when, or how long it takes, in words
  service_from date,
  service_to date,
  rounds_included integer check (rounds_included between 0 and 100), -- of mixing and the like
  discount_bp integer not null default 0 check (discount_bp between 0 and 10000),
  discount_cents bigint not null default 0 check (discount_cents >= 0),
  discount_label text check (length(discount_label) <= 200),
  discount_code text check (length(discount_code) <= 60),
  deposit_bp integer not null default 0 check (deposit_bp between 0 and 10000),
  deposit_cents bigint not null default 0 check (deposit_cents >= 0), -- with VAT
  deposit_kind text not null default 'acompte' check (deposit_kind in ('acompte', 'arrhes')),
  cancellation text check (length(cancellation) <= 2000),    -- in words, as it is printed
  confirm_on text not null default 'acceptance' check (confirm_on in ('acceptance', 'deposit', 'never')),

  -- what it comes to with the options chosen; kept by whoever writes the lines
  net_cents bigint not null default 0,
  vat_cents bigint not null default 0,
  total_cents bigint not null default 0,
  vat jsonb not null default '[]',                           -- VatTotal[] of core/totals.ts

  -- frozen when it is sent
  seller jsonb,
  buyer jsonb,
  pdf_file_id bigint references files,
  sha256 bytea check (length(sha256) = 32),
  request_id bigint,                                         -- of signatures
  link_sealed text,                                          -- the client's link, for mails to come
  sent_at timestamptz,
  sent_by bigint references people,
  reminded_at timestamptz,

  -- the answer
  accepted_at timestamptz,
  accepted_by text check (length(accepted_by) <= 200),       -- the name of who signed
  accepted_way text check (accepted_way in ('online', 'paper')),
  paper_file_id bigint references files,                     -- the signed sheet, when it came back on paper
  declined_at timestamptz,
  decline_reason text check (length(decline_reason) <= 2000),
  ended_at timestamptz,                                      -- expired, superseded or withdrawn

  search text not null generated always as (words_of(coalesce(number, '') || ' ' || coalesce(title, ''))) stored,
  version integer not null default 1,
  created_by bigint references people,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  check (discount_bp = 0 or discount_cents = 0),
  check (deposit_bp = 0 or deposit_cents = 0),
  check (service_to is null or service_from is null or service_to >= service_from),
  constraint quotes_frozen check (state = 'draft' or
    (number is not null and seller is not null and buyer is not null and valid_until is not null
      and pdf_file_id is not null and sha256 is not null and sent_at is not null)),
  constraint quotes_accepted check ((state = 'accepted') = (accepted_at is not null)),
  constraint quotes_declined check ((state = 'declined') = (declined_at is not null))
);
create index quotes_by_state on quotes (state, id desc);
create index quotes_by_client on quotes (client_id, id desc);
create index quotes_open on quotes (valid_until, id) where state = 'sent';
create index quotes_by_total on quotes (total_cents, id);
create index quotes_by_validity on quotes (valid_until, id);
create index quotes_search on quotes using gin (search gin_trgm_ops);
create unique index quotes_revision on quotes (coalesce(root_id, id), revision);

create table quote_items (
  id bigint generated always as identity primary key,
  quote_id bigint not null references quotes on delete cascade,
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
  source text check (source ~ '^[a-z-]+:[0-9a-z:/-]+$'),     -- session:12
  optional boolean not null default false,                   -- the client says whether they want it
  chosen boolean not null default false,                     -- and they do
  net_cents bigint not null default 0,
  constraint quote_items_position unique (quote_id, position) deferrable initially deferred,
  check (vat_category = 'S' or vat_rate = 0),
  check (discount_bp = 0 or discount_cents = 0),
  check (optional or not chosen),
  check (not optional or kind = 'line')
);

-- The client's sessions it is about: options that its acceptance makes firm, or booked ones.
create table quote_sessions (
  quote_id bigint not null references quotes on delete cascade,
  session_id bigint not null references sessions on delete cascade,
  -- it could not be confirmed when it should have been: what was in the way, for whoever decides
  blocked text,
  primary key (quote_id, session_id)
);
create index quote_sessions_of on quote_sessions (session_id);

-- The last number of each year. A gap is no harm: a quote is no accounting document.
create table quote_series (
  year integer primary key check (year between 2000 and 2999),
  last_sequence integer not null default 0
);

-- Nothing of what was sent changes but the answer to it, and what was chosen before it was signed.
create function quotes_stay() returns trigger language plpgsql as $$
declare
  may text[] := array['state', 'pdf_file_id', 'sha256', 'request_id', 'link_sealed', 'reminded_at', 'accepted_at',
    'accepted_by', 'accepted_way', 'paper_file_id', 'declined_at', 'decline_reason', 'ended_at', 'internal_note',
    'net_cents', 'vat_cents', 'total_cents', 'vat', 'version', 'updated_at', 'client_id', 'search'];
begin
  if old.state = 'draft' then return coalesce(new, old); end if;
  if old.state = 'accepted' then
    may := array['paper_file_id', 'internal_note', 'version', 'updated_at', 'client_id', 'search'];
  end if;
  if tg_op = 'DELETE' or (to_jsonb(new) - may) is distinct from (to_jsonb(old) - may) then
    raise exception 'quote % was sent and never changes', old.number using errcode = 'PB001';
  end if;
  return new;
end $$;
create trigger quotes_stay before update or delete on quotes for each row execute function quotes_stay();

create function quote_items_stay() returns trigger language plpgsql as $$
declare
  of_state text;
begin
  select state into of_state from quotes where id = coalesce(old.quote_id, new.quote_id);
  if of_state is null or of_state = 'draft' then return coalesce(new, old); end if;
  if tg_op = 'UPDATE' and of_state in ('sent', 'expired') and (to_jsonb(new) - 'chosen') = (to_jsonb(old) - 'chosen') then return new; end if;
  raise exception 'a line of a sent quote never changes' using errcode = 'PB001';
end $$;
create trigger quote_items_stay before insert or update or delete on quote_items
  for each row execute function quote_items_stay();
