-- What people are told, in words that wait for their reader, and what each wants to be told, how.

create table notifications (
  id bigint generated always as identity primary key,
  person_id bigint not null references people,
  kind text not null,                                   -- 'sessions.moved'
  text text not null,                                   -- a locale key; `values` fills its gaps
  values jsonb not null default '{}',
  path text not null check (path like '/%'),            -- below /s/<slug>
  created_at timestamptz not null default now(),
  read_at timestamptz
);
create index notifications_of_person on notifications (person_id, id desc);
create index notifications_unread on notifications (person_id, id desc) where read_at is null;
create index notifications_read on notifications (read_at) where read_at is not null;

-- No row: on the page, and by mail as the studio's settings say.
create table notification_choices (
  person_id bigint not null references people,
  kind text not null,
  in_page boolean not null,
  by_mail boolean not null,
  primary key (person_id, kind)
);
