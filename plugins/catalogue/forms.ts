import { decimalOf, fields, form, units, vatCategories, vatRates } from '@patchbay/core'
import type { Unit } from '@patchbay/core'
import { z } from 'zod'

/** What things are sold by, as forms list them. */
export const unitNames = Object.keys(units) as [Unit, ...Unit[]]

/** `HOURS 10` and `hours10` are one code. */
export const codeOf = (text: string): string => text.replace(/\s/g, '').toUpperCase()

/** Hours or sessions with at most two decimals, from `12`, `7,5`. A number (from the API) is as it is. */
const packageQuantity = z
  .preprocess(
    value => (value === '' || value === undefined ? null : value),
    z.union([
      z.null(),
      z.number(),
      z.string().transform((text, context): number => {
        const found = decimalOf(text.trim(), 2)
        if (found !== undefined) return found / 100
        context.addIssue({ code: 'custom', message: 'fields.number' })
        return z.NEVER
      })
    ])
  )
  .pipe(z.number('fields.number').positive('fields.too_small').max(10_000, 'fields.too_large').nullable())

const item = {
  code: fields.optionalText(40),
  label: fields.text(200),
  description: fields.optionalText(2000),
  unit: fields.choice(...unitNames),
  unit_micros: fields.micros(),
  vat_category: fields.choice(...vatCategories).default('S'),
  vat_rate: fields
    .count(0, 10_000)
    .refine(rate => (vatRates as readonly number[]).includes(rate), 'catalogue.errors.vat_rate'),
  nature: fields.choice('service', 'goods').default('service'),
  account: z
    .string()
    .transform(value => value.replace(/\s/g, '').toUpperCase())
    .refine(value => value === '' || /^[0-9A-Z]{3,20}$/.test(value), 'catalogue.errors.account')
    .transform(value => value || null)
    .nullish()
    .transform(value => value ?? null),
  /** One of it is so many hours or sessions paid in advance. */
  package_unit: fields
    .choice('hour', 'session')
    .or(z.literal('').transform(() => null))
    .nullish()
    .transform(value => value ?? null),
  package_quantity: packageQuantity.optional().transform(value => value ?? null),
  package_days: fields.optionalCount(1, 3660)
}

export const ItemForm = form(item)
export type ItemInput = z.output<typeof ItemForm>
export const ChangeItemForm = form({ id: fields.id(), version: fields.optionalId(), ...item })
export const ItemIdForm = form({ id: fields.id() })

/** The catalogue's address. */
export const CatalogueQuery = form({
  q: fields.optionalText(100),
  nature: fields.choice('service', 'goods').optional(),
  package: fields.choice('1').optional(),
  archived: fields.choice('1').optional(),
  sort: fields.choice('label', '-label', 'unit_micros', '-unit_micros').optional(),
  after: fields.optionalText(500),
  before: fields.optionalText(500)
})
export type CatalogueQuery = z.output<typeof CatalogueQuery>

/** An item's price in a list: its own, or a part off; neither is the list's part. */
const listPrice = z.strictObject({
  item_id: fields.id(),
  unit_micros: z.preprocess(empty, z.union([z.null(), fields.micros()])).optional(),
  discount_bp: z.preprocess(empty, z.union([z.null(), fields.basisPoints()])).optional()
})

const priceList = {
  name: fields.text(100),
  discount_bp: fields.optionalBasisPoints().transform(value => value ?? 0),
  prices: z
    .array(listPrice)
    .max(500, 'fields.too_many')
    .optional()
    .transform(rows => rows ?? [])
}
export const PriceListForm = form(priceList)
export const ChangePriceListForm = form({ id: fields.id(), version: fields.optionalId(), ...priceList })
export const PriceListIdForm = form({ id: fields.id() })
/** No list: the catalogue's own prices. */
export const ClientListForm = form({ client_id: fields.id(), list_id: fields.optionalId() })

const code = {
  code: z
    .string()
    .transform(codeOf)
    .pipe(z.string().regex(/^[A-Z0-9_-]{3,30}$/, 'catalogue.errors.code')),
  label: fields.optionalText(200),
  kind: fields.choice('part', 'amount'),
  discount_bp: fields.optionalBasisPoints(),
  discount_cents: fields.optionalCents(),
  valid_from: fields.optionalDay(),
  valid_to: fields.optionalDay(),
  client_id: fields.optionalId(),
  client_name: fields.optionalText(200),
  minimum_cents: fields.optionalCents().transform(value => value ?? 0),
  max_uses: fields.optionalCount(1, 1_000_000),
  max_per_client: fields.optionalCount(1, 1000)
}
export const CodeForm = form(code)
export type CodeInput = z.output<typeof CodeForm>
export const ChangeCodeForm = form({ id: fields.id(), version: fields.optionalId(), ...code })
export const CodeIdForm = form({ id: fields.id() })

function empty(value: unknown): unknown {
  return typeof value === 'string' && value.trim() === '' ? null : (value ?? null)
}
