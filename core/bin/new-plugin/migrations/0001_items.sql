create table example_items (
  id bigint generated always as identity primary key,
  name text not null check (length(name) between 1 and 120),
  created_at timestamptz not null default now()
);
create unique index example_items_name on example_items (fold(name));
create index example_items_order on example_items (name collate "fr-x-icu", id);
