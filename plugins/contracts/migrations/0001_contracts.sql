-- Contracts: texts with gaps that are filled for a client and sessions, sent to be signed, and kept as they were sent.

create table contract_templates (
  id bigint generated always as identity primary key,
  name text not null check (length(name) between 1 and 120),
  language text not null check (language in ('fr', 'en')),
  preset text,                                           -- the one it was made from, with its date
  version integer not null default 1,
  archived_at timestamptz,
  created_at timestamptz not null default now()
);
create unique index contract_templates_name on contract_templates (fold(name), language) where archived_at is null;

-- Every text a template ever had.
create table contract_template_versions (
  id bigint generated always as identity primary key,
  template_id bigint not null references contract_templates,
  number integer not null check (number >= 1),
  body text not null check (length(body) between 1 and 60000),
  made_by bigint references people,
  made_at timestamptz not null default now(),
  constraint contract_template_versions_number unique (template_id, number)
);

create table contracts (
  id bigint generated always as identity primary key,
  number text unique check (number ~ '^C[0-9]{4}-[0-9]{4,}$'), -- given when it is first sent
  state text not null default 'draft' check (state in ('draft', 'sent', 'signed', 'declined', 'expired', 'cancelled')),
  title text not null check (length(title) between 1 and 150),
  language text not null check (language in ('fr', 'en')),
  client_id bigint not null references clients,
  template_version_id bigint references contract_template_versions,
  body text not null check (length(body) between 1 and 60000),
  -- what was filled in by hand, by the name of its gap
  gaps jsonb not null default '{}',
  version integer not null default 0,                    -- of what was sent last
  request_id bigint references signature_requests,
  reason text check (length(reason) <= 500),             -- why it was declined or cancelled
  created_by bigint references people,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sent_at timestamptz,
  ended_at timestamptz,
  check (state = 'draft' or (number is not null and request_id is not null)),
  check ((state in ('signed', 'declined', 'expired', 'cancelled')) = (ended_at is not null))
);
create index contracts_of_client on contracts (client_id, id);
create index contracts_by_state on contracts (state, id);
create index contracts_of_request on contracts (request_id) where request_id is not null;

create table contract_sessions (
  contract_id bigint not null references contracts on delete cascade,
  session_id bigint not null references sessions,
  primary key (contract_id, session_id)
);
create index contract_sessions_of_session on contract_sessions (session_id);

-- Who signs, in which order: those of one step at the same time.
create table contract_signers (
  id bigint generated always as identity primary key,
  contract_id bigint not null references contracts on delete cascade,
  step smallint not null check (step between 1 and 9),
  position smallint not null check (position between 1 and 10),
  name text not null check (length(name) between 1 and 200),
  email text not null check (length(email) between 3 and 254),
  role text check (length(role) <= 200),
  unique (contract_id, position)
);

-- What was sent, word by word.
create table contract_versions (
  id bigint generated always as identity primary key,
  contract_id bigint not null references contracts,
  number integer not null check (number >= 1),
  request_id bigint not null references signature_requests,
  title text not null,
  blocks jsonb not null,                                 -- the text with its gaps filled
  pdf_file_id bigint not null references files,
  made_by bigint references people,
  made_at timestamptz not null default now(),
  constraint contract_versions_number unique (contract_id, number)
);
create index contract_versions_of_request on contract_versions (request_id);

create function keep_contract() returns trigger language plpgsql as $$
begin
  raise exception 'what was sent to be signed stays as it was' using errcode = 'restrict_violation';
end $$;
create trigger contract_versions_kept before update or delete on contract_versions
  for each row execute function keep_contract();
create trigger contract_template_versions_kept before update or delete on contract_template_versions
  for each row execute function keep_contract();
-- of a signed one only whose it is may change, when two clients turn out to be one
create function keep_signed_contract() returns trigger language plpgsql as $$
begin
  if old.state <> 'signed' then return coalesce(new, old); end if;
  if tg_op = 'UPDATE' then
    if to_jsonb(new) - 'client_id' = to_jsonb(old) - 'client_id' then return new; end if;
  end if;
  raise exception 'a signed contract stays as it was' using errcode = 'restrict_violation';
end $$;
create trigger contracts_signed_kept before update or delete on contracts
  for each row execute function keep_signed_contract();

-- The last number of a year.
create table contract_numbers (
  year integer primary key,
  last integer not null
);
