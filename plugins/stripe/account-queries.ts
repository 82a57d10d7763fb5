import type { Db } from '@patchbay/core'

/** The studio's account at Stripe, as it is kept. */
export interface AccountRow {
  kind: 'own' | 'connect'
  account_id: string
  name: string | null
  livemode: boolean
  key_sealed: string | null
  key_end: string | null
  webhook_id: string | null
  webhook_secret_sealed: string | null
  webhook_problem: string | null
  ready: boolean
  problem: string | null
  checked_at: Date | null
}

export const findAccount = (db: Db): Promise<AccountRow | undefined> =>
  db('stripe_account').first<AccountRow | undefined>()

/** The same, locked: who changes it waits for who does. */
export const lockAccount = (db: Db): Promise<AccountRow | undefined> =>
  db('stripe_account').forUpdate().first<AccountRow | undefined>()

export const keepAccount = (db: Db, row: AccountRow): Promise<unknown> =>
  db('stripe_account')
    .insert({ ...row, updated_at: db.fn.now() })
    .onConflict('one')
    .merge()

export const changeAccount = (db: Db, row: Partial<AccountRow>): Promise<number> =>
  db('stripe_account').update({ ...row, updated_at: db.fn.now() })

export const forgetAccount = (db: Db): Promise<number> => db('stripe_account').delete()
