-- Files that go with a mail; gone once it is sent.
create table mail_attachments (
  mail_id bigint not null references mails on delete cascade,
  position smallint not null,
  name text not null,
  type text not null,
  content bytea not null,
  primary key (mail_id, position)
);

-- What is only worth reading until then, a reminder for example, is not sent later.
alter table mails add column expires_at timestamptz;
