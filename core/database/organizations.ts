import type { Knex } from 'knex'
import { refuse } from '../errors.ts'

export interface NewOrganization {
  name: string
  /** Part of the studio's address; drawn from the name when not given. */
  slug?: string
  locale?: 'fr' | 'en'
  /** IANA name. */
  timezone?: string
  /** ISO 4217. */
  currency?: string
}

/**
 * Registers a studio under a slug of its own. Several at once do not wait for each other, though the transaction of each
 * stays open while its database is made.
 * @throws Refusal on `slug` when that one was asked for and is taken.
 */
export async function addOrganization(trx: Knex.Transaction, given: NewOrganization): Promise<number> {
  const { name, locale, timezone, currency } = given
  const base = given.slug ?? slugOf(name)
  const like = base.replaceAll(/[\\%_]/g, '\\$&')
  const taken = new Set(
    await trx('organizations').where('slug', base).orWhere('slug', 'like', `${like}-%`).pluck<string[]>('slug')
  )
  for (let number = 1; ; number++) {
    const slug = number === 1 ? base : `${base}-${number}`
    if (!taken.has(slug) && (await reserve(trx, slug))) {
      const [row] = await trx('organizations')
        .insert({ name, slug, ...defined({ locale, timezone, currency }) })
        .onConflict('slug')
        .ignore()
        .returning<{ id: number }[]>('id')
      if (row) return row.id
    }
    if (given.slug !== undefined) throw refuse({ slug: 'errors.slug_taken' })
  }
}

/** `Studio Côté Cœur` becomes `studio-cote-coeur`. */
export function slugOf(name: string): string {
  const folded = name
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
  const words = folded.replaceAll(/[^a-z0-9]+/g, '-').slice(0, 40)
  return words.replaceAll(/^-+|-+$/g, '') || 'studio'
}

/** Whether nobody else is registering this slug right now; an insert would wait until that studio is made. */
async function reserve(trx: Knex.Transaction, slug: string): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: { free: boolean }[] }>(
    'select pg_try_advisory_xact_lock(hashtextextended(?, 0)) as free',
    [`patchbay slug ${slug}`]
  )
  return rows[0]?.free ?? false
}

const defined = (values: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined))
