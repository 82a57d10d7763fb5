import { createHash, randomBytes } from 'node:crypto'
import { announce } from '../../../core/events.ts'
import { teller } from '../../../core/outbox.ts'
import type { Facts } from '../../../core/plugin.ts'
import type { House } from '../../../test/helper.ts'

/** Tells a fact as an action would after its commit, and waits until it was heard. */
export async function tellNow<Name extends keyof Facts & string>(
  { db, host, studio, owner, settle }: House,
  fact: Name,
  ids: Facts[Name]
): Promise<void> {
  const facts = await db.transaction(async trx => {
    const { tell, write } = teller(trx, owner.id, owner.name)
    tell(fact, ids)
    return write()
  })
  await announce(host, studio, facts)
  await settle()
}

/** What tests put into a studio by plain SQL. */
export function counter({ db }: House) {
  const add = async (table: string, row: object): Promise<number> => {
    const [made] = await db(table).insert(row).returning<{ id: number }[]>('id')
    return made?.id ?? 0
  }
  let sequence = 0
  return {
    add,
    client: (name = 'Nadia') => add('clients', { kind: 'person', name }),
    item: (more: object = {}) =>
      add('catalogue_items', {
        label: 'Forfait 10 heures',
        unit: 'piece',
        unit_micros: 400_000_000,
        package_unit: 'hour',
        package_quantity: 10,
        package_days: 180,
        ...more
      }),
    balance: (client_id: number, more: object = {}) =>
      add('package_balances', {
        client_id,
        label: 'Forfait 10 heures',
        unit: 'hour',
        quantity: 600,
        remaining: 600,
        opened_on: '2026-11-01',
        ...more
      }),
    /** A session of some hours from now on, at 50 € an hour. */
    session: async (
      client_id: number | null,
      { hours = 4, inDays = 3, ...more }: { hours?: number; inDays?: number } & Record<string, unknown> = {}
    ) => {
      const room_id = await add('rooms', { name: `Cabine ${++sequence}`, kind: 'cabine', always_open: true })
      const starts_at = new Date(Date.now() + inDays * 864e5)
      const ends_at = new Date(starts_at.getTime() + hours * 36e5)
      const time = {
        from: starts_at.toISOString(),
        to: ends_at.toISOString(),
        raw_minutes: hours * 60,
        billed_minutes: hours * 60
      }
      const room = {
        kind: 'room',
        label: null,
        unit: 'hour',
        quantity: hours * 60,
        unit_cents: 5000,
        cents: hours * 5000,
        ...time,
        vat_rate: 2000,
        vat_category: 'S'
      }
      return add('sessions', {
        room_id,
        client_id,
        title: 'Prise',
        starts_at,
        ends_at,
        state: 'confirmed',
        price_cents: hours * 5000,
        price_lines: JSON.stringify([room]),
        ...more
      })
    },
    /** An issued invoice of so many of an item, nothing paid. */
    invoice: async (client_id: number, item_id: number, { quantity = 1, kind = 'invoice', corrects = 0 } = {}) => {
      const id = await add('invoices', {
        kind,
        client_id,
        net_cents: 40_000,
        vat_cents: 8000,
        total_cents: 48_000,
        due_cents: 48_000
      })
      await add('invoice_items', {
        invoice_id: id,
        position: 0,
        label: 'Forfait 10 heures',
        quantity,
        unit_micros: 400_000_000,
        item_id
      })
      if (corrects) await db('invoice_references').insert({ invoice_id: id, refers_to: corrects })
      const key = randomBytes(16).toString('hex')
      const file = { key, name: 'facture', media_type: 'application/pdf', bytes: 1, sha256: randomBytes(32) }
      const n = ++sequence
      await db('invoices')
        .where({ id })
        .update({
          state: 'issued',
          number: `F2026-${String(n).padStart(6, '0')}`,
          series: 'F',
          year: 2026,
          sequence: n,
          framework: 'S1',
          issue_date: '2026-11-20',
          due_date: '2026-12-20',
          seller: '{}',
          buyer: '{}',
          document: '{}',
          chain_position: n,
          previous_hash: Buffer.alloc(0),
          hash: createHash('sha256').update(String(n)).digest(),
          pdf_file_id: await add('files', file),
          issued_at: new Date()
        })
      return id
    },
    /** Money for an invoice, or back from it when less than nothing; or a credit note set against it. */
    pay: async (invoice_id: number, client_id: number, cents: number, credit_note_id: number | null = null) => {
      const position = ++sequence
      const chain = { previous_hash: Buffer.alloc(0), hash: randomBytes(32), position }
      const kind = credit_note_id === null ? (cents > 0 ? 'payment' : 'refund') : 'credit_note'
      const money = { client_id, cents, eur_cents: cents, method: 'transfer', paid_on: '2026-11-21', kind }
      const payment_id = kind === 'credit_note' ? null : await add('payments', money)
      await db('payment_transactions').insert({
        kind,
        payment_id,
        origin_id: payment_id,
        at: new Date(),
        client_id,
        invoice_id,
        credit_note_id,
        cents,
        currency: 'EUR',
        eur_cents: cents,
        day: '2026-11-21',
        by_name: 'Test',
        ...chain
      })
    }
  }
}
