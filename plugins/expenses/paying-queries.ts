import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { Payment } from './queries.ts'

type Owned = Payment & { expense_id: number }

export async function addPayment(
  db: Db,
  payment: Omit<Owned, 'id' | 'person_name'>,
  person_id: number | null
): Promise<void> {
  await db('expense_payments').insert({
    ...payment,
    created_by: db('people')
      .where({ id: person_id ?? 0 })
      .select('id')
  })
}

export async function findPayment(db: Db, expense_id: number, id: number): Promise<Owned | undefined> {
  const [found] = await rowsOf<Owned>(db, 'select * from expense_payments where expense_id = ? and id = ?', [
    expense_id,
    id
  ])
  return found
}

/** The payment that was told by this name from outside. */
export async function paymentOf(db: Db, external: string): Promise<Owned | undefined> {
  const [found] = await rowsOf<Owned>(db, 'select * from expense_payments where external = ?', [external])
  return found
}

export const removePayment = (db: Db, id: number): Promise<number> => db('expense_payments').where({ id }).delete()

/** What is paid of an expense follows from its payments. */
export async function settle(db: Db, id: number): Promise<void> {
  await db.raw(
    `update expenses e set paid_cents = p.cents, updated_at = now(),
       settled_on = case when e.total_cents - e.prepaid_cents = p.cents then p.last_on end
     from (select coalesce(sum(cents), 0) as cents, max(paid_on) as last_on from expense_payments where expense_id = ?) p
     where e.id = ?`,
    [id, id]
  )
}
