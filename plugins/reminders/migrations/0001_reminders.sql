-- Reminders before sessions: the steps of a studio, what was sent to whom, and clients that want none.

create table reminder_steps (
  id bigint generated always as identity primary key,
  audience text not null check (audience in ('client', 'crew')),
  channel text not null check (channel in ('mail', 'sms')),
  minutes_before integer check (minutes_before between 5 and 86400), -- minutes that really pass, whatever the clocks do
  days_before integer check (days_before between 0 and 60),          -- or so many days before, by the clock of the studio
  clock time check (clock < '24:00'),
  subject_fr text not null default '' check (length(subject_fr) <= 200),
  text_fr text not null check (length(text_fr) between 1 and 2000),
  subject_en text not null default '' check (length(subject_en) <= 200),
  text_en text not null check (length(text_en) between 1 and 2000),
  active boolean not null default true,
  archived_at timestamptz,                              -- it has sent something: the row stays
  version integer not null default 1,
  created_at timestamptz not null default now(),
  constraint reminder_steps_when check (
    (minutes_before is null) = (days_before is not null) and (days_before is null) = (clock is null)),
  constraint reminder_steps_subject check (channel = 'sms' or (subject_fr <> '' and subject_en <> ''))
);

-- One per session, step, recipient and start of the session: moved, it is due anew. `person_id` null: the client.
create table reminders (
  id bigint generated always as identity primary key,
  session_id bigint not null references sessions on delete cascade,
  step_id bigint not null references reminder_steps,
  person_id bigint references people,
  for_start timestamptz not null,
  channel text not null check (channel in ('mail', 'sms')),
  name text not null,
  address text,                                         -- where it went; null: there was none
  -- queued: it waits for the mail server; withdrawn: moved or called off before it went
  state text not null check (state in ('queued', 'sent', 'failed', 'skipped', 'withdrawn')),
  reason text check (length(reason) <= 500),            -- stopped, no_email, no_phone, or what a server said
  attempts integer not null default 0,
  due_at timestamptz not null,
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  constraint reminders_once unique nulls not distinct (session_id, step_id, person_id, for_start)
);
create index reminders_latest on reminders (due_at desc, id desc);
create index reminders_by_state on reminders (state, due_at desc, id desc);
create index reminders_of_session on reminders (session_id, due_at);
create index reminders_open on reminders (id) where state in ('queued', 'failed');

create table reminder_stops (
  client_id bigint primary key references clients on delete cascade,
  by_id bigint references people,
  at timestamptz not null default now()
);

-- What most studios do; off until somebody has read them and says yes.
insert into reminder_steps (audience, channel, minutes_before, days_before, clock, active, subject_fr, text_fr, subject_en, text_en) values
  ('client', 'mail', 2880, null, null, false,
   'Rappel : votre séance {date}',
   E'Bonjour {name},\n\nNous vous attendons {date} de {start} à {end}, {room}, chez {studio}.\n\nUn empêchement ? Prévenez-nous dès que possible.',
   'Reminder: your session on {date}',
   E'Hello {name},\n\nWe expect you on {date} from {start} to {end}, {room}, at {studio}.\n\nIs something in the way? Let us know as soon as you can.'),
  ('crew', 'mail', null, 1, '18:00', false,
   'Demain : {client}, {start}–{end}, {room}',
   E'Bonjour {name},\n\nRappel de la séance {title} ({client}) : {date}, {start}–{end}, {room}. Équipe : {crew}.',
   'Tomorrow: {client}, {start}–{end}, {room}',
   E'Hello {name},\n\nA reminder of the session {title} ({client}): {date}, {start}–{end}, {room}. Crew: {crew}.'),
  ('client', 'sms', 120, null, null, false, '',
   '{studio} : à tout à l’heure, {start}, {room}.', '', '{studio}: see you at {start}, {room}.');
