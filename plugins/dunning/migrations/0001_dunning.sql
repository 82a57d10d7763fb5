-- Reminders of what is late: the studio's steps, and every letter that was written by them.
create table dunning_steps (
  id bigint generated always as identity primary key,
  days integer not null check (days between -30 and 365),  -- after the due date; less than nothing: before it
  tone text not null default 'friendly' check (tone in ('friendly', 'firm', 'formal')),
  subject_fr text not null check (length(subject_fr) between 1 and 200),
  text_fr text not null check (length(text_fr) between 1 and 3000),
  subject_en text not null check (length(subject_en) between 1 and 200),
  text_en text not null check (length(text_en) between 1 and 3000),
  penalty boolean not null default false,                  -- says what the delay has cost so far (businesses)
  fee boolean not null default false,                      -- and the 40 EUR for recovery (businesses, C. com. D441-5)
  active boolean not null default true,
  archived_at timestamptz,
  version integer not null default 1
);

-- The yearly rate of late penalties, in hundredths of a per cent, from a day on. Never below the law's three times the
-- legal rate (C. com. L441-10).
create table dunning_rates (
  valid_from date primary key,
  rate_bp integer not null check (rate_bp between 0 and 10000)
);

-- A letter for each invoice and step, ever: so nobody is reminded twice of the same, whatever runs twice.
create table dunning_letters (
  id bigint generated always as identity primary key,
  invoice_id bigint not null references invoices,
  step_id bigint references dunning_steps,                 -- null: written by hand, outside the steps
  state text not null check (state in ('written', 'skipped', 'failed')),
  reason text check (reason in ('later_step', 'no_address')),
  tone text not null default 'friendly' check (tone in ('friendly', 'firm', 'formal')),
  language text not null check (language in ('fr', 'en')),
  recipients text[] not null default '{}',
  subject text not null,
  body text not null,
  days_late integer not null,
  open_cents bigint not null,
  penalty_cents bigint not null default 0,
  fee_cents bigint not null default 0,
  currency text not null,
  mail_key text,
  by_id bigint references people,                          -- null: the clock
  at timestamptz not null default now(),
  constraint dunning_letters_once unique (invoice_id, step_id)
);
create index dunning_letters_latest on dunning_letters (id desc);

-- Invoices that nobody is reminded of: disputed, agreed on otherwise.
create table dunning_stops (
  invoice_id bigint primary key references invoices,
  reason text not null check (length(reason) between 1 and 300),
  at timestamptz not null default now(),
  by_id bigint references people
);

insert into dunning_rates (valid_from, rate_bp) values ('2020-01-01', 828);

insert into dunning_steps (days, tone, penalty, fee, active, subject_fr, text_fr, subject_en, text_en) values
(-3, 'friendly', false, false, false,
 'Échéance prochaine : facture {number}',
 E'Bonjour,\n\nLa facture {number} de {total} arrive à échéance le {due}. Il reste {open} à régler.\n\nSi le règlement est déjà parti, ne tenez pas compte de ce message.',
 'Due soon: invoice {number}',
 E'Hello,\n\nInvoice {number} of {total} is due on {due}. {open} is still to be paid.\n\nIf you have paid already, please ignore this message.'),
(3, 'friendly', false, false, true,
 'Facture {number} : un oubli ?',
 E'Bonjour,\n\nSauf erreur de notre part, la facture {number} était à régler le {due} et il reste {open} à payer. Elle est jointe à ce message.\n\nSi le règlement est déjà parti, merci de ne pas tenir compte de ce rappel.',
 'Invoice {number}: slipped your mind?',
 E'Hello,\n\nUnless we are mistaken, invoice {number} was due on {due} and {open} is still open. It is attached.\n\nIf you have paid already, please ignore this reminder.'),
(15, 'firm', true, false, true,
 'Deuxième rappel : facture {number}, {days} jours de retard',
 E'Bonjour,\n\nNotre facture {number}, échue le {due}, reste impayée à hauteur de {open}, soit {days} jours de retard. Merci de la régler sous huit jours.\n\n{penalty_line}\n\nUne difficulté, un désaccord ? Répondez-nous, nous trouverons une solution.',
 'Second reminder: invoice {number}, {days} days late',
 E'Hello,\n\nOur invoice {number}, due on {due}, still has {open} unpaid, {days} days late. Please pay it within eight days.\n\n{penalty_line}\n\nIs there a problem or a disagreement? Write to us, and we will find a way.'),
(30, 'formal', true, true, true,
 'Mise en demeure : facture {number}',
 E'Madame, Monsieur,\n\nMalgré nos rappels, la facture {number} du {issued}, échue le {due}, reste impayée à hauteur de {open}.\n\nPar la présente, nous vous mettons en demeure de régler cette somme sous huit jours à compter de la réception de ce courrier.\n\n{penalty_line}\n\nÀ défaut, nous nous réservons le droit d’engager toute procédure de recouvrement.',
 'Formal notice: invoice {number}',
 E'Dear Sir or Madam,\n\nDespite our reminders, invoice {number} of {issued}, due on {due}, still has {open} unpaid.\n\nWe hereby give you formal notice to pay this sum within eight days of receiving this letter.\n\n{penalty_line}\n\nFailing that, we reserve the right to start any recovery procedure.');
