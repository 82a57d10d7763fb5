import { time } from '@patchbay/core'
import type { Ask, Db, Studio } from '@patchbay/core'
import type { Locale } from '@patchbay/core/i18n'

/** Where the studio is, as far as its legal card says it. */
export interface Letter {
  name: string
  /** At the head of a paper. */
  lines: string[]
  /** On one line; null when nobody knows. */
  address: string | null
  /** ISO 3166-1 alpha-2. */
  country: string | null
}

/** Asks whoever keeps the legal card; without it a paper has the studio's name alone. */
export async function letterOf(
  { ask, studio, db }: { ask: Ask; studio: Studio; db: Db },
  language: Locale
): Promise<Letter> {
  const [seller] = await ask('legal.seller', { on: time.today(studio.timezone), language }, db)
  if (!seller) return { name: studio.name, lines: [], address: null, country: null }
  const { address, postal_code, city, country } = seller
  const lines = [...address.split('\n'), [postal_code, city].filter(Boolean).join(' ')].filter(Boolean)
  return { name: studio.name, lines, address: lines.join(', ') || null, country: country || null }
}
