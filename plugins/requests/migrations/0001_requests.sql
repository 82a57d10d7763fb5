-- The studio's open page, and what comes in by it.

-- What the page says and how it looks: one row, made at its first visit or change.
create table request_page (
  one boolean primary key default true check (one),
  secret bytea not null,                                 -- signs the forms given out
  headline_fr text check (length(headline_fr) <= 120),
  headline_en text check (length(headline_en) <= 120),
  intro_fr text check (length(intro_fr) <= 4000),
  intro_en text check (length(intro_en) <= 4000),
  rules_fr text check (length(rules_fr) <= 6000),        -- of the house, and for calling off
  rules_en text check (length(rules_en) <= 6000),
  accent smallint not null default 8 check (accent between 1 and 12),
  embed_origins text[] not null default '{}',            -- sites that may show the page in a frame
  version integer not null default 1
);

-- What the page says of a room; a room without a row is shown.
create table request_rooms (
  room_id bigint primary key references rooms on delete cascade,
  shown boolean not null default true,
  text_fr text check (length(text_fr) <= 2000),
  text_en text check (length(text_en) <= 2000)
);

create table request_photos (
  id bigint generated always as identity primary key,
  room_id bigint references rooms on delete cascade,     -- null: the studio's own, its logo
  file_id bigint not null references files,
  small_id bigint not null references files,             -- the same, small, for the page
  alt text not null check (length(alt) between 1 and 200),
  position integer not null default 0,
  created_at timestamptz not null default now()
);
create index request_photos_of on request_photos (room_id, position, id);
create unique index request_photos_logo on request_photos ((true)) where room_id is null;

create table requests (
  id bigint generated always as identity primary key,
  state text not null default 'new' check (state in ('new', 'answered', 'declined', 'cancelled', 'archived')),
  -- what was typed, and stays whatever becomes of the client
  name text not null check (length(name) between 1 and 200),
  artist_name text check (length(artist_name) <= 200),
  email text not null check (length(email) <= 254),
  phone text check (phone ~ '^\+[0-9]{3,20}$'),
  language text not null check (language in ('fr', 'en')),
  room_id bigint not null references rooms,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  people integer check (people between 1 and 500),
  engineer boolean not null default false,
  message text check (length(message) <= 4000),
  search text not null generated always as (
    words_of(name || ' ' || coalesce(artist_name, '') || ' ' || email || ' ' || coalesce(phone_words(phone), ''))) stored,
  -- what it became
  client_id bigint not null references clients,
  matched text not null check (matched in ('email', 'phone', 'name', 'new', 'unsure', 'chosen')),
  alike bigint[] not null default '{}',                  -- clients it may be, when that could not be told
  session_id bigint references sessions on delete set null,
  waiting_id bigint references waiting on delete set null,
  decline_reason text check (length(decline_reason) <= 2000),
  closed_at timestamptz,
  created_at timestamptz not null default now(),
  constraint requests_length check (ends_at > starts_at)
);
create index requests_by_state on requests (state, id desc);
create index requests_by_client on requests (client_id);
create index requests_by_session on requests (session_id);
create index requests_search on requests using gin (search gin_trgm_ops);

-- Private links to one request: that of the form it came by, and one for each mail.
create table request_links (
  token_hash bytea primary key,
  request_id bigint not null references requests on delete cascade
);
create index request_links_of on request_links (request_id);

-- What was written to whoever asked; with a time, it proposes another one.
create table request_messages (
  id bigint generated always as identity primary key,
  request_id bigint not null references requests on delete cascade,
  kind text not null check (kind in ('answer', 'proposal', 'decline')),
  body text not null check (length(body) between 1 and 4000),
  room_id bigint references rooms,
  starts_at timestamptz,
  ends_at timestamptz,
  accepted_at timestamptz,
  person_id bigint references people,
  created_at timestamptz not null default now(),
  constraint request_messages_proposal check ((kind = 'proposal') = (starts_at is not null and ends_at > starts_at and room_id is not null))
);
create index request_messages_of on request_messages (request_id, id);

-- Forms sent from one network within one hour, and those turned away. Forgotten after a month.
create table request_tries (
  network text not null,
  hour timestamptz not null,
  sent integer not null default 0,
  refused integer not null default 0,
  why text[] not null default '{}',                      -- honeypot, early, late, forged, often
  primary key (network, hour)
);
