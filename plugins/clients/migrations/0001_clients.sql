-- Clients, who speaks for them, and what the studio noted about them.

-- Words as they are compared: folded, everything but letters and digits a space, one space first, so that `like '% du%'`
-- finds the beginnings of words through the trigram index.
create function words_of(value text) returns text
  language sql immutable strict parallel safe
  return ' ' || regexp_replace(public.fold(value), '[^[:alnum:]]+', ' ', 'g');

-- A phone number as people look for it: `33612345678 0612345678` of +33612345678.
create function phone_words(value text) returns text
  language sql immutable strict parallel safe
  return substr(value, 2) || case when value like '+33%' then ' 0' || substr(value, 4) else '' end;

create table clients (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('person', 'band', 'company', 'label')),
  name text not null check (length(name) between 1 and 200),
  artist_name text check (length(artist_name) <= 200),
  email text check (length(email) <= 254),
  phone text check (phone ~ '^\+[0-9]{3,20}$'),         -- E.164
  website text,
  language text not null default 'fr' check (language in ('fr', 'en')),
  -- for invoices
  legal_name text,
  address text,
  postal_code text,
  city text,
  country text not null default 'FR' check (country ~ '^[A-Z]{2}$'),
  siren text check (siren ~ '^[0-9]{9}$'),
  vat_number text check (vat_number ~ '^[A-Z]{2}[0-9A-Z]{2,13}$'),
  -- musical profile
  genres text[] not null default '{}',
  instruments text[] not null default '{}',
  links text[] not null default '{}',
  collecting_society text,
  tags text[] not null default '{}',
  contact_names text not null default '',               -- kept by a trigger, so that a band is found by its members
  archived_at timestamptz,
  merged_into bigint references clients on delete cascade, -- the row stays as it was, hidden
  version integer not null default 1,                   -- counts changes, so that two tabs do not overwrite each other
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  search text not null generated always as (
    words_of(name || ' ' || coalesce(artist_name, '') || ' ' || coalesce(email, '') || ' ' ||
      coalesce(phone_words(phone), '') || ' ' || contact_names)
  ) stored,
  check (merged_into <> id)
);

create index clients_search on clients using gin (search gin_trgm_ops);
-- what the lists page through
create index clients_by_name on clients (name collate "fr-x-icu", id) where merged_into is null and archived_at is null;
create index clients_by_kind on clients (kind, name collate "fr-x-icu", id) where merged_into is null and archived_at is null;
create index clients_by_change on clients (updated_at, id) where merged_into is null and archived_at is null;
create index clients_by_creation on clients (created_at, id) where merged_into is null and archived_at is null;
create index clients_archived on clients (name collate "fr-x-icu", id) where merged_into is null and archived_at is not null;
create index clients_tags on clients using gin (tags);
create index clients_merged on clients (merged_into) where merged_into is not null;
-- what duplicates are found by
create index clients_email on clients (lower(email)) where merged_into is null;
create index clients_phone on clients (phone) where merged_into is null;
create index clients_name_words on clients (words_of(name) text_pattern_ops) where merged_into is null;

-- Every tag that was ever put on a client, so that none has to be counted; unused ones are forgotten at night.
create table client_tags (tag text primary key);
create function clients_keep_tags() returns trigger language plpgsql as $$
begin
  insert into client_tags select unnest(new.tags) on conflict do nothing;
  return null;
end $$;
create trigger clients_tags_are_known after insert or update of tags on clients
  for each row when (new.tags <> '{}') execute function clients_keep_tags();

-- Every word of a name, once: what a mistyped word is compared with, instead of with every client.
create table client_words (word text primary key);
create index client_words_initial on client_words (left(word, 1));
create function clients_keep_words() returns trigger language plpgsql as $$
begin
  insert into client_words
    select distinct word from regexp_split_to_table(
      words_of(new.name || ' ' || coalesce(new.artist_name, '') || ' ' || new.contact_names), ' ') as word
    where length(word) between 3 and 40
    order by word
    on conflict do nothing;
  return null;
end $$;
create trigger clients_words_are_known after insert or update of name, artist_name, contact_names on clients
  for each row execute function clients_keep_words();

-- Who speaks for a client, or belongs to it: somebody by name, or another client.
create table client_contacts (
  id bigint generated always as identity primary key,
  client_id bigint not null references clients on delete cascade,
  member_client_id bigint references clients on delete restrict,
  name text check (length(name) between 1 and 200),
  role text,
  email text,
  phone text check (phone ~ '^\+[0-9]{3,20}$'),
  is_main boolean not null default false,
  created_at timestamptz not null default now(),
  check ((name is null) <> (member_client_id is null)),
  check (member_client_id <> client_id)
);
create unique index client_contacts_main on client_contacts (client_id) where is_main;
create unique index client_contacts_member on client_contacts (client_id, member_client_id);
create index client_contacts_client on client_contacts (client_id);
create index client_contacts_of on client_contacts (member_client_id) where member_client_id is not null;

create function clients_keep_contact_names() returns trigger language plpgsql as $$
begin
  update clients set contact_names = coalesce((
    select string_agg(coalesce(contact.name, member.name), ' ' order by contact.id)
    from client_contacts contact left join clients member on member.id = contact.member_client_id
    where contact.client_id = clients.id
  ), '')
  where id in (old.client_id, new.client_id);
  return null;
end $$;
create trigger client_contacts_are_searched after insert or update or delete on client_contacts
  for each row execute function clients_keep_contact_names();

create table client_notes (
  id bigint generated always as identity primary key,
  client_id bigint not null references clients on delete cascade,
  author_id bigint references people,                   -- null: the command line
  noted_on date not null default current_date,
  body text not null check (length(body) between 1 and 10000),
  created_at timestamptz not null default now(),
  updated_at timestamptz
);
create index client_notes_client on client_notes (client_id, noted_on desc, id desc);

-- A file that was read and waits for a person to say yes; kept for a day.
create table client_imports (
  id bigint generated always as identity primary key,
  person_id bigint references people,
  format text not null check (format in ('csv', 'vcard')),
  columns jsonb not null,                               -- heads of the file, in its order
  rows jsonb not null,                                  -- [[text, …], …]
  created_at timestamptz not null default now()
);
