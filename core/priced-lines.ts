import { z } from 'zod'
import { choice, flag, optionalId, optionalText } from './forms.ts'
import { centsField, decimalField, decimalOf, parseCents } from './money.ts'
import { parseDuration } from './time.ts'
import { largestAmount, units, vatCategories, vatRates } from './totals.ts'
import type { PricedLine, Unit, VatCategory, WholeDiscount } from './totals.ts'

/*
 * The lines of a priced document as people type them, and as their form shows them again. A form with lines has
 * `lines: pricedLines()` and `more_rows: moreRows()`, and includes the view `invoices/_lines`.
 */

/** A line as it was typed. What is no `line` (a heading, a text) has no price and counts nothing. */
export interface TypedLine extends PricedLine {
  kind: 'line' | 'section' | 'text'
  label: string
  description: string | null
  unit: Unit
  nature: 'service' | 'goods'
  account: string | null
  item_id: number | null
  source: string | null
  /** Of a quote: the client chooses whether they take it, and whether it is taken now. */
  optional: boolean
  chosen: boolean
}

/** More is a slip of the hand. */
export const largestQuantity = 1_000_000
const mostLines = 300

/**
 * The rows `lines.0.label`, `lines.0.quantity`…; rows in which nothing was typed are dropped. Unit prices are typed as
 * `45,50` (a number, from the API, is millionths already), discounts as `10 %` or `15,00`, hours also as `2h30`, VAT as
 * `S-2000`: category and rate. Without VAT it is the usual 20 %. With `options`, lines may be left to the client's choice.
 */
export const pricedLines = ({ options = false }: { options?: boolean } = {}) =>
  z
    .array(options ? rowWithOptions : lineRow)
    .max(mostLines, 'fields.too_many')
    .optional()
    .transform((rows, context): TypedLine[] => {
      const lines = (rows ?? []).filter(row => row !== null)
      const all = lines.filter(isPriced).reduce((sum, line) => sum + roughly(line), 0)
      if (Math.abs(all) > largestAmount) context.addIssue({ code: 'custom', message: 'fields.document_too_large' })
      return lines
    })

/** The button that gives a form without script more empty rows: an action whose form has it refuses with no error. */
export const moreRows = () => flag()

/** What is taken off the whole: `10 %` or `15,00`. */
export const wholeDiscount = () => discountField

/** Whether a row has a price. */
export const isPriced = (line: { kind: string }): boolean => line.kind === 'line'

const typedText = z.union([z.string(), z.number()]).nullish()
const plain = (value: string | number | null | undefined) => String(value ?? '').trim()

const discountField = typedText.transform((typed, context): WholeDiscount => {
  const found = parseDiscount(plain(typed))
  if (found) return found
  context.addIssue({ code: 'custom', message: 'fields.discount' })
  return z.NEVER
})

const row = z.strictObject({
  kind: choice('line', 'section', 'text').optional(),
  label: optionalText(300),
  description: optionalText(2000),
  quantity: typedText,
  unit: choice(...(Object.keys(units) as [Unit, ...Unit[]])).optional(),
  unit_micros: typedText,
  discount: discountField,
  vat: z.string().optional(),
  nature: choice('service', 'goods').optional(),
  account: optionalText(20),
  item_id: optionalId(),
  source: optionalText(60)
})
const lineRow = row.transform((typed, context) => lineOf({ ...typed, optional: false, chosen: false }, context))
const rowWithOptions = row
  .extend({ optional: flag(), chosen: flag() })
  .transform((typed, context) => lineOf(typed, context))

function lineOf(
  typed: z.output<typeof row> & { optional: boolean; chosen: boolean },
  context: z.RefinementCtx
): TypedLine | null {
  const wrong = (field: string, message: string) => context.addIssue({ code: 'custom', message, path: [field] })
  const { kind = 'line', unit = 'piece', label, description, discount, nature = 'service' } = typed
  const blank = [label, description, plain(typed.quantity), plain(typed.unit_micros)].every(value => !value)
  if (blank) return null
  if (!label) wrong('label', 'fields.required')
  if (typed.account && !/^[0-9A-Z]{3,20}$/.test(typed.account)) wrong('account', 'fields.account')
  const kept = {
    kind,
    label: label ?? '',
    description,
    account: typed.account,
    item_id: typed.item_id,
    source: typed.source,
    nature,
    unit,
    optional: typed.optional,
    chosen: typed.chosen
  }
  const vat = vatOfKey(typed.vat || 'S-2000')
  if (!vat) wrong('vat', 'fields.vat_rate')
  if (kind !== 'line') return { ...kept, ...priceless, ...(vat ?? usualVat) }
  const quantity = plain(typed.quantity) === '' ? 1 : parseQuantity(typed.quantity ?? '', unit)
  if (quantity === undefined) wrong('quantity', 'fields.quantity')
  else if (Math.abs(quantity) > largestQuantity) wrong('quantity', 'fields.quantity_too_large')
  const unit_micros = parseMicros(typed.unit_micros ?? '')
  if (unit_micros === undefined) wrong('unit_micros', 'fields.unit_price')
  else if (unit_micros < 0) wrong('unit_micros', 'fields.unit_price_negative')
  const line = { ...kept, ...discount, ...(vat ?? usualVat), quantity: quantity ?? 0, unit_micros: unit_micros ?? 0 }
  const gross = roughly({ ...line, discount_bp: 0, discount_cents: 0 })
  if (Math.abs(gross) > largestAmount || line.unit_micros > largestAmount * 10_000)
    wrong('unit_micros', 'fields.line_too_large')
  if (line.discount_cents > Math.max(0, Math.round(gross))) wrong('discount', 'fields.discount_too_large')
  return line
}

const usualVat = { vat_category: 'S', vat_rate: 2000 } as const
const priceless = { quantity: 1, unit_micros: 0, discount_bp: 0, discount_cents: 0 }

/** Near enough to tell what is far too much; what a line comes to exactly is `lineTotal`'s to say. */
const roughly = ({ quantity, unit_micros, discount_bp, discount_cents }: PricedLine): number =>
  ((quantity * unit_micros) / 10_000) * (1 - discount_bp / 10_000) - discount_cents

/** `S-2000` of a line. */
export const vatKey = ({ vat_category, vat_rate }: Pick<PricedLine, 'vat_category' | 'vat_rate'>): string =>
  `${vat_category}-${vat_rate}`

/** Undefined for a category or a rate that does not exist: only S has a rate, and those of France. */
export function vatOfKey(key: string): { vat_category: VatCategory; vat_rate: number } | undefined {
  const [, name, digits] = /^([A-Z]{1,2})-(\d{1,4})$/.exec(key) ?? []
  const vat_category = vatCategories.find(category => category === name)
  const vat_rate = vatRates.find(rate => String(rate) === digits)
  if (!vat_category || vat_rate === undefined || (vat_category === 'S') !== vat_rate > 0) return undefined
  return { vat_category, vat_rate }
}

/** A number is millionths already. What is far too much is Infinity, for the line to say so. */
function parseMicros(typed: string | number): number | undefined {
  if (typeof typed === 'number') return Number.isInteger(typed) ? typed : undefined
  if (typed.trim() === '') return 0
  return decimalOf(typed, 6) ?? (parseCents(typed) === undefined ? undefined : Infinity)
}

function parseQuantity(typed: string | number, unit: Unit): number | undefined {
  if (typeof typed === 'number') return Number.isFinite(typed) && fits(typed) ? typed : undefined
  const value = decimalOf(typed, 4)
  if (value !== undefined) return value / 10_000
  if (unit !== 'hour') return undefined
  const minutes = parseDuration(typed.trim())
  return minutes === undefined ? undefined : Math.round((minutes / 60) * 10_000) / 10_000
}
const fits = (value: number) =>
  Math.abs(value * 10_000 - Math.round(value * 10_000)) < 1e-6 * Math.max(1, Math.abs(value))

function parseDiscount(text: string): WholeDiscount | undefined {
  if (text === '') return { discount_bp: 0, discount_cents: 0 }
  const percent = /^(.*?)\s*%$/.exec(text)?.[1]
  if (percent === undefined) {
    const cents = parseCents(text)
    return cents === undefined || cents < 0 ? undefined : { discount_bp: 0, discount_cents: cents }
  }
  const discount_bp = decimalOf(percent, 2)
  if (discount_bp === undefined || discount_bp < 0 || discount_bp > 10_000) return undefined
  return { discount_bp, discount_cents: 0 }
}

/** A document's line as the row of its form: `{ quantity: '1,5', unit_micros: '45,50', discount: '10 %', vat: 'S-2000' … }`. */
export function lineValues(
  line: Omit<TypedLine, 'optional' | 'chosen'> & { optional?: boolean; chosen?: boolean },
  locale: 'fr' | 'en'
): Record<string, unknown> {
  const priced = isPriced(line)
  return {
    kind: line.kind,
    label: line.label,
    description: line.description ?? '',
    quantity: priced ? quantityText(line.quantity, locale) : '',
    unit: line.unit,
    unit_micros: priced ? microsText(line.unit_micros, locale) : '',
    discount: priced ? discountText(line, locale) : '',
    vat: vatKey(line),
    nature: line.nature,
    account: line.account ?? '',
    item_id: line.item_id ?? '',
    source: line.source ?? '',
    optional: line.optional ?? false,
    chosen: line.chosen ?? false
  }
}

/** `45,50` of 45,500,000; as many decimals as it takes. */
export const microsText = (micros: number, locale: 'fr' | 'en'): string => decimalField(micros, 6, locale, 2)

/** `1,5`, in French. */
export const quantityText = (quantity: number, locale: 'fr' | 'en'): string =>
  decimalField(Math.round(quantity * 10_000), 4, locale)

/** `10 %`, `15,00`, or nothing. */
export function discountText({ discount_bp, discount_cents }: WholeDiscount, locale: 'fr' | 'en'): string {
  if (discount_bp > 0) return `${decimalField(discount_bp, 2, locale)} %`
  return discount_cents > 0 ? centsField(discount_cents, locale) : ''
}
