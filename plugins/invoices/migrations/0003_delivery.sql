-- What a delivery by mail says, and when one that failed is tried again.
alter table invoice_deliveries
  add column subject text check (length(subject) between 1 and 200),
  add column message text check (length(message) <= 5000),
  add column next_try_at timestamptz,
  add constraint invoice_deliveries_mail check (channel <> 'mail' or (recipient is not null and mail_key is not null));
create unique index invoice_deliveries_key on invoice_deliveries (mail_key) where mail_key is not null;
-- an invoice is deposited once: a second try is the same delivery
create unique index invoice_deliveries_platform on invoice_deliveries (invoice_id)
  where channel = 'platform' and state <> 'failed';

-- The platform that takes invoices: where it is, and the key to it, encrypted.
create table invoice_platform (
  one boolean primary key default true check (one),
  base_url text not null check (length(base_url) <= 500),
  token_sealed text not null,
  auto boolean not null default false,                       -- those of businesses go there when they are issued
  asked_at timestamptz,                                      -- when it was last asked for statuses
  problem text,                                              -- what went wrong the last time
  updated_at timestamptz not null default now()
);

-- What a platform said is known by its own name for it, so that it is heard once.
alter table invoice_statuses add column external_id text;
create unique index invoice_statuses_external on invoice_statuses (invoice_id, external_id) where external_id is not null;
