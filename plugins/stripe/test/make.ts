import type { Knex } from 'knex'
import { newToken } from '../../../core/secrets.ts'
import { sealedIn } from '../../../core/events.ts'
import type { House } from '../../../test/helper.ts'
import { makeInvoice } from '../../invoices/test/make.ts'
import type { Made } from '../../invoices/test/make.ts'

/** A payment as its event would have left it, without a Stripe that knows of it. */
export async function makeRecorded(
  db: Knex,
  { invoice_id, client_id, payment_intent }: { invoice_id: number; client_id: number; payment_intent: string }
): Promise<{ id: number }> {
  const paid_on = new Date().toISOString().slice(0, 10)
  const [payment] = await db('payments')
    .insert({
      client_id,
      cents: 5000,
      eur_cents: 5000,
      method: 'stripe',
      paid_on,
      external: `stripe:${payment_intent}`
    })
    .returning<{ id: number }[]>('id')
  const [row] = await db('stripe_payments')
    .insert({
      payment_intent,
      account_id: 'acct_test',
      invoice_id,
      payment_id: payment?.id,
      cents: 5000,
      currency: 'EUR',
      paid_at: new Date()
    })
    .returning<{ id: number }[]>('id')
  return { id: row?.id ?? 0 }
}

/** An issued invoice with its private link. */
export async function makePayable(
  house: House,
  made: Made = {}
): Promise<{ id: number; number: string; due_cents: number; token: string }> {
  const { db, host, studio } = house
  const invoice = await makeInvoice(house, made)
  const { token, hash } = newToken()
  const token_sealed = sealedIn(host, studio, 'invoices').seal(token, `link:${invoice.id}`)
  await db('invoices').where({ id: invoice.id }).update({ token_hash: hash, token_sealed })
  return { ...invoice, token }
}
