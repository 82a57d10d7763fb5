-- The studio's accounts at banks, what their statements say, and what each line was for.

create table bank_accounts (
  id bigint generated always as identity primary key,
  name text not null check (length(name) between 1 and 100),
  iban text unique check (iban ~ '^[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}$'),
  currency text not null default 'EUR' check (currency ~ '^[A-Z]{3}$'),
  columns jsonb not null default '{}',                   -- by a file's heads: what each column means
  balance_cents bigint,                                  -- as the last statement said it
  balance_on date,
  archived_at timestamptz,
  created_at timestamptz not null default now()
);

-- Files that were read. One of columns that are not known yet waits, a day, for somebody to say what they mean.
create table bank_imports (
  id bigint generated always as identity primary key,
  account_id bigint not null references bank_accounts,
  format text not null check (format in ('csv', 'camt')),
  heads jsonb not null default '[]',
  rows jsonb,                                            -- of a file that waits
  added integer,
  known integer,
  created_by bigint references people,
  created_at timestamptz not null default now()
);

-- What the bank says. A line stays as it came; each is there once, whatever files it comes in: `identity` is the bank's own
-- reference, or what the line says and the how-manieth it is that says so.
create table bank_lines (
  id bigint generated always as identity primary key,
  account_id bigint not null references bank_accounts,
  import_id bigint not null references bank_imports,
  format text not null,
  identity text not null check (length(identity) <= 300),
  booked_on date not null,
  value_on date,
  cents bigint not null check (cents <> 0),              -- less than nothing: money that left
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  label text not null check (length(label) <= 1000),
  counterparty text check (length(counterparty) <= 200),
  counterparty_iban text check (length(counterparty_iban) <= 40),
  reference text check (length(reference) <= 200),
  search text not null generated always as (fold(label || ' ' || coalesce(counterparty, '') || ' ' || coalesce(reference, ''))) stored,
  -- what may change
  state text not null default 'open' check (state in ('open', 'matched', 'aside')),
  category text,                                         -- of one that is set aside
  note text check (length(note) <= 1000),
  attempt integer not null default 0,                    -- counts what was undone: a payment is told by a new name then
  proposal jsonb,                                        -- the likeliest invoice, as it was last looked for
  score smallint,
  constraint bank_lines_once unique (account_id, identity)
);
create index bank_lines_by_day on bank_lines (booked_on, id);
create index bank_lines_open on bank_lines (booked_on, id) where state = 'open';
create index bank_lines_same on bank_lines (account_id, booked_on, cents);
create index bank_lines_search on bank_lines using gin (search gin_trgm_ops);

create function bank_lines_stay() returns trigger language plpgsql as $$
declare
  may text[] := array['state', 'category', 'note', 'attempt', 'proposal', 'score', 'search']; -- search is made after this
begin
  if tg_op = 'UPDATE' and (to_jsonb(new) - may) = (to_jsonb(old) - may) then return new; end if;
  raise exception 'what a bank said stays' using errcode = 'PB001';
end $$;
create trigger bank_lines_stay before update or delete on bank_lines for each row execute function bank_lines_stay();

-- What a line paid.
create table bank_matches (
  id bigint generated always as identity primary key,
  line_id bigint not null references bank_lines,
  invoice_id bigint references invoices,
  expense_id bigint,                                     -- of a plugin that may not be there
  label text not null,
  cents bigint not null check (cents > 0),
  external text not null,
  created_by bigint references people,
  created_at timestamptz not null default now(),
  check ((invoice_id is null) <> (expense_id is null))
);
create index bank_matches_of on bank_matches (line_id);
create index bank_matches_of_invoice on bank_matches (invoice_id) where invoice_id is not null;
