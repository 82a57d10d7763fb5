-- Stripe: the studio's account there, what was begun, what came of it, and every event as it was heard, once.

-- The studio's account. Its keys are encrypted; one that was connected through the platform has none of its own.
create table stripe_account (
  one boolean primary key default true check (one),
  kind text not null check (kind in ('own', 'connect')),
  account_id text not null,
  name text,
  livemode boolean not null,
  key_sealed text,
  key_end text,                                              -- its last four characters, to tell it from another
  webhook_id text,                                           -- null: set up by hand in Stripe
  webhook_secret_sealed text,
  webhook_problem text,                                      -- why Stripe would not send events here
  ready boolean not null default false,                      -- it may take money
  problem text,                                              -- what Stripe said the last time it refused us
  checked_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint stripe_account_key check ((kind = 'own') = (key_sealed is not null))
);

-- Each time somebody went to pay. Amounts are cents, ours: what Stripe says is compared with them.
create table stripe_checkouts (
  id bigint generated always as identity primary key,
  invoice_id bigint not null references invoices,
  attempt integer not null check (attempt > 0),
  account_id text not null,
  session_id text not null unique,
  payment_intent text unique,
  cents bigint not null check (cents > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  state text not null default 'open' check (state in ('open', 'processing', 'paid', 'failed', 'expired')),
  url text,                                                  -- where one pays; none once that is over
  created_at timestamptz not null default now(),
  returned_at timestamptz,                                   -- the payer came back from there
  looks integer not null default 0,                          -- how often we asked since then
  next_look_at timestamptz,
  updated_at timestamptz not null default now(),
  unique (invoice_id, attempt)
);
create unique index stripe_checkouts_open on stripe_checkouts (invoice_id) where state = 'open';
create index stripe_checkouts_to_look_at on stripe_checkouts (next_look_at) where next_look_at is not null;

-- What Stripe told us, each event once. It is a hint: what it is about is read again before anything changes.
create table stripe_events (
  id bigint generated always as identity primary key,
  event_id text not null unique check (length(event_id) <= 255),
  type text not null check (length(type) <= 100),
  object_id text check (length(object_id) <= 255),
  account_id text,
  happened_at timestamptz not null,
  received_at timestamptz not null default now(),
  state text not null default 'waiting' check (state in ('waiting', 'done', 'kept', 'failed')),
  outcome text,                                              -- what came of it: a key of stripe.outcomes
  details jsonb not null default '{}',                       -- what fills its gaps
  invoice_id bigint references invoices,
  error text,                                                -- why it could not be worked on
  attempts integer not null default 0,
  next_try_at timestamptz,
  done_at timestamptz
);
create index stripe_events_due on stripe_events (next_try_at) where state = 'waiting';
create index stripe_events_by_state on stripe_events (state, id desc);

-- Money that came in through Stripe, as it stands there. What it paid is in the journal of payments.
create table stripe_payments (
  id bigint generated always as identity primary key,
  payment_intent text not null unique,
  account_id text not null,
  invoice_id bigint not null references invoices,
  payment_id bigint not null references payments,
  cents bigint not null check (cents > 0),
  currency text not null,
  means text,                                                -- card, sepa_debit…
  brand text,
  last4 text,
  payer text,
  email text,
  paid_at timestamptz not null,
  credited_cents bigint not null default 0,                  -- more than was open: the client's credit
  expected_cents bigint,                                     -- ours, when Stripe's amount is another
  dispute_id text,
  dispute_status text,
  dispute_reason text,
  disputed_at timestamptz,
  created_at timestamptz not null default now()
);
create index stripe_payments_by_day on stripe_payments (paid_at desc, id desc);
create index stripe_payments_of_journal on stripe_payments (payment_id);
create index stripe_payments_of_invoice on stripe_payments (invoice_id);
create index stripe_payments_disputed on stripe_payments (id) where dispute_id is not null;

-- Money given back through Stripe: asked for here, or there.
create table stripe_refunds (
  id bigint generated always as identity primary key,
  stripe_payment_id bigint not null references stripe_payments,
  refund_id text unique,                                     -- none until Stripe has answered
  cents bigint not null check (cents > 0),
  reason text not null check (length(reason) between 1 and 500),
  state text not null default 'asked' check (state in ('asked', 'pending', 'done', 'failed')),
  payment_id bigint references payments,                     -- the refund in the journal
  corrected boolean not null default false,                  -- it failed after it was recorded
  error text,
  attempts integer not null default 0,
  next_try_at timestamptz,
  created_by bigint references people,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index stripe_refunds_of on stripe_refunds (stripe_payment_id);
create index stripe_refunds_due on stripe_refunds (next_try_at) where state = 'asked';

-- Each time what Stripe says was compared with what we hold.
create table stripe_checks (
  id bigint generated always as identity primary key,
  state text not null default 'running' check (state in ('running', 'done', 'failed')),
  since date not null,
  payments integer not null default 0,                       -- looked at
  refunds integer not null default 0,
  differences jsonb not null default '[]',
  error text,
  started_by bigint references people,
  started_at timestamptz not null default now(),
  done_at timestamptz
);
