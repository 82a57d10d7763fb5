-- Money that came in and went back, and the journal of what it was for. Rows are only ever added.

create table payments (
  id bigint generated always as identity primary key,
  client_id bigint not null references clients,
  cents bigint not null check (cents <> 0),                  -- less than nothing: money that went back
  currency text not null default 'EUR' check (currency ~ '^[A-Z]{3}$'),
  exchange_rate numeric(18, 8) check (exchange_rate > 0),
  eur_cents bigint not null,
  method text not null
    check (method in ('transfer', 'card', 'cash', 'cheque', 'direct_debit', 'stripe', 'other')),
  paid_on date not null,
  reference text check (length(reference) <= 200),
  payer text check (length(payer) <= 200),
  note text,
  external text unique check (length(external) <= 255),      -- stripe:pi_…, bank:12: recorded once
  of_payment_id bigint references payments,                  -- a refund of that one, or its correction
  kind text not null default 'payment' check (kind in ('payment', 'refund', 'correction')),
  created_by bigint references people,
  created_at timestamptz not null default now(),
  check ((kind = 'payment') = (of_payment_id is null) or kind = 'refund')
);
create index payments_by_day on payments (paid_on desc, id desc);
create index payments_by_client on payments (client_id, id desc);
create index payments_back on payments (of_payment_id) where of_payment_id is not null;

-- The journal: which money, or which credit note, was for which invoice. Without an invoice it is the client's credit.
-- One chain: each row's hash is of its content and of the row before.
create table payment_transactions (
  id bigint generated always as identity primary key,
  position bigint not null unique check (position > 0),
  kind text not null check (kind in ('payment', 'refund', 'correction', 'credit_used', 'credit_note', 'moved')),
  client_id bigint not null references clients,
  payment_id bigint references payments,                     -- what was entered; none when credit is used
  origin_id bigint references payments,                      -- whose money it is: so each cent is found again
  invoice_id bigint references invoices,
  credit_note_id bigint references invoices,                 -- the same, for what a credit note gave
  cents bigint not null check (cents <> 0),                  -- in the invoice's favour
  currency text not null,
  eur_cents bigint not null,                                 -- at the invoice's rate
  exchange_cents bigint not null default 0,                  -- EUR: what the money was worth more than that
  vat jsonb not null default '[]',                           -- VatShare[] of `cents`, in its currency; none on a payment's credit
  eur_vat jsonb not null default '[]',                       -- the same in EUR, of `eur_cents`
  day date not null,
  at timestamptz not null,                                   -- in the order of the positions
  by_id bigint references people,
  by_name text not null,
  previous_hash bytea not null,
  hash bytea not null unique check (length(hash) = 32),
  check (kind <> 'credit_note' or credit_note_id is not null),
  check (origin_id is null or credit_note_id is null),
  check (kind not in ('payment', 'refund', 'correction') or payment_id is not null)
);
create index payment_transactions_of_invoice on payment_transactions (invoice_id, id) where invoice_id is not null;
create index payment_transactions_of_payment on payment_transactions (payment_id) where payment_id is not null;
create index payment_transactions_of_origin on payment_transactions (origin_id) where origin_id is not null;
create index payment_transactions_of_client on payment_transactions (client_id, id);
create index payment_transactions_by_day on payment_transactions (day, id);
create index payment_transactions_credit on payment_transactions (client_id, currency) where invoice_id is null;
create index payment_transactions_of_note on payment_transactions (credit_note_id) where credit_note_id is not null;

-- The head of that chain, locked by whoever adds to it.
create table payment_chain (
  one boolean primary key default true check (one),
  position bigint not null default 0,
  hash bytea not null default '\x' check (length(hash) in (0, 32)),
  at timestamptz                                             -- of its last row; the next is not before it
);
insert into payment_chain default values;

-- What each client has with the studio: in one row, so that two uses of one credit wait for one another.
create table client_credits (
  client_id bigint not null references clients,
  currency text not null,
  cents bigint not null default 0 check (cents >= 0),
  primary key (client_id, currency)
);

-- Statements of account that were mailed: of which period, to whom.
create table client_statements (
  id bigint generated always as identity primary key,
  client_id bigint not null references clients,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  begins_on date not null,
  ends_on date not null check (ends_on >= begins_on),
  recipient text not null,
  message text check (length(message) <= 2000),
  language text not null check (language in ('fr', 'en')),
  created_by bigint references people,
  created_at timestamptz not null default now()
);
create index client_statements_of on client_statements (client_id, id desc);

-- Daily, monthly and yearly totals, chained as the journal is.
create table closings (
  id bigint generated always as identity primary key,
  period text not null check (period in ('day', 'month', 'year')),
  begins_on date not null,
  ends_on date not null,
  until timestamptz not null,                                -- when its last day ended where the studio is
  first_position bigint,                                     -- of the journal; none: nothing was entered
  last_position bigint not null,
  totals jsonb not null,                                     -- by method, by VAT rate; grand and perpetual totals in EUR
  previous_hash bytea not null,
  hash bytea not null unique check (length(hash) = 32),
  at timestamptz not null default now(),
  unique (period, begins_on)
);
create index closings_until on closings (until);

-- What was done with the records themselves: closings, exports, archives, verifications. Chained as the journal is.
create table compliance_events (
  id bigint generated always as identity primary key,
  position bigint not null unique check (position > 0),
  kind text not null check (kind in ('closing', 'archive', 'export', 'attestation', 'verification')),
  details jsonb not null default '{}',
  by_id bigint references people,
  by_name text not null,
  at timestamptz not null,
  previous_hash bytea not null,
  hash bytea not null unique check (length(hash) = 32)
);

-- Each time somebody had the records checked: how far it is, and what it found.
create table verifications (
  id bigint generated always as identity primary key,
  state text not null default 'running' check (state in ('running', 'done', 'failed')),
  checked bigint not null default 0,
  total bigint not null default 0,
  report jsonb,
  error text,
  started_by bigint references people,
  started_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- merging clients moves rows from one to the other; the chain does not count whose they are called
create function rows_stay_but_client() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (to_jsonb(new) - 'client_id') = (to_jsonb(old) - 'client_id') then return new; end if;
  raise exception '% is append-only', tg_table_name using errcode = 'PB001';
end $$;
create trigger payments_stay before update or delete on payments for each row execute function rows_stay_but_client();
create trigger payments_not_emptied before truncate on payments execute function rows_stay();
create trigger payment_transactions_stay before update or delete on payment_transactions
  for each row execute function rows_stay_but_client();
create trigger payment_transactions_not_emptied before truncate on payment_transactions execute function rows_stay();
create trigger closings_stay before update or delete on closings for each row execute function rows_stay();
create trigger compliance_events_stay before update or delete on compliance_events
  for each row execute function rows_stay();
create trigger compliance_events_not_emptied before truncate on compliance_events execute function rows_stay();
create trigger closings_not_emptied before truncate on closings execute function rows_stay();
-- (statuses are told to platforms later: only told_at may be set)
create function invoice_statuses_stay() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (to_jsonb(new) - 'told_at') = (to_jsonb(old) - 'told_at') then return new; end if;
  raise exception 'invoice_statuses is append-only' using errcode = 'PB001';
end $$;
create trigger invoice_statuses_stay before update or delete on invoice_statuses
  for each row execute function invoice_statuses_stay();

-- A day, a month or a year that is closed takes no more rows.
create function payment_transactions_open() returns trigger language plpgsql as $$
begin
  if exists (select from closings where until > new.at) then
    raise exception 'the period of % is closed', new.at using errcode = 'PB002';
  end if;
  return new;
end $$;
create trigger payment_transactions_open before insert on payment_transactions
  for each row execute function payment_transactions_open();

-- What is paid of an invoice, what is used of a credit note and what a client has follow from the journal, in the same
-- statement. Credit notes are not money: they lessen what is due.
create function payment_transactions_count() returns trigger language plpgsql as $$
begin
  if new.kind = 'credit_note' then
    update invoices set
      credited_cents = credited_cents + new.cents,
      settled_on = case when due_cents - paid_cents - credited_cents - new.cents = 0 then new.day end,
      updated_at = now()
    where id = new.credit_note_id and kind = 'credit_note';
  end if;
  if new.invoice_id is not null then
    update invoices set
      paid_cents = paid_cents + case when new.kind = 'credit_note' then 0 else new.cents end,
      credited_cents = credited_cents + case when new.kind = 'credit_note' then new.cents else 0 end,
      settled_on = case when due_cents - paid_cents - credited_cents - new.cents = 0 then new.day end,
      updated_at = now()
    where id = new.invoice_id;
  else
    -- a check looks at a new row before it looks for an old one: the row is there first
    insert into client_credits (client_id, currency) values (new.client_id, new.currency) on conflict do nothing;
    update client_credits set cents = cents + new.cents
      where client_id = new.client_id and currency = new.currency;
  end if;
  return null;
end $$;
create trigger payment_transactions_count after insert on payment_transactions
  for each row execute function payment_transactions_count();
