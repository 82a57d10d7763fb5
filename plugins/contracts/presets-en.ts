import type { Preset } from './presets.ts'

const as_of = '2026-11-01'
const language = 'en'

/** The same contracts in English, under French law like the studio. */
export const english: readonly Preset[] = [
  {
    key: 'service_en',
    language,
    name: 'Studio services agreement',
    as_of,
    body: `> Template of November 2026, to have checked by your lawyer before use. Remove this line afterwards.

Between:

{{studio.legal_name}}, {{studio.legal_form}}, {{studio.address}}, SIRET {{studio.siret}}, represented by {{studio.representative}}, “the studio”,

and {{client.legal_name}}, {{client.address}}, “the client”,

it is agreed as follows, on {{contract.date}}.

# 1. Purpose

The studio provides its rooms, equipment and staff to the client for these sessions:

{{sessions.list}}

# 2. Price and payment

The price agreed is {{other.total_price}}. A deposit of {{other.deposit}} is paid on signing; the balance is due at the end of the last session, against an invoice. Overtime is proposed to the client with its price before it is worked.

# 3. Sessions

- Times include setting up, sound checks and tidying up.
- The client checks the takes before the end of the session. The signed session report is the account of it.
- Equipment that the client brings stays in their care.
- The client and their guests keep to the sound levels and the rules of the house.

# 4. Cancelling and moving

More than 48 hours before, a session is cancelled or moved free of charge. Less than 48 hours before, the deposit is kept. On the day, or when nobody comes, the price of the session is due.

# 5. Recordings

Files are handed over once all is paid. The studio keeps a copy for {{other.retention}}, with no duty beyond it: the client makes their own copies. Unless agreed in writing, the studio acquires no right in the works or the recordings.

# 6. Liability

Each party is insured for the damage it causes. The studio’s liability for lost recordings is limited to the price of the session concerned.

# 7. Personal data

The client’s data serve the services and their invoicing. The client may see them, have them corrected or erased by writing to {{studio.email}}.

# 8. Law

This agreement is governed by French law. Before any lawsuit the parties look for an amicable solution; a consumer may go to a consumer mediator free of charge.`
  },
  {
    key: 'recording_en',
    language,
    name: 'Recording consent and assignment',
    as_of,
    body: `> Template of November 2026, to have checked by your lawyer before use. Remove this line afterwards.

Between {{studio.legal_name}}, {{studio.address}}, SIRET {{studio.siret}}, “the producer”,

and {{client.name}}, {{client.address}}, performer known as {{client.artist_name}}, “the performer”,

it is agreed as follows, on {{contract.date}}.

# 1. Consent

The performer consents to the recording of their performance of {{other.titles}}, at the studio:

{{sessions.list}}

# 2. Rights assigned

Under articles L212-3 and L131-3 of the French Intellectual Property Code, the performer assigns to the producer, each separately:

- reproduction on any physical and digital medium;
- communication to the public: streaming, download, radio, television, public places;
- making available on demand;
- use of excerpts to promote the recordings.

Any other use, synchronisation and advertising among them, needs a separate agreement in writing.

# 3. Extent

The assignment is for this territory: {{other.territory}}, and for a term of {{other.term}} from first publication.

# 4. Remuneration

The performer receives {{other.remuneration}}. This replaces neither the wage for the session where one is due, nor collectively managed remuneration (SPEDIDAM, ADAMI), which remains the performer’s.

# 5. Name and moral right

The performer is credited as: {{other.credit}}. The performer’s moral right (article L212-2) cannot be given away: the performance is not to be distorted.

# 6. Accounts

Once a year the producer accounts for the exploitation to the performer, and pays what is due.

# 7. Law

This agreement is governed by French law.`
  },
  {
    key: 'terms_en',
    language,
    name: 'Terms of the studio',
    as_of,
    body: `> Template of November 2026, to have checked by your lawyer before use. Remove this line afterwards.

Terms of {{studio.legal_name}}, {{studio.address}}, accepted by {{client.name}} on {{contract.date}}.

# 1. Booking

An option keeps a slot without obligation until it runs out. A booking is firm once the quote is signed or the deposit paid.

# 2. Prices

Prices are those of the quote or, failing that, of the current price list. They are without VAT unless stated otherwise. Time begun is due by the quarter of an hour.

# 3. Payment

Invoices are payable on the date they state. A business that pays late owes penalties at the rate on the invoice and 40 € of recovery costs.

# 4. Cancelling

More than 48 hours before: free. Less than 48 hours before: the deposit is kept. On the day: the price of the session is due.

# 5. Withdrawal

A consumer who books at a distance has fourteen days to withdraw. Who asks that the session take place before then pays for what was provided; once it has been fully performed, they cannot withdraw any more.

# 6. Use of the place

- The client answers for the people they invite.
- No smoking in live rooms and control rooms.
- The studio’s equipment does not leave without agreement in writing.

# 7. Files

Files are handed over once all is paid. The client makes their own copies: the studio is no archive.

# 8. Personal data

They serve the services and their invoicing. To see, correct or erase them: {{studio.email}}.

# 9. Disputes

French law. A consumer may go free of charge to the mediator named by the studio: {{other.mediator}}.`
  }
]
