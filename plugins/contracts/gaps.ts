import type { Context } from '@patchbay/core'
import { readablePhone } from '@patchbay/core/forms'
import type { Seller } from '../legal/contract.ts'
import { gapsIn } from './text.ts'

/** What a template may leave open, in the order in which the editor offers it. `other.…` is filled in by hand each time. */
export const gapNames = [
  'contract.number',
  'contract.date',
  'client.name',
  'client.artist_name',
  'client.legal_name',
  'client.address',
  'client.email',
  'client.phone',
  'client.siren',
  'client.vat_number',
  'studio.legal_name',
  'studio.legal_form',
  'studio.capital',
  'studio.address',
  'studio.siret',
  'studio.register',
  'studio.vat_number',
  'studio.email',
  'studio.representative',
  'sessions.list',
  'session.date',
  'session.hours',
  'session.room',
  'session.title',
  'session.price'
] as const

const known: ReadonlySet<string> = new Set(gapNames)

/** Gaps of a text that nobody could ever fill: misspelt ones. */
export const unknownGaps = (body: string): string[] =>
  gapsIn(body).filter(name => !known.has(name) && !/^other\.[a-z0-9_]{1,60}$/.test(name))

/** Gaps of a text that nothing fills yet. */
export const openGaps = (body: string, values: Record<string, string>): string[] =>
  gapsIn(body).filter(name => !values[name]?.trim())

/** What is known of those a contract is between. */
export interface Parties {
  number: string | null
  /** The day it is written, `YYYY-MM-DD`. */
  on: string
  client: ClientParty
  seller: Seller | undefined
  representative: string
  sessions: readonly SessionParty[]
}

export interface ClientParty {
  name: string
  artist_name: string | null
  legal_name: string | null
  email: string | null
  phone: string | null
  address: string | null
  postal_code: string | null
  city: string | null
  siren: string | null
  vat_number: string | null
}

export interface SessionParty {
  starts_at: Date
  ends_at: Date
  room: string
  title: string | null
  price_cents: number | null
}

/** What fills the gaps, in the contract's language; nothing where it is not known. By hand wins. */
export function valuesOf(
  { t, fmt }: Pick<Context, 't' | 'fmt'>,
  { number, on, client, seller, representative, sessions }: Parties,
  byHand: Record<string, string>
): Record<string, string> {
  const [first] = sessions
  const place = (of: { address: string | null; postal_code: string | null; city: string | null }) =>
    [of.address?.replace(/\s*\n\s*/g, ', '), [of.postal_code, of.city].filter(Boolean).join(' ')]
      .filter(Boolean)
      .join(', ')
  const values: Record<string, string | null | undefined> = {
    'contract.number': number ?? t('contracts.number_to_come'),
    'contract.date': fmt.date(on),
    'client.name': client.name,
    'client.artist_name': client.artist_name ?? client.name,
    'client.legal_name': client.legal_name ?? client.name,
    'client.address': client.address && client.city ? place(client) : null,
    'client.email': client.email,
    'client.phone': client.phone && readablePhone(client.phone),
    'client.siren': client.siren,
    'client.vat_number': client.vat_number,
    'studio.legal_name': seller?.name,
    'studio.legal_form': seller?.legal_form,
    'studio.capital': seller?.capital_cents == null ? null : fmt.money(seller.capital_cents),
    'studio.address': seller && seller.address && seller.city ? place(seller) : null,
    'studio.siret': seller?.siret,
    'studio.register': seller && [seller.register, seller.siren].filter(Boolean).join(' '),
    'studio.vat_number': seller?.vat_number,
    'studio.email': seller?.email,
    'studio.representative': representative,
    'sessions.list': sessions.map(one => `${fmt.range(one.starts_at, one.ends_at)}, ${one.room}`).join('\n'),
    'session.date': first && fmt.date(first.starts_at),
    'session.hours': first && fmt.hours(first.starts_at, first.ends_at),
    'session.room': first?.room,
    'session.title': first?.title,
    'session.price': first?.price_cents == null ? null : fmt.money(first.price_cents)
  }
  const filled = Object.entries({ ...values, ...nonEmpty(byHand) }).filter(([, value]) => value)
  return Object.fromEntries(filled.map(([name, value]) => [name, value ?? '']))
}

const nonEmpty = (byHand: Record<string, string>) =>
  Object.fromEntries(Object.entries(byHand).filter(([, value]) => value.trim() !== ''))
