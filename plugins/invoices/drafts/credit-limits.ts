import { refuse } from '@patchbay/core'
import type { Running, VatTotal } from '@patchbay/core'
import { creditedLines, creditedOf, referredBy, releaseSources } from './credit-queries.ts'
import * as queries from './queries.ts'
import { deductionsOf } from './related-queries.ts'
import type { Invoice, Item } from './queries.ts'

/**
 * A credit note never takes back more than there is: of the whole, of a rate, of a line. Other credit notes of the invoice
 * count, drafts too. Locks the invoice; inside the transaction that writes the note, and again in the one that issues it.
 * @throws Refusal on `lines`
 */
export async function checkCredit({ db, fmt }: Pick<Running, 'db' | 'fmt'>, credit_note_id: number): Promise<void> {
  const [of] = await referredBy(db, credit_note_id)
  const invoice = of === undefined ? undefined : await queries.lockInvoice(db, of)
  const note = await queries.findInvoice(db, credit_note_id)
  if (!invoice || !note) throw refuse({ '': 'invoices.drafts.errors.credit_of_nothing' })
  const left = await leftOf(db, invoice, credit_note_id)
  if (note.total_cents > left.total_cents) throw tooMuch('whole', fmt.money(left.total_cents, invoice.currency))
  for (const group of note.vat) {
    const base = left.vat.find(one => sameRate(one, group))?.base_cents ?? 0
    if (group.base_cents > base) throw tooMuch('rate', fmt.money(base, invoice.currency))
  }
  for (const line of await queries.itemsOf(db, credit_note_id)) {
    const item = left.items.find(one => line.source === `item:${one.id}`)
    if (item && Math.abs(line.net_cents) > Math.abs(item.left_cents))
      throw tooMuch('line', fmt.money(item.left_cents, invoice.currency), item.label)
  }
}

/** After a credit note is issued: an invoice that is taken back in full bills nothing any more. */
export async function releaseCredited({ db }: Pick<Running, 'db'>, credit_note_id: number): Promise<void> {
  for (const id of await referredBy(db, credit_note_id)) {
    const invoice = await queries.findInvoice(db, id)
    const { total_cents } = await creditedOf(db, id, 0, 'issued')
    if (invoice && total_cents >= invoice.total_cents) await releaseSources(db, id)
  }
}

export interface Left {
  /** With VAT; what deposits paid for is theirs to take back. */
  total_cents: number
  vat: VatTotal[]
  items: (Item & { left_cents: number; left_quantity: number })[]
}

/** What of an issued invoice can still be taken back, `but` one credit note. */
export async function leftOf(db: Running['db'], invoice: Invoice, but = 0): Promise<Left> {
  const credited = await creditedOf(db, invoice.id, but)
  const lines = await creditedLines(db, invoice.id, but)
  const items = await queries.itemsOf(db, invoice.id)
  const deducted = (await deductionsOf(db, invoice.id)).map(({ vat }) => vat)
  const taken = [...credited.vat, ...deducted].flat()
  return {
    total_cents: invoice.due_cents - credited.total_cents,
    vat: invoice.vat.map(group => {
      const gone = taken.filter(one => sameRate(one, group))
      const base_cents = gone.reduce((rest, one) => rest - one.base_cents, group.base_cents)
      return { ...group, base_cents, vat_cents: gone.reduce((rest, one) => rest - one.vat_cents, group.vat_cents) }
    }),
    items: items.map(item => ({
      ...item,
      left_cents: item.net_cents - (lines.get(item.id)?.net_cents ?? 0),
      left_quantity: item.quantity - (lines.get(item.id)?.quantity ?? 0)
    }))
  }
}

type Rate = Pick<VatTotal, 'vat_category' | 'vat_rate'>
const sameRate = (a: Rate, b: Rate) => a.vat_category === b.vat_category && a.vat_rate === b.vat_rate

const tooMuch = (of: 'whole' | 'rate' | 'line', left: string, label = '') =>
  refuse({ lines: { key: `invoices.drafts.errors.credit_${of}`, values: { left, label } } })
