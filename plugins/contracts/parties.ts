import { time } from '@patchbay/core'
import type { Ask, Context, Db } from '@patchbay/core'
import type { Locale } from '@patchbay/core/i18n'
import type { Seller } from '../legal/contract.ts'
import { settingsOf } from './forms.ts'
import { openGaps, valuesOf } from './gaps.ts'
import { findOwner, findParty, sessionsOf } from './queries.ts'
import type { Client, Contract, ContractSession } from './queries.ts'

/** Where what fills a contract comes from: a page's request and an action's `run` alike. */
export interface Filling {
  db: Db
  ask: Ask
  studio: Context['studio']
  settings: unknown
  wordsIn: (locale: Locale) => Pick<Context, 't' | 'fmt'>
}

/** All that a contract says of others. */
export interface Filled {
  values: Record<string, string>
  /** Gaps that nothing fills. */
  missing: string[]
  seller: Seller | undefined
  client: Client
  sessions: ContractSession[]
}

/** Fills a contract with what is known today. `number` is what it will be called. */
export async function fill(
  { db, ask, studio, settings, wordsIn }: Filling,
  contract: Contract,
  number = contract.number
): Promise<Filled> {
  const on = time.today(studio.timezone)
  const [seller] = await ask('legal.seller', { on, language: contract.language })
  const client = await findParty(db, contract.client_id)
  const sessions = await sessionsOf(db, contract.id)
  const { representative_name } = settingsOf(settings)
  const representative = representative_name ?? (await findOwner(db))?.name ?? ''
  const words = wordsIn(contract.language)
  const values = valuesOf(words, { number, on, client, seller, representative, sessions }, contract.gaps)
  return { values, missing: openGaps(contract.body, values), seller, client, sessions }
}
