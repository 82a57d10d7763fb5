import { together } from '@patchbay/core'
import type { Asking, Plugin } from '@patchbay/core'
import { accountsOf, anyOn, findCard, wordingsOn } from './queries.ts'
import { missingOf, sellerOf } from './seller.ts'

/** Plugins whose papers need the card; by name only, none of them has to be there. */
const paperMakers = ['invoices', 'quotes']

/** What the card says where others ask. */
export const answers: NonNullable<Plugin['answers']> = {
  async 'legal.seller'({ db, studio }, { on, language }) {
    const [card, wordings] = await together(db, db => [findCard(db), wordingsOn(db, on, language)])
    return sellerOf(card, studio.name, wordings)
  },
  'legal.accounts': ({ db }) => accountsOf(db),
  async 'core.first-steps'(asking) {
    const gaps = await gapsFor(asking)
    if (!gaps) return undefined
    return [{ key: 'legal.first_step', order: 50, href: `${asking.base}/legal`, done: gaps.length === 0 }]
  }
}

/** What is missing, for those who can fill it in where papers are made; nothing for others. */
async function gapsFor({ db, can }: Asking) {
  if (!can('legal.write')) return undefined
  const [card, needed] = await together(db, db => [findCard(db), anyOn(db, paperMakers)])
  return needed ? missingOf(card) : undefined
}
