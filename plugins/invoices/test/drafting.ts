import type { Knex } from 'knex'
import type { PricedLine } from '@patchbay/core'
import type { Visitor } from '../../../test/helper.ts'
import type { DocumentLine, InvoiceKind } from '../contract.ts'

/** A studio whose card has all that a paper needs, in the normal regime unless `over` says otherwise. */
export async function fillCard(db: Knex, over: Record<string, unknown> = {}): Promise<void> {
  await db('legal_cards').update({
    name: 'Studio des Érables & Fils <Rennes>',
    legal_form: 'SARL',
    capital_cents: 10_000_00,
    address: '12 rue de la Fête',
    postal_code: '35000',
    city: 'Rennes',
    siren: '732829320',
    siret: '73282932000074',
    vat_number: 'FR44732829320',
    register: 'RCS Rennes',
    email: 'compta@erables.example',
    phone: '+33299123456',
    iban: 'FR7630006000011234567890189',
    bic: 'AGRIFRPP',
    ...over
  })
}

/** Whom a draft of a test is for: a business of France unless said otherwise. */
export async function addClient(
  db: Knex,
  over: Record<string, unknown> = {},
  billing: Record<string, unknown> = {}
): Promise<number> {
  const [row] = await db('clients')
    .insert({
      kind: 'company',
      name: 'Groupe « Les Œillets » & Cie',
      email: 'compta@oeillets.example',
      address: '3 place Noël',
      postal_code: '44000',
      city: 'Nantes',
      country: 'FR',
      siren: '404833048',
      vat_number: 'FR83404833048',
      ...over
    })
    .returning<{ id: number }[]>('id')
  const client_id = row?.id ?? 0
  if (Object.keys(billing).length > 0) await db('client_billing').insert({ client_id, ...billing })
  return client_id
}

/** Nobody in business: no address either. */
export const privately = {
  kind: 'person',
  name: 'Zoë Çelik 🎸',
  email: 'zoe@example.test',
  siren: null,
  vat_number: null,
  address: null,
  postal_code: null,
  city: null
}

/** A line of a test: `line(12.5, 45, { vat_rate: 550 })`; the price in units of the currency. */
export const line = (quantity: number, price: number, over: Partial<DocumentLine> = {}): Partial<DocumentLine> => ({
  kind: 'line',
  label: 'Séance d’enregistrement – studio A',
  quantity,
  unit_micros: Math.round(price * 1_000_000),
  unit: 'hour',
  ...over
})

export interface Drafted {
  kind?: InvoiceKind
  lines: readonly Partial<DocumentLine>[]
  refers_to?: readonly number[]
  deposits?: readonly { id: number; cents: number }[]
  [column: string]: unknown
}

/** A draft straight in the database. */
export async function addDraft(db: Knex, client_id: number, { lines, refers_to = [], deposits = [], ...row }: Drafted) {
  return db.transaction(async trx => {
    const [draft] = await trx('invoices')
      .insert({ kind: 'invoice', client_id, ...row })
      .returning<{ id: number }[]>('id')
    const id = draft?.id ?? 0
    if (lines.length > 0)
      await trx('invoice_items').insert(lines.map((one, position) => ({ invoice_id: id, position, ...one })))
    for (const one of refers_to) await trx('invoice_references').insert({ invoice_id: id, refers_to: one })
    for (const { id: deposit_id, cents } of deposits)
      await trx('invoice_deductions').insert({ invoice_id: id, deposit_id, cents, vat: '[]' })
    return id
  })
}

export type { PricedLine }

/** Issues through the real action, and gives the row as it is then. @throws what was answered when it is not issued. */
export async function issue(
  person: Visitor,
  db: Knex,
  id: number,
  more: Record<string, unknown> = {}
): Promise<Issued> {
  const answer = await person.api('POST', '/invoices/issue', { id, ...more }, { confirm: 'true' })
  if (answer.statusCode !== 200) throw new Error(`not issued: ${answer.statusCode} ${answer.body}`)
  return db('invoices').where({ id }).first<Issued>()
}

export interface Issued {
  id: number
  number: string
  sequence: number
  framework: string
  issue_date: string
  due_date: string
  total_cents: number
  open_cents: number
  settled_on: string | null
  hash: Buffer
  previous_hash: Buffer
  chain_position: number
  document: Record<string, unknown>
  pdf_file_id: number
  token_sealed: string
}
