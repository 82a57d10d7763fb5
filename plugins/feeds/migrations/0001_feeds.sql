-- Private links under which calendars fetch what is booked: of the studio, a room or somebody. Only the hash of a link is
-- kept; whoever has it reads, until it is revoked.
create table feed_links (
  id bigint generated always as identity primary key,
  token_hash bytea not null unique check (length(token_hash) = 32),
  room_id bigint references rooms on delete cascade,    -- neither: the whole studio
  person_id bigint references people,
  detail text not null check (detail in ('full', 'busy')),
  created_by bigint references people,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  etag text,                                            -- of what it last gave
  changed_at timestamptz,                               -- since when it gives that
  constraint feed_links_of_one check (num_nonnulls(room_id, person_id) <= 1)
);
create index feed_links_of_person on feed_links (person_id) where person_id is not null;
create index feed_links_of_room on feed_links (room_id) where room_id is not null;

-- Calendars elsewhere, of somebody or of a room, that are read again and again.
create table outside_feeds (
  id bigint generated always as identity primary key,
  room_id bigint references rooms on delete cascade,
  person_id bigint references people,
  name text not null check (length(name) between 1 and 80),
  url text not null check (length(url) between 8 and 1000), -- a secret: whoever knows it reads that calendar
  show_titles boolean not null default false,           -- else they are busy, and nobody learns with what
  created_by bigint references people,
  created_at timestamptz not null default now(),
  etag text,
  last_modified text,
  next_at timestamptz not null default now(),           -- when it is looked at again
  checked_at timestamptz,
  fetched_at timestamptz,                               -- when it last was as it should be
  failures integer not null default 0 check (failures >= 0),
  problem text,                                         -- what was wrong the last time
  cut_at timestamptz,                                   -- there was too much: only what is before this is known
  constraint outside_feeds_of_one check (num_nonnulls(room_id, person_id) = 1),
  constraint outside_feeds_once unique nulls not distinct (url, room_id, person_id)
);
create index outside_feeds_due on outside_feeds (next_at);
create index outside_feeds_of_person on outside_feeds (person_id) where person_id is not null;
create index outside_feeds_of_room on outside_feeds (room_id) where room_id is not null;

-- When those calendars say that somebody or a room is taken. All of a calendar are put in anew each time it changed.
create table outside_times (
  feed_id bigint not null references outside_feeds on delete cascade,
  uid text not null check (length(uid) <= 300),
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  summary text check (length(summary) <= 200),
  check (ends_at > starts_at)
);
create index outside_times_of_feed on outside_times (feed_id, starts_at);
