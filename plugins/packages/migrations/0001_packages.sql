-- Hours and sessions paid in advance: what each client has left, and what was drawn. Rows of draws are only ever added.

create table package_balances (
  id bigint generated always as identity primary key,
  client_id bigint not null references clients,
  invoice_id bigint references invoices,                       -- none: entered by hand
  invoice_item_id bigint unique references invoice_items,      -- a line opens one balance
  label text not null check (length(label) between 1 and 300),
  unit text not null check (unit in ('hour', 'session')),
  quantity integer not null check (quantity > 0),              -- minutes of an `hour`, else sessions
  remaining integer not null,
  opened_on date not null,
  expires_on date,                                             -- the last day; null: never
  expired_at timestamptz,                                      -- what was left then is drawn as such
  held_at timestamptz,                                         -- its invoice is open again: not to be used meanwhile
  note text check (length(note) between 1 and 1000),
  created_at timestamptz not null default now(),
  constraint package_balances_remaining check (remaining >= 0),
  check ((invoice_id is null) = (invoice_item_id is null))
);
create index package_balances_by_client on package_balances (client_id, id desc);
create index package_balances_by_invoice on package_balances (invoice_id) where invoice_id is not null;
create index package_balances_to_expire on package_balances (expires_on, id)
  where expired_at is null and expires_on is not null and remaining > 0;

create table package_uses (
  id bigint generated always as identity primary key,
  balance_id bigint not null references package_balances,
  session_id bigint references sessions,
  kind text not null check (kind in ('use', 'back', 'expiry', 'correction')),
  amount integer not null check (amount <> 0),                 -- taken; less than nothing: given back
  note text check (length(note) between 1 and 500),
  by_id bigint references people,
  by_name text not null,
  at timestamptz not null default now(),
  check ((kind in ('use', 'back')) = (session_id is not null)),
  check ((kind = 'use') <= (amount > 0) and (kind = 'back') <= (amount < 0))
);
create index package_uses_of on package_uses (balance_id, id);
create index package_uses_by_session on package_uses (session_id, balance_id) where session_id is not null;

create trigger package_uses_stay before update or delete on package_uses
  for each row execute function refuse_change();
create trigger package_uses_not_emptied before truncate on package_uses
  for each statement execute function refuse_change();

-- What is left follows from the draws, in the same statement, and is never less than nothing.
create function package_uses_count() returns trigger language plpgsql as $$
begin
  update package_balances set remaining = remaining - new.amount where id = new.balance_id;
  return null;
end $$;
create trigger package_uses_count after insert on package_uses for each row execute function package_uses_count();
