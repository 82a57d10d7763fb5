-- Who played, sang, wrote, recorded and mixed; and how what is earned is shared.

create table musicians (
  id bigint generated always as identity primary key,
  name text not null check (length(name) between 1 and 200),
  stage_name text check (length(stage_name) <= 200),
  email text check (length(email) <= 254),
  phone text check (phone ~ '^\+[0-9]{3,20}$'),
  instruments text[] not null default '{}',              -- as written
  roles text[] not null default '{}',                    -- DDEX's words
  society text check (length(society) <= 80),            -- of authors: SACEM
  performer_society text check (length(performer_society) <= 80), -- ADAMI, SPEDIDAM
  performer_number text check (length(performer_number) <= 40), -- there
  ipi text check (ipi ~ '^[0-9]{11}$'),                  -- its check digits proven
  ipn text check (ipn ~ '^[0-9]{8}$'),
  isni text check (isni ~ '^[0-9]{15}[0-9X]$'),          -- its check digit proven
  rate_cents bigint check (rate_cents >= 0),
  rate_unit text check (rate_unit in ('hour', 'half_day', 'day', 'session', 'title')),
  person_id bigint unique references people,             -- the same as somebody of the studio
  client_id bigint references clients,                   -- or as a client
  note text check (length(note) <= 4000),
  archived_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  search text not null generated always as (
    words_of(name || ' ' || coalesce(stage_name, '') || ' ' || coalesce(email, ''))) stored,
  check ((rate_cents is null) = (rate_unit is null))
);
create index musicians_name on musicians (fold(name), id);
create index musicians_search on musicians using gin (search gin_trgm_ops);
create unique index musicians_ipi on musicians (ipi);

create table track_credits (
  id bigint generated always as identity primary key,
  track_id bigint not null references tracks on delete cascade,
  musician_id bigint not null references musicians,
  role text not null check (role ~ '^[A-Z][A-Za-z0-9]{1,60}$'), -- of DDEX's lists
  display text check (length(display) <= 200),           -- as it is to be printed, when the role's own word does not say it
  position integer not null default 0,
  source text check (source ~ '^[a-z-]+:[0-9]+$'),       -- what proposed it: session:12
  confirmed_at timestamptz,
  created_by bigint references people,
  created_at timestamptz not null default now(),
  unique (track_id, musician_id, role)
);
create index track_credits_musician on track_credits (musician_id);
create index track_credits_order on track_credits (track_id, position, id);

-- Shares of a track: of the writing, and of the recording. In hundredths of a percent; they sum to 10000 when locked.
create table split_sheets (
  id bigint generated always as identity primary key,
  track_id bigint not null references tracks on delete cascade,
  kind text not null check (kind in ('composition', 'recording')),
  locked_at timestamptz,
  locked_by bigint references people,
  unlocked_at timestamptz,                               -- the last time it was opened again, by whom and why
  unlocked_by bigint references people,
  unlock_reason text check (length(unlock_reason) between 1 and 500),
  request_id bigint,                                     -- of the plugin signatures; no key: it may not be installed
  version integer not null default 1,
  unique (track_id, kind)
);
create table split_shares (
  id bigint generated always as identity primary key,
  sheet_id bigint not null references split_sheets on delete cascade,
  musician_id bigint not null references musicians,
  role text not null check (role ~ '^[A-Z][A-Za-z0-9]{1,60}$'),
  share_bp integer not null check (share_bp between 1 and 10000),
  publisher text check (length(publisher) <= 200),
  position integer not null default 0,
  unique (sheet_id, musician_id, role)
);
create index split_shares_musician on split_shares (musician_id);
-- What is locked does not change, and nothing is locked that is not whole.
create function keep_split() returns trigger language plpgsql as $$
declare sheet bigint := coalesce(new.sheet_id, old.sheet_id);
begin
  if exists (select from split_sheets where id = sheet and locked_at is not null) then
    raise exception 'a locked split sheet does not change' using errcode = 'restrict_violation';
  end if;
  return coalesce(new, old);
end $$;
create trigger split_shares_keep before insert or update or delete on split_shares for each row execute function keep_split();
create function whole_split() returns trigger language plpgsql as $$
begin
  if new.locked_at is not null and old.locked_at is null
    and (select coalesce(sum(share_bp), 0) from split_shares where sheet_id = new.id) <> 10000 then
    raise exception 'the shares do not sum to 100 %%' using errcode = 'check_violation', constraint = 'split_sheets_whole';
  end if;
  return new;
end $$;
create trigger split_sheets_whole before update on split_sheets for each row execute function whole_split();
