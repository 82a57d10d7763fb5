-- What core itself keeps in every studio's database. Each plugin adds its own tables in its own folder.

create extension if not exists btree_gist;
create extension if not exists pg_trgm;
create extension if not exists unaccent;

-- How names are compared everywhere: no case, no accents. Immutable so that it can be indexed.
create function fold(value text) returns text
  language sql immutable strict parallel safe
  return lower(public.unaccent('public.unaccent'::regdictionary, value));

-- The studio's people as its own tables may refer to them: a mirror of the master's members, kept by core/people/people.ts.
-- `id` is users.id of the master database. A person who left stays, inactive, so that history keeps its names.
create table people (
  id bigint primary key,
  name text not null,
  email text not null,
  role text not null check (role in ('owner', 'manager', 'engineer', 'assistant')),
  locale text not null default 'fr',
  active boolean not null default true
);

-- Which plugins are on, and their settings. No row: on, with the defaults its schema gives.
create table plugins (
  id text primary key,
  enabled boolean not null default true,
  settings jsonb not null default '{}'
);

-- The trail: one row per action, written in the action's own transaction; never changed.
create table activity (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  person_id bigint,
  person_name text not null,
  via text not null check (via in ('form', 'api', 'cli', 'job')),
  ip text,
  action text not null,
  about text[] not null default '{}',                   -- 'session:12', 'client:7': the records it is shown on
  details jsonb not null default '{}'
);
-- fastupdate would leave new rows in a list that every reading of a card goes through
create index activity_about on activity using gin (about) with (fastupdate = off);
create index activity_of_person on activity (person_id, id desc);
create index activity_of_action on activity (action, id desc);
create index activity_at on activity (at);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger activity_is_append_only before update or delete on activity
  for each row execute function refuse_change();
create trigger activity_is_never_truncated before truncate on activity
  for each statement execute function refuse_change();

-- Facts and jobs that must survive a crash: written with the change itself, worked after its commit, then deleted.
create table outbox (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  fact text not null,
  ids jsonb not null,
  by_id bigint,
  by_name text not null
);
-- A listener's effects and this row are one transaction: however often a fact is delivered, it acts once.
create table outbox_deliveries (
  outbox_id bigint not null references outbox on delete cascade,
  listener text not null,
  primary key (outbox_id, listener)
);
