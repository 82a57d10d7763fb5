import { shareOut, splitVat, totals } from '@patchbay/core'
import type { PricedLine, VatTotal } from '@patchbay/core'
import { createHash, randomBytes } from 'node:crypto'
import type { Knex } from 'knex'

/*
 * A year of documents straight into the database, by the hundred: what takes an hour by the real way. Amounts, VAT and
 * payments are right; hashes are only different from one another.
 */

/** Numbers that look like chance and are the same each time. */
export function dice(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

interface Planned {
  kind: 'invoice' | 'deposit' | 'credit_note'
  day: string
  client_id: number
  lines: (PricedLine & { label: string; nature: 'service' | 'goods'; account: string | null })[]
  discount_bp: number
  deducts: number | null
  currency: string
  exchange_rate: string | null
}

/** `count` documents of `year`, about two in three of them paid; answers how many were made. */
export async function makeYear(
  db: Knex,
  { count, year, seed = 7 }: { count: number; year: number; seed?: number }
): Promise<void> {
  const roll = dice(seed)
  const clients = await db('clients')
    .insert(
      Array.from({ length: 40 }, (_, index) => ({ kind: 'company', name: `Client n° ${index} | « Œuvres & Cie »` }))
    )
    .returning<{ id: number }[]>('id')
  const [file] = await db('files')
    .insert({
      key: randomBytes(16).toString('hex'),
      name: 'papier',
      media_type: 'application/pdf',
      bytes: 1,
      sha256: Buffer.alloc(32)
    })
    .returning<{ id: number }[]>('id')
  const days = 365
  const dayOf = (index: number) =>
    new Date(Date.UTC(year, 0, 1) + Math.floor((index * days) / count) * 86_400_000).toISOString().slice(0, 10)
  const made: { id: number; planned: Planned; total_cents: number; due_cents: number; vat: VatTotal[] }[] = []
  const deposits: number[] = []
  for (let first = 0; first < count; first += 250) {
    const size = Math.min(250, count - first)
    const planned = Array.from({ length: size }, (_, index) =>
      plan(roll, dayOf(first + index), clients[roll(clients.length)]?.id ?? 0, deposits)
    )
    const sums = planned.map(({ lines, discount_bp }) => totals(lines, { discount_bp, discount_cents: 0 }))
    const prepaid = planned.map(({ deducts }) => (deducts === null ? 0 : (made[deducts]?.total_cents ?? 0)))
    const ids = await db('invoices')
      .insert(
        planned.map((one, index) => ({
          kind: one.kind,
          client_id: one.client_id,
          currency: one.currency,
          exchange_rate: one.exchange_rate,
          discount_bp: one.discount_bp,
          net_cents: sums[index]?.net_cents,
          vat_cents: sums[index]?.vat_cents,
          total_cents: sums[index]?.total_cents,
          prepaid_cents: prepaid[index],
          due_cents: (sums[index]?.total_cents ?? 0) - (prepaid[index] ?? 0),
          vat: JSON.stringify(sums[index]?.vat)
        }))
      )
      .returning<{ id: number }[]>('id')
    await db('invoice_items').insert(
      planned.flatMap(({ lines }, index) =>
        lines.map((line, position) => ({
          ...line,
          position,
          invoice_id: ids[index]?.id,
          net_cents: sums[index]?.lines[position]?.net_cents
        }))
      )
    )
    const taken = planned.flatMap(({ deducts }, index) => (deducts === null ? [] : [{ index, deposit: made[deducts] }]))
    for (const { index, deposit } of taken) {
      if (!deposit) continue
      const vat = JSON.stringify(
        deposit.vat.map(({ vat_category, vat_rate, base_cents, vat_cents }) => ({
          vat_category,
          vat_rate,
          base_cents,
          vat_cents
        }))
      )
      await db('invoice_deductions').insert({
        invoice_id: ids[index]?.id,
        deposit_id: deposit.id,
        cents: deposit.total_cents,
        vat
      })
    }
    planned.forEach((one, index) => {
      const sum = sums[index]
      const id = ids[index]?.id ?? 0
      if (!sum) return
      if (one.kind === 'deposit') deposits.push(made.length)
      made.push({
        id,
        planned: one,
        total_cents: sum.total_cents,
        due_cents: sum.total_cents - (prepaid[index] ?? 0),
        vat: sum.vat
      })
    })
  }
  await issueAll(db, made, file?.id ?? 0, year)
  await payAll(
    db,
    made.filter(() => roll(3) > 0),
    roll
  )
}

function plan(roll: (below: number) => number, day: string, client_id: number, deposits: number[]): Planned {
  const what = roll(20)
  const foreign = roll(25) === 0
  const money = { currency: foreign ? 'CHF' : 'EUR', exchange_rate: foreign ? '1.06430000' : null }
  const kind = what < 2 ? 'deposit' : what < 4 ? 'credit_note' : 'invoice'
  const line = (cents: number, vat_rate: number, nature: 'service' | 'goods') => ({
    label: 'Ligne',
    quantity: 1,
    unit_micros: cents * 10_000,
    discount_bp: 0,
    discount_cents: 0,
    vat_category: 'S' as const,
    vat_rate,
    nature,
    account: roll(4) === 0 ? '708500' : null
  })
  if (kind === 'deposit')
    return {
      kind,
      day,
      client_id,
      lines: [line(1000 + roll(5000), 2000, 'service')],
      discount_bp: 0,
      deducts: null,
      currency: 'EUR',
      exchange_rate: null
    }
  const takes = kind === 'invoice' && !foreign && deposits.length > 0 && roll(4) === 0
  const lines = [line(takes ? 90_000 + roll(90_000) : 900 + roll(200_000), 2000, 'service')]
  if (roll(3) === 0) lines.push(line(333 + roll(9000), 550, 'goods'))
  if (roll(3) === 0) lines.push(line(101 + roll(9000), 2000, 'goods'))
  const deducts = takes ? (deposits.shift() ?? null) : null
  return { kind, day, client_id, lines, discount_bp: roll(5) === 0 ? 333 : 0, deducts, ...money }
}

async function issueAll(db: Knex, made: { id: number; planned: Planned }[], file: number, year: number): Promise<void> {
  const seller = { name: 'Studio', siren: '732829320', vat_on_debits: false }
  const rows = made.map(({ id, planned }, index) => ({
    id,
    day: planned.day,
    position: index + 1,
    number: `F${year}-${String(index + 1).padStart(6, '0')}`
  }))
  for (let first = 0; first < rows.length; first += 500) {
    await db.raw(
      `update invoices i set state = 'issued', number = r.number, series = 'F', year = ?, sequence = r.position, framework = 'S1',
         seller = ?::jsonb, buyer = jsonb_build_object('name', c.name, 'client_id', c.id), document = '{}', issue_date = r.day::date,
         due_date = r.day::date, chain_position = r.position, previous_hash = '\\x', hash = sha256(r.number::bytea),
         pdf_file_id = ?, issued_at = now()
       from json_to_recordset(?::json) as r(id bigint, day text, position bigint, number text), clients c
       where i.id = r.id and c.id = i.client_id`,
      [year, JSON.stringify(seller), file, JSON.stringify(rows.slice(first, first + 500))]
    )
  }
}

/** Each is paid in one or two parts, by some means; some more than was due. */
async function payAll(
  db: Knex,
  made: { id: number; planned: Planned; due_cents: number; vat: VatTotal[] }[],
  roll: (below: number) => number
): Promise<void> {
  const methods = ['transfer', 'card', 'cash', 'cheque', 'stripe']
  const payable = made.filter(
    ({ planned, due_cents }) => planned.kind !== 'credit_note' && planned.currency === 'EUR' && due_cents > 1
  )
  const payments = payable.flatMap(one => {
    const parts =
      roll(3) === 0 ? shareOut(one.due_cents, [1 + roll(9), 1 + roll(9)]).filter(cents => cents > 0) : [one.due_cents]
    return parts.map(cents => ({ one, cents, over: roll(30) === 0 ? 500 : 0, method: methods[roll(5)] ?? 'transfer' }))
  })
  let position = 0
  for (let first = 0; first < payments.length; first += 250) {
    const batch = payments.slice(first, first + 250)
    const ids = await db('payments')
      .insert(
        batch.map(({ one, cents, over, method }) => ({
          client_id: one.planned.client_id,
          cents: cents + over,
          eur_cents: cents + over,
          method,
          paid_on: one.planned.day
        }))
      )
      .returning<{ id: number }[]>('id')
    const rows = batch.flatMap(({ one, cents, over }, index) => {
      const share = splitVat(cents, one.vat)
      const base = {
        client_id: one.planned.client_id,
        payment_id: ids[index]?.id,
        origin_id: ids[index]?.id,
        kind: 'payment',
        currency: 'EUR',
        day: one.planned.day,
        at: new Date(),
        by_name: 'Test',
        previous_hash: '\\x'
      }
      const vat = JSON.stringify(share)
      return [
        { ...base, invoice_id: one.id, cents, eur_cents: cents, vat, eur_vat: vat },
        ...(over > 0 ? [{ ...base, invoice_id: null, cents: over, eur_cents: over, vat: '[]', eur_vat: '[]' }] : [])
      ].map(row => {
        position += 1
        return { ...row, position, hash: createHash('sha256').update(`row ${position}`).digest() }
      })
    })
    await db('payment_transactions').insert(rows)
  }
}
