-- The registry: who the people are, which studios exist, and where each studio's database lives.
-- Money is integer cents; instants are timestamptz; a token is only ever stored as its SHA-256.

create extension if not exists citext;

create table users (
  id bigint generated always as identity primary key,
  email citext not null unique check (length(email) between 3 and 254),
  name text not null check (length(name) between 1 and 120),
  password_hash text,                                   -- argon2id PHC; null until an invited person chooses one
  locale text not null default 'fr' check (locale in ('fr', 'en')),
  theme text not null default 'system' check (theme in ('system', 'light', 'dark')),
  email_confirmed_at timestamptz,
  disabled_at timestamptz,
  created_at timestamptz not null default now()
);

create table organizations (
  id bigint generated always as identity primary key,
  slug text not null unique check (slug ~ '^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$'),
  name text not null check (length(name) between 1 and 120),
  status text not null default 'active' check (status in ('active', 'suspended')),
  locale text not null default 'fr' check (locale in ('fr', 'en')),
  timezone text not null default 'Europe/Paris',
  currency text not null default 'EUR' check (currency ~ '^[A-Z]{3}$'),
  plan_id bigint,
  created_at timestamptz not null default now()
);

-- A PostgreSQL server that holds studios. `connection` is the administrator's address, sealed with SECRET;
-- null means: the same server as this master database.
create table database_servers (
  id bigint generated always as identity primary key,
  name text not null unique,
  connection_sealed text,
  template text,                                        -- the migrated template database that new studios are cloned from
  accepts_new boolean not null default true,
  created_at timestamptz not null default now()
);
insert into database_servers (name) values ('main');

create table tenant_databases (
  organization_id bigint primary key references organizations on delete cascade,
  server_id bigint not null references database_servers,
  database text not null,
  role text not null,
  password_sealed text not null,
  schema_version text not null,                         -- hash of the migrations the database has had; see core/database/migrate.ts
  last_error text,                                      -- what stopped its last migration, for the operator
  last_active_at timestamptz not null default now(),
  unique (server_id, database)
);
create index tenant_databases_schema_version on tenant_databases (schema_version);
create index tenant_databases_active on tenant_databases (last_active_at);

create table organization_members (
  organization_id bigint not null references organizations on delete cascade,
  user_id bigint not null references users,
  role text not null check (role in ('owner', 'manager', 'engineer', 'assistant')),
  joined_at timestamptz not null default now(),
  primary key (organization_id, user_id)
);
create index organization_members_user on organization_members (user_id);

create table invitations (
  id bigint generated always as identity primary key,
  organization_id bigint not null references organizations on delete cascade,
  email citext not null,
  role text not null check (role in ('owner', 'manager', 'engineer', 'assistant')),
  token_hash bytea not null unique,
  invited_by bigint references users,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz
);
create unique index invitations_open on invitations (organization_id, email) where accepted_at is null and revoked_at is null;

create table subscription_plans (
  id bigint generated always as identity primary key,
  name text not null unique,
  price_cents bigint not null default 0 check (price_cents >= 0),
  currency text not null default 'EUR',
  max_members integer check (max_members > 0),          -- null: no limit
  created_at timestamptz not null default now()
);
insert into subscription_plans (name) values ('standard');
alter table organizations add constraint organizations_plan foreign key (plan_id) references subscription_plans;

create table ai_credits (
  organization_id bigint primary key references organizations on delete cascade,
  balance bigint not null default 0 check (balance >= 0),
  updated_at timestamptz not null default now()
);

-- A browser that somebody signed in with.
create table sign_ins (
  id bigint generated always as identity primary key,
  user_id bigint not null references users on delete cascade,
  token_hash bytea not null unique,
  device text not null,                                 -- the user agent as it was sent, cut to 200 characters
  ip text not null,
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index sign_ins_user on sign_ins (user_id);

-- Links sent by mail to a person: single use, expiring.
create table mail_links (
  id bigint generated always as identity primary key,
  user_id bigint not null references users on delete cascade,
  purpose text not null check (purpose in ('confirm', 'reset')),
  email citext,                                         -- confirm: the address it was sent to, which becomes the person's
  token_hash bytea not null unique,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index mail_links_user on mail_links (user_id, purpose);

-- Failed or costly tries per key (account, address), counted by one upsert so that parallel tries are all seen.
create table attempts (
  key text primary key,
  count integer not null,
  window_ends_at timestamptz not null
);

create table api_tokens (
  id bigint generated always as identity primary key,
  user_id bigint not null references users on delete cascade,
  organization_id bigint not null references organizations on delete cascade,
  name text not null check (length(name) between 1 and 80),
  token_hash bytea not null unique,
  permissions text[] not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  expires_at timestamptz
);
create index api_tokens_owner on api_tokens (organization_id, user_id);

-- Mail to people, kept until the SMTP server took it. Also what the demo's outbox page shows.
create table mails (
  id bigint generated always as identity primary key,
  organization_id bigint references organizations on delete cascade,
  recipient text not null,
  subject text not null,
  text text not null,
  html text not null,
  dedupe_key text unique,                               -- the same key is never sent twice
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  attempts integer not null default 0,
  last_error text
);
create index mails_waiting on mails (id) where sent_at is null;

-- What happened to people, memberships, tokens and studios themselves. Studio data has its own trail in its own database.
create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  organization_id bigint references organizations on delete cascade,
  person_id bigint,
  person_name text not null,
  via text not null check (via in ('form', 'api', 'cli', 'job')),
  ip text,
  action text not null,
  about text[] not null default '{}',
  details jsonb not null default '{}'
);
create index audit_organization on audit (organization_id, id desc);
