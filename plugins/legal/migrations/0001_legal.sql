-- Who issues papers: one card, its sentences with their dates, its accounts.

create table legal_cards (
  id bigint primary key default 1 check (id = 1),
  name text check (length(name) between 1 and 200),            -- null: the studio's
  trade_name text check (length(trade_name) between 1 and 200),
  legal_form text check (length(legal_form) between 1 and 60),
  capital_cents bigint check (capital_cents >= 0),
  address text check (length(address) between 1 and 500),
  postal_code text check (length(postal_code) between 1 and 20),
  city text check (length(city) between 1 and 120),
  country text not null default 'FR' check (country ~ '^[A-Z]{2}$'),
  siren text check (siren ~ '^[0-9]{9}$'),
  siret text check (siret ~ '^[0-9]{14}$'),
  register text check (length(register) between 1 and 120),    -- RCS Rennes
  email text check (length(email) <= 254),
  phone text check (phone ~ '^\+[0-9]{3,20}$'),
  website text check (length(website) <= 500),
  electronic_address text check (length(electronic_address) between 1 and 100), -- null: the SIREN
  vat_regime text not null default 'normal' check (vat_regime in ('normal', 'franchise')),
  vat_on_debits boolean not null default false,
  vat_number text check (vat_number ~ '^[A-Z]{2}[0-9A-Z]{2,13}$'),
  iban text check (iban ~ '^[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}$'),
  bic text check (bic ~ '^[A-Z]{6}[0-9A-Z]{2}([0-9A-Z]{3})?$'),
  account_holder text check (length(account_holder) between 1 and 200),
  payment_days integer not null default 30 check (payment_days between 0 and 365),
  end_of_month boolean not null default false,
  logo_file_id bigint references files,
  colour text check (colour ~ '^#[0-9a-f]{6}$'),
  introduction text check (length(introduction) between 1 and 2000),
  footer text check (length(footer) between 1 and 1000),
  version integer not null default 1,
  updated_at timestamptz not null default now(),
  constraint legal_cards_siret check (siret is null or left(siret, 9) = siren),
  constraint legal_cards_debits check (not (vat_on_debits and vat_regime = 'franchise'))
);
insert into legal_cards default values;

-- Sentences of the law, each from a day on. Of those valid on a day the one that began last is printed: an old reference
-- may be tolerated beside the new one. What papers said is frozen with them; rows that have begun stay as they are.
create table legal_wordings (
  id bigint generated always as identity primary key,
  code text not null check (code in ('franchise', 'reverse_charge', 'intra_community', 'export', 'exempt', 'debits',
    'late_penalty', 'recovery_fee', 'early_payment', 'quote_acceptance', 'withdrawal', 'deposit', 'arrhes')),
  language text not null check (language in ('fr', 'en')),
  valid_from date not null,
  valid_to date,
  text text not null check (length(text) between 1 and 2000),
  own boolean not null default false,                          -- the studio's, not ours
  created_at timestamptz not null default now(),
  check (valid_to >= valid_from),
  unique (code, language, valid_from)
);

insert into legal_wordings (code, valid_from, valid_to, language, text)
select code, valid_from::date, valid_to::date, language, text from (values
  ('franchise', '2000-01-01', '2027-12-31',
    'TVA non applicable, art. 293 B du CGI',
    'VAT not applicable, article 293 B of the French tax code (CGI)'),
  ('franchise', '2026-09-01', null,
    'TVA non applicable, franchise en base (art. 293 B du CGI, repris au code des impositions sur les biens et services)',
    'VAT not applicable, small business exemption (article 293 B of the CGI, taken over by the CIBS)'),
  ('reverse_charge', '2000-01-01', null,
    'Autoliquidation',
    'Reverse charge: VAT is due by the customer'),
  ('intra_community', '2000-01-01', null,
    'Exonération de TVA, livraison intracommunautaire (art. 138 de la directive 2006/112/CE)',
    'VAT exempt intra-Community supply (article 138 of directive 2006/112/EC)'),
  ('export', '2000-01-01', null,
    'TVA non applicable, exportation hors de l’Union européenne (art. 146 de la directive 2006/112/CE)',
    'VAT not applicable, export outside the European Union (article 146 of directive 2006/112/EC)'),
  ('exempt', '2000-01-01', null,
    'Exonération de TVA (art. 132 de la directive 2006/112/CE)',
    'VAT exempt (article 132 of directive 2006/112/EC)'),
  ('debits', '2000-01-01', null,
    'Option pour le paiement de la taxe d’après les débits',
    'VAT is due on invoicing (option pour le paiement de la taxe d’après les débits)'),
  ('late_penalty', '2000-01-01', null,
    'En cas de retard de paiement, des pénalités sont dues dès le lendemain de l’échéance, au taux de trois fois le taux d’intérêt légal.',
    'Late payment interest is due from the day after the due date, at three times the French legal interest rate.'),
  ('recovery_fee', '2013-01-01', null,
    'Indemnité forfaitaire pour frais de recouvrement en cas de retard de paiement : 40 € (art. D441-5 du code de commerce).',
    'Fixed compensation for recovery costs in case of late payment: EUR 40 (article D441-5 of the French commercial code).'),
  ('early_payment', '2000-01-01', null,
    'Pas d’escompte pour paiement anticipé.',
    'No discount for early payment.'),
  ('quote_acceptance', '2000-01-01', null,
    'Bon pour accord',
    'Approved and accepted'),
  ('withdrawal', '2014-06-13', null,
    'Le client consommateur qui accepte ce devis à distance dispose de 14 jours pour se rétracter, sans motif (art. L221-18 du code de la consommation). Si la séance a lieu avant la fin de ce délai, il demande expressément qu’elle soit exécutée et règle, s’il se rétracte, ce qui a déjà été fourni.',
    'A consumer who accepts this quote at a distance may withdraw within 14 days without giving a reason (article L221-18 of the French consumer code). If the session takes place before then, the consumer expressly asks for it to be performed and, when withdrawing, pays for what was already provided.'),
  ('deposit', '2000-01-01', null,
    'La somme versée est un acompte : elle engage définitivement les deux parties.',
    'The amount paid is a deposit (acompte): it is binding on both parties.'),
  ('arrhes', '2000-01-01', null,
    'La somme versée constitue des arrhes : le client peut renoncer en les abandonnant, le studio en restituant le double (art. L214-1 du code de la consommation).',
    'The amount paid is earnest money (arrhes): the client may step back by losing it, the studio by returning twice the amount (article L214-1 of the French consumer code).')
) as known (code, valid_from, valid_to, fr, en)
cross join lateral (values ('fr', known.fr), ('en', known.en)) as said (language, text)
order by valid_from, code, language desc;

-- The ledger's accounts, by what is posted to them.
create table legal_accounts (
  use text primary key check (use in ('clients', 'services', 'goods', 'deposits', 'vat_collected', 'vat_pending', 'bank',
    'cash', 'card', 'cheques', 'expenses', 'suppliers', 'vat_deductible', 'exchange_gain', 'exchange_loss', 'rounding')),
  account text not null check (account ~ '^[0-9A-Z]{3,20}$')
);
insert into legal_accounts values
  ('clients', '411000'), ('services', '706000'), ('goods', '707000'), ('deposits', '419100'),
  ('vat_collected', '445710'), ('vat_pending', '445740'), ('bank', '512000'), ('cash', '530000'), ('card', '511500'),
  ('cheques', '511200'), ('expenses', '606000'), ('suppliers', '401000'), ('vat_deductible', '445660'),
  ('exchange_gain', '766000'), ('exchange_loss', '666000'), ('rounding', '658000');
