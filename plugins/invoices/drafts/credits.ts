import { action, decimalOf, divRound, lineTotal, notFound, refuse, splitVat, vatOf, withoutVat } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import type { z } from 'zod'
import type { DocumentLine } from '../contract.ts'
import { aboutInvoice, draftFieldsOf } from './actions.ts'
import { totalsOf } from './amounts.ts'
import { checkCredit, leftOf } from './credit-limits.ts'
import type { Left } from './credit-limits.ts'
import { followersOf } from './credit-queries.ts'
import { CreditForm, InvoiceForm } from './forms.ts'
import * as queries from './queries.ts'
import { addReference } from './related-queries.ts'
import type { DraftFields, Invoice } from './queries.ts'
import { pricedAs } from './session-lines.ts'
import { writeDraft } from './writing.ts'

/** Drafts a credit note (381): of a whole invoice, of chosen quantities of its lines, or of an amount with VAT. */
export const creditInvoice = action({
  name: 'invoices.credit',
  permission: 'invoices.write',
  input: CreditForm,
  async run(running, input) {
    const { db, tell } = running
    const invoice = await issuedInvoice(running, input.id)
    if (invoice.kind === 'credit_note') throw refuse({ '': 'invoices.drafts.errors.credit_of_credit' })
    const { corrected, deducted } = await followersOf(db, invoice.id)
    if (corrected) throw refuse({ '': 'invoices.drafts.errors.corrected_already' })
    if (deducted) throw refuse({ '': 'invoices.drafts.errors.deposit_deducted' })
    const left = await leftOf(db, invoice)
    if (left.total_cents <= 0) throw refuse({ '': 'invoices.drafts.errors.credited_already' })
    const { lines, ...discount } = takenBack(running, invoice, left, input)
    const note = input.reason ?? invoice.note
    const fields: DraftFields = { ...again(invoice), ...discount, kind: 'credit_note', note }
    const id = await writeDraft(running, null, { fields, lines, deposits: [] })
    await addReference(db, id, invoice.id)
    await checkCredit(running, id)
    tell('invoices.drafted', { invoice_id: id })
    return { id, client_id: invoice.client_id, of: invoice.id }
  },
  about: ({ id, client_id, of }) => ({ invoice: [of, id], client: client_id })
})

/** Drafts a corrected invoice (384): a copy of the whole, to be put right, that takes the place of the other when issued. */
export const correctInvoice = action({
  name: 'invoices.correct',
  permission: 'invoices.write',
  input: InvoiceForm,
  async run(running, { id }) {
    const { db, tell } = running
    const invoice = await issuedInvoice(running, id)
    if (invoice.kind === 'credit_note' || invoice.kind === 'deposit')
      throw refuse({ '': 'invoices.drafts.errors.correct_kind' })
    const { corrected, credited, deducts } = await followersOf(db, invoice.id)
    if (corrected) throw refuse({ '': 'invoices.drafts.errors.corrected_already' })
    if (credited || deducts) throw refuse({ '': 'invoices.drafts.errors.correct_by_credit' })
    const lines = await queries.itemsOf(db, invoice.id)
    const fields: DraftFields = { ...again(invoice), kind: 'corrected' }
    const copy = await writeDraft(running, null, { fields, lines, deposits: [] })
    await addReference(db, copy, invoice.id)
    tell('invoices.drafted', { invoice_id: copy })
    return { id: copy, client_id: invoice.client_id }
  },
  about: aboutInvoice
})

async function issuedInvoice({ db }: Running, id: number): Promise<Invoice> {
  const invoice = await queries.lockInvoice(db, id)
  if (!invoice) throw notFound()
  if (invoice.state !== 'issued') throw refuse({ '': 'invoices.drafts.errors.not_issued' })
  return invoice
}

const again = (invoice: Invoice): DraftFields => ({ ...draftFieldsOf(invoice), issue_date: null, discount_code: null })

type Taken = Pick<DraftFields, 'discount_bp' | 'discount_cents' | 'discount_label'> & { lines: DocumentLine[] }
type Input = z.output<typeof CreditForm>

function takenBack(running: Running, invoice: Invoice, left: Left, input: Input): Taken {
  if (input.mode === 'lines') return chosenLines(invoice, left, input)
  const untouched = left.total_cents === invoice.total_cents
  if (input.mode === 'full' && untouched) return allLines(invoice, left)
  const cents = input.mode === 'full' ? left.total_cents : input.cents
  if (!cents) throw refuse({ cents: 'fields.required' })
  if (cents > left.total_cents) {
    const values = { left: running.fmt.money(left.total_cents, invoice.currency), label: '' }
    throw refuse({ cents: { key: 'invoices.drafts.errors.credit_whole', values } })
  }
  const { t } = running.wordsIn(invoice.language)
  return {
    ...noDiscount,
    lines: amountLines(cents, left, t('invoices.drafts.credit_of', { number: invoice.number ?? '' }))
  }
}

const noDiscount = { discount_bp: 0, discount_cents: 0, discount_label: null }

function allLines({ discount_bp, discount_cents, discount_label }: Invoice, { items }: Left): Taken {
  const lines = items.map(item => ({ ...item, source: item.kind === 'line' ? `item:${item.id}` : null }))
  return { discount_bp, discount_cents, discount_label, lines }
}

/** So many of each line; what was taken off the whole in cents comes back as the lines weigh. */
function chosenLines(invoice: Invoice, { items }: Left, { quantities = [] }: Input): Taken {
  const wanted = new Map<number, number>()
  quantities.forEach(({ item_id, quantity }, index) => {
    const item = items.find(({ id, kind }) => id === item_id && kind === 'line')
    const text = String(quantity ?? '').trim()
    if (text === '' || text === '0') return
    const e4 = decimalOf(text, 4)
    const wrong = (key: string) => refuse({ [`quantities.${index}.quantity`]: key })
    if (!item || e4 === undefined) throw wrong('fields.quantity')
    const value = e4 / 10_000
    if (value * item.quantity < 0 || Math.abs(value) > Math.abs(item.left_quantity) + 1e-9)
      throw wrong('invoices.drafts.errors.credit_quantity')
    wanted.set(item.id, value)
  })
  if (wanted.size === 0) throw refuse({ quantities: 'invoices.drafts.errors.credit_nothing' })
  const lines = items.filter(({ id }) => wanted.has(id)).map(item => part(item, wanted.get(item.id) ?? 0))
  const { discount_bp, discount_label } = invoice
  const [all, these] = [totalsOf(items).line_cents, totalsOf(lines).line_cents]
  const discount_cents =
    invoice.discount_cents > 0 && all > 0
      ? Number(divRound(BigInt(invoice.discount_cents) * BigInt(Math.max(0, these)), BigInt(all)))
      : 0
  return { discount_bp, discount_cents, discount_label, lines }
}

/** A quantity of a line, never for more than is left of it: the last part takes what rounding left over. */
function part(item: Left['items'][number], quantity: number): DocumentLine {
  const share_cents =
    item.discount_cents > 0
      ? Number(
          divRound(
            BigInt(item.discount_cents) * BigInt(Math.round(quantity * 10_000)),
            BigInt(Math.round(item.quantity * 10_000))
          )
        )
      : 0
  const line = { ...item, quantity, discount_cents: share_cents, source: `item:${item.id}` }
  const { net_cents, gross_cents } = lineTotal(line)
  if (net_cents <= item.left_cents || item.left_cents < 0) return line
  return { ...line, discount_bp: 0, discount_cents: gross_cents - item.left_cents }
}

/** One line for each rate, as what is left weighs; never more with VAT than was asked for. */
function amountLines(cents: number, { vat }: Left, label: string): DocumentLine[] {
  const parts = splitVat(cents, vat).map(({ vat_category, vat_rate, base_cents, vat_cents }) => {
    const rest = vat.find(one => one.vat_category === vat_category && one.vat_rate === vat_rate)?.base_cents ?? 0
    const base = withoutVat([base_cents + vat_cents], vat_rate)[0] ?? 0
    return { vat_category, vat_rate, base_cents: Math.min(rest, base) }
  })
  const sum = () => parts.reduce((all, one) => all + one.base_cents + vatOf(one.base_cents, one.vat_rate), 0)
  const largest = parts.toSorted((a, b) => b.base_cents - a.base_cents)[0]
  if (largest) for (let over = sum() - cents; over > 0; over = sum() - cents) largest.base_cents -= 1
  return parts
    .filter(({ base_cents }) => base_cents > 0)
    .map(({ vat_category, vat_rate, base_cents }) => ({
      kind: 'line',
      label: label.slice(0, 300),
      description: null,
      ...pricedAs(base_cents, 1),
      unit: 'flat',
      discount_bp: 0,
      discount_cents: 0,
      vat_category,
      vat_rate,
      nature: 'service',
      account: null,
      item_id: null,
      source: null
    }))
}
