import { notFound, time } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import type { Accounts, Period } from '../../legal/contract.ts'
import { entriesOf } from './entries.ts'
import { fileLines } from './entry.ts'

/** A file of entries for the tax office or the accountant, as it is read: nothing of it stands in memory whole. */
export async function fecFile(
  request: Pick<FastifyRequest, 'db' | 'ask' | 'words' | 'studio'>,
  period: Period
): Promise<{ name: string; lines: AsyncGenerator<string> }> {
  const { db, studio } = request
  const { t } = request.words()
  const [accounts] = await request.ask('legal.accounts', {})
  const [seller] = await request.ask('legal.seller', { on: time.today(studio.timezone), language: 'fr' })
  if (!accounts || !seller) throw notFound()
  const purchases = (await request.ask('legal.purchases', period)).flat()
  const names = namesOf(accounts)
  const lines = fileLines(entriesOf(db, period, accounts, purchases), {
    nameOf: account =>
      names.has(account) ? t(`reports.accounts.${names.get(account)}`) : t('reports.accounts.other', { account }),
    journalName: journal => t(`reports.journals.${journal}`)
  })
  // the name is the law's: SIREN, FEC, the day the year ends
  return { name: `${seller.siren ?? 'SIREN'}FEC${period.to.replaceAll('-', '')}.txt`, lines }
}

/** What each account of the card is for. */
const namesOf = (accounts: Accounts): Map<string, keyof Accounts> =>
  new Map(Object.entries(accounts).map(([use, account]) => [account as string, use as keyof Accounts]))
