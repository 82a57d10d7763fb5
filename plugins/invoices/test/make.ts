import type { Knex } from 'knex'
import { totals } from '@patchbay/core'
import type { PricedLine, Running, VatTotal } from '@patchbay/core'
import { filesOf, saveFile } from '@patchbay/core/storage'
import type { Folder } from '@patchbay/core/folder'
import type { House } from '../../../test/helper.ts'
import { linkHash } from '../chain.ts'
import type { InvoiceKind, MoneyRecorded } from '../contract.ts'
import { useCredit } from '../payments/credit.ts'
import { recordPayment } from '../payments/recording.ts'
import { sampleDocument } from './sample.ts'

/** What an issued invoice of a test is; the rest is as usual. Amounts in cents. */
export interface Made {
  client_id?: number
  kind?: InvoiceKind
  lines?: readonly (readonly [cents: number, vat_rate: number])[]
  currency?: string
  exchange_rate?: string
  issue_date?: string
  due_date?: string
  refers_to?: readonly number[]
  deducts?: readonly number[]
}

export async function makeClient(db: Knex, name = 'Les Oiseaux'): Promise<number> {
  const [client] = await db('clients').insert({ kind: 'band', name }).returning<{ id: number }[]>('id')
  return client?.id ?? 0
}

/**
 * An issued invoice straight in the database, numbered and chained as the issue does it, with a file that is no PDF: for
 * tests of what comes after.
 */
export async function makeInvoice(
  house: House | { db: Knex; folder: Folder },
  made: Made = {}
): Promise<{ id: number; number: string; due_cents: number }> {
  const { db } = house
  const folder = 'folder' in house ? house.folder : filesOf(house.host.env, house.studio)
  const client_id = made.client_id ?? (await makeClient(db))
  return db.transaction(async tx => {
    const priced = (made.lines ?? [[10_000, 2000]]).map(([cents, vat_rate]) => lineOf(cents, vat_rate))
    const sum = totals(priced)
    const deposits = await tx('invoices').whereIn('id', made.deducts ?? [])
    const prepaid_cents = deposits.reduce((all, { due_cents }) => all + Number(due_cents), 0)
    const issue_date = made.issue_date ?? new Date().toISOString().slice(0, 10)
    const [draft] = await tx('invoices')
      .insert({
        kind: made.kind ?? 'invoice',
        client_id,
        currency: made.currency ?? 'EUR',
        exchange_rate: made.exchange_rate ?? null,
        net_cents: sum.net_cents,
        vat_cents: sum.vat_cents,
        total_cents: sum.total_cents,
        prepaid_cents,
        due_cents: sum.total_cents - prepaid_cents,
        vat: JSON.stringify(sum.vat)
      })
      .returning<{ id: number }[]>('id')
    const id = draft?.id ?? 0
    await tx('invoice_items').insert(
      priced.map((line, position) => ({
        invoice_id: id,
        position,
        label: `Ligne ${position}`,
        net_cents: sum.lines[position]?.net_cents,
        ...line
      }))
    )
    for (const deposit of deposits) await tx('invoice_deductions').insert(deduction(id, deposit))
    for (const refers_to of made.refers_to ?? []) await tx('invoice_references').insert({ invoice_id: id, refers_to })
    const series = made.kind === 'credit_note' ? 'A' : 'F'
    const number = await issue(tx, id, { folder, series, issue_date, due_date: made.due_date ?? issue_date })
    return { id, number, due_cents: sum.total_cents - prepaid_cents }
  })
}

/** Money for an invoice, entered by a person of the studio as the action does it. */
export const makePayment = (db: Knex, person: number, invoice_id: number, cents: number): Promise<MoneyRecorded> =>
  db.transaction(trx =>
    recordPayment(runningOn(trx, person), {
      client_id: null,
      cents,
      currency: 'EUR',
      method: 'transfer',
      paid_on: new Date().toISOString().slice(0, 10),
      reference: null,
      payer: null,
      external: null,
      allocate: [{ invoice_id, cents: null }]
    })
  )

/** All credit there is, used for an invoice. */
export const makeCreditUse = (db: Knex, person: number, invoice_id: number): Promise<number> =>
  db.transaction(trx => useCredit(runningOn(trx, person), { invoice_id, cents: null }))

/** As much of what an action is given as entering money takes: for tests that have no host at hand. */
const runningOn = (db: Knex, person: number) =>
  ({
    db,
    studio: { timezone: 'Europe/Paris' },
    person: { id: person, name: 'Test' },
    tell: () => undefined
  }) as unknown as Running

const deduction = (invoice_id: number, deposit: { id: number; due_cents: number; vat: VatTotal[] }) => ({
  invoice_id,
  deposit_id: deposit.id,
  cents: deposit.due_cents,
  vat: JSON.stringify(
    deposit.vat.map(({ vat_category, vat_rate, base_cents, vat_cents }) => ({
      vat_category,
      vat_rate,
      base_cents,
      vat_cents
    }))
  )
})

function lineOf(cents: number, vat_rate: number): PricedLine {
  return {
    quantity: cents < 0 ? -1 : 1,
    unit_micros: Math.abs(cents) * 10_000,
    discount_bp: 0,
    discount_cents: 0,
    vat_category: 'S',
    vat_rate
  }
}

async function issue(
  tx: Knex.Transaction,
  id: number,
  { folder, series, issue_date, due_date }: { folder: Folder; series: string; issue_date: string; due_date: string }
): Promise<string> {
  const year = Number(issue_date.slice(0, 4))
  await tx('invoice_series').insert({ series, year }).onConflict().ignore()
  const [numbered] = await tx('invoice_series')
    .where({ series, year })
    .update({ last_sequence: tx.raw('last_sequence + 1'), last_date: issue_date })
    .returning<{ last_sequence: number }[]>('last_sequence')
  const sequence = numbered?.last_sequence ?? 0
  const head = await tx('invoice_chain').forUpdate().first<{ position: number; hash: Buffer }>()
  const number = `${series}${year}-${String(sequence).padStart(6, '0')}`
  // what the row says, the frozen document says
  const { kind, currency, net_cents, vat_cents, total_cents, vat } = await tx('invoices').where({ id }).first()
  const sample = sampleDocument(number, issue_date, 0)
  const document = { ...sample, kind, currency, totals: { ...sample.totals, net_cents, vat_cents, total_cents, vat } }
  const position = head.position + 1
  const hash = linkHash(head.hash, document)
  const file = await saveFile({ db: tx, folder }, Buffer.from(`%PDF-1.7 ${number}`), {
    name: number,
    media_type: 'application/pdf'
  })
  await tx('invoices')
    .where({ id })
    .update({
      state: 'issued',
      number,
      series,
      year,
      sequence,
      issue_date,
      due_date,
      framework: 'S1',
      seller: '{}',
      buyer: JSON.stringify(document.buyer),
      document: JSON.stringify(document),
      chain_position: position,
      previous_hash: head.hash,
      hash,
      pdf_file_id: file.id,
      issued_at: tx.fn.now()
    })
  await tx('invoice_chain').update({ position, hash })
  return number
}
