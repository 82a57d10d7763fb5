import type { Asking, Running } from '@patchbay/core'
import { time } from '@patchbay/core'
import type { Buyer } from '../contract.ts'
import type { VatRegime } from '../../legal/contract.ts'
import { findBilling, findParty } from './billing-queries.ts'
import type { VatFacts } from './vat.ts'

/** How VAT stands between the studio and a client. */
export async function vatFactsOf(
  { db, ask, studio }: Pick<Running, 'db' | 'ask' | 'studio'>,
  client_id: number | null,
  language: 'fr' | 'en' = 'fr'
): Promise<VatFacts> {
  const [seller] = await ask('legal.seller', { on: time.today(studio.timezone), language })
  const billing = client_id === null ? undefined : await findBilling(db, client_id)
  const regime: VatRegime = seller?.vat_regime ?? 'normal'
  return { regime, treatment: billing?.vat_treatment ?? 'standard' }
}

/** A client as they stand on papers; nothing when there is none. */
export async function buyerOf(
  { db, studio }: Pick<Asking, 'db' | 'studio'>,
  client_id: number
): Promise<Buyer | undefined> {
  const party = await findParty(db, client_id)
  if (!party) return undefined
  const { legal_name, name, kind, email, contact, contact_email, ...client } = party
  const is_business = Boolean(client.siren ?? client.vat_number)
  const called = legal_name ?? name
  const recipients =
    client.recipients.length > 0 ? client.recipients : [email ?? contact_email].filter(mail => mail !== null)
  return {
    client_id,
    name: called,
    contact: kind === 'person' ? null : contact,
    is_business,
    address: client.address ?? '',
    postal_code: client.postal_code ?? '',
    city: client.city ?? '',
    country: client.country,
    siren: client.siren,
    siret: client.siret,
    vat_number: client.vat_number,
    // scheme 0225 begins with the SIREN; the SIREN alone is the address of a business that said nothing else
    electronic_address: client.electronic_address ?? client.siren,
    language: client.language,
    payment_days: client.payment_days,
    vat_treatment: client.vat_treatment,
    currency: client.currency ?? studio.currency,
    recipients
  }
}
