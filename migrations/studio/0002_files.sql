-- Files of the studio. The bytes are on disk, DATA_DIR/files/<studio>/<first two signs of the key>/<key>, or, when the key
-- begins with s3-, in the S3 store that the settings name (core/folder.ts); a row is written only once they are there
-- (core/storage.ts). What a file belongs to refers to it.
create table files (
  id bigint generated always as identity primary key,
  key text not null unique check (key ~ '^(s3-)?[0-9a-f]{32}$'),
  name text not null check (length(name) between 1 and 200),
  media_type text not null check (media_type ~ '^[a-z]+/[a-z0-9.+-]+$'),
  bytes bigint not null check (bytes > 0),
  sha256 bytea not null check (length(sha256) = 32),
  width integer check (width > 0),
  height integer check (height > 0),
  created_by bigint references people,
  created_at timestamptz not null default now()
);
create index files_sha256 on files (sha256);
