-- Papers that are signed online: who is asked, in which order, what they said, and the proof of it.

create table signature_requests (
  id bigint generated always as identity primary key,
  document text not null check (document ~ '^[a-z][a-z0-9-]{0,40}:[1-9][0-9]{0,17}$'), -- whose paper it is, and which
  title text not null check (length(title) between 1 and 200),
  language text not null check (language in ('fr', 'en')),
  state text not null default 'open' check (state in ('open', 'completed', 'declined', 'withdrawn', 'expired')),
  pdf_file_id bigint not null references files,          -- the paper as it is signed
  sha256 bytea not null check (length(sha256) = 32),     -- of that file
  consent text not null check (length(consent) between 1 and 1000),
  message text check (length(message) <= 2000),
  may_decline boolean not null default true,
  early_start text check (length(early_start) <= 2000),
  choices jsonb not null default '{}',                   -- what was chosen with the code that was asked for last
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  withdrawn_reason text check (length(withdrawn_reason) <= 500),
  sealed_file_id bigint references files,
  sealed_sha256 bytea check (length(sealed_sha256) = 32),
  proof_file_id bigint references files,
  sealed_at timestamptz,
  check ((state = 'open') = (ended_at is null)),
  check (num_nulls(sealed_file_id, sealed_sha256, proof_file_id, sealed_at) in (0, 4)),
  check (sealed_at is null or state = 'completed')
);
create index signature_requests_document on signature_requests (document);
-- two requests of one paper are not open at once: whoever asks anew withdraws first
create unique index signature_requests_one_open on signature_requests (document) where state = 'open';
create index signature_requests_open on signature_requests (expires_at) where state = 'open';
create index signature_requests_sha256 on signature_requests (sha256);
create index signature_requests_sealed on signature_requests (sealed_sha256) where sealed_sha256 is not null;

create table signature_signers (
  id bigint generated always as identity primary key,
  request_id bigint not null references signature_requests,
  position smallint not null check (position between 1 and 20),
  step smallint not null check (step between 1 and 20),
  name text not null check (length(name) between 1 and 200),
  email text not null check (length(email) between 3 and 254),
  role text check (length(role) <= 200),
  mailed_at timestamptz,                                 -- the link was mailed: it is their turn
  reminded_at timestamptz,
  reminders smallint not null default 0,
  opened_at timestamptz,
  code_hash bytea,
  code_for bytea,                                        -- the hash of the paper the code was asked for
  code_asked_at timestamptz,
  code_sent_at timestamptz,
  code_expires_at timestamptz,
  code_tries smallint not null default 0,
  codes_since timestamptz,                               -- codes are counted by the hour
  codes_asked smallint not null default 0,
  signed_at timestamptz,
  declined_at timestamptz,
  reason text check (length(reason) <= 500),
  -- what proves it
  signed_name text check (length(signed_name) <= 200),
  signed_role text check (length(signed_role) <= 200),
  consent text,
  early_start text,
  drawing bytea,
  ip text,
  agent text,
  unique (request_id, position),
  check (signed_at is null or declined_at is null),
  check ((signed_at is null) = (consent is null) and (signed_at is null) = (signed_name is null)),
  check ((declined_at is null) = (reason is null))
);
create index signature_signers_open on signature_signers (mailed_at) where signed_at is null and declined_at is null;

-- Private links. A signer may have several: each mail carries its own, for what is stored cannot be sent again.
create table signature_links (
  id bigint generated always as identity primary key,
  signer_id bigint not null references signature_signers,
  token_hash bytea not null unique check (length(token_hash) = 32),
  created_at timestamptz not null default now()
);
create index signature_links_signer on signature_links (signer_id);

-- What happened, as it goes into the proof.
create table signature_events (
  id bigint generated always as identity primary key,
  request_id bigint not null references signature_requests,
  signer_id bigint references signature_signers,
  at timestamptz not null default clock_timestamp(),
  kind text not null check (kind in ('asked', 'mailed', 'reminded', 'opened', 'changed', 'code_sent', 'wrong_code',
    'signed', 'declined', 'withdrawn', 'expired', 'completed', 'sealed')),
  ip text,
  agent text,
  detail text check (length(detail) <= 500)
);
create index signature_events_request on signature_events (request_id, id);

create function keep_signature_events() returns trigger language plpgsql as $$
begin
  raise exception 'what proves a signature is never changed' using errcode = 'restrict_violation';
end $$;
create trigger signature_events_kept before update or delete on signature_events
  for each row execute function keep_signature_events();
create trigger signature_events_kept_whole before truncate on signature_events execute function keep_signature_events();

-- Who signed or declined has done so for good, and a paper that is signed is the one it was.
create function keep_signature() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if old.signed_at is null and old.declined_at is null then return old; end if;
  elsif old.signed_at is null and old.declined_at is null then
    return new;
  end if;
  raise exception 'what was signed stays as it was' using errcode = 'restrict_violation';
end $$;
create trigger signature_signers_kept before update or delete on signature_signers
  for each row execute function keep_signature();

create function keep_signed_paper() returns trigger language plpgsql as $$
begin
  if (new.document, new.title, new.pdf_file_id, new.sha256, new.consent) is distinct from
    (old.document, old.title, old.pdf_file_id, old.sha256, old.consent)
    and (old.state <> 'open'
      or exists (select 1 from signature_signers where request_id = old.id and signed_at is not null)) then
    raise exception 'a paper that was signed stays as it was' using errcode = 'restrict_violation';
  end if;
  if old.state <> 'open' and new.state <> old.state then
    raise exception 'what has ended is not opened again' using errcode = 'restrict_violation';
  end if;
  if old.sealed_at is not null and (new.sealed_file_id, new.sealed_sha256, new.proof_file_id, new.sealed_at)
    is distinct from (old.sealed_file_id, old.sealed_sha256, old.proof_file_id, old.sealed_at) then
    raise exception 'a seal is put once' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger signature_requests_kept before update on signature_requests
  for each row execute function keep_signed_paper();

-- The studio's own key for seals, made when the first paper is sealed. The private part is sealed itself.
create table signature_keys (
  id smallint primary key default 1 check (id = 1),      -- one
  certificate bytea not null,                            -- X.509, DER
  key_sealed text not null,
  created_at timestamptz not null default now()
);
