import { fields, form, parseCents } from '@patchbay/core'
import { isIban } from '@patchbay/core/iban'
import { z } from 'zod'
import { expenseKinds, expenseStates, paymentMethods, recurrences } from './contract.ts'

/** Cents, less than nothing too, from `-45,50`. A number (from the API) is cents already. */
const signedCents = () =>
  z
    .union([
      z.int('fields.money'),
      z.string().transform((text, context): number => {
        const cents = parseCents(text.replace('−', '-'))
        if (cents !== undefined) return cents
        context.addIssue({ code: 'custom', message: 'fields.money' })
        return z.NEVER
      })
    ])
    .pipe(z.int().min(-largest, 'fields.too_small').max(largest, 'fields.too_large'))

/** Ten million euros. More is a slip of the hand. */
const largest = 10_000_000_00

const optionalSignedCents = () =>
  z
    .preprocess(
      value => (typeof value === 'string' && value.trim() === '' ? null : (value ?? null)),
      z.union([z.null(), signedCents()])
    )
    .optional()
    .transform((value): number | null => value ?? null)

/** `FR`, `20`: the rates of France in hundredths of a per cent, or what a line came with. */
const rate = () => fields.count(0, 10_000)

const optionalIban = () =>
  fields.optionalText(50).transform((text, context): string | null => {
    const plain = text?.replace(/\s/g, '').toUpperCase() ?? null
    if (plain === null || isIban(plain)) return plain
    context.addIssue({ code: 'custom', message: 'expenses.errors.iban' })
    return z.NEVER
  })

const line = form({
  label: fields.optionalText(300),
  category_id: fields.optionalId(),
  amount_cents: signedCents(),
  vat_rate: rate().default(2000),
  /** Typed where the paper says another than the rate makes. */
  vat_cents: optionalSignedCents(),
  /** Hundredths of a per cent of the VAT; none: the category's. */
  recoverable_bp: fields.optionalCount(0, 10_000)
})
export type LineInput = z.output<typeof line>

/** A row in which no amount was typed is none. */
const lines = () =>
  z
    .preprocess(
      rows => (Array.isArray(rows) ? rows.filter(row => !isEmptyRow(row)) : (rows ?? [])),
      z.array(line).max(40, 'expenses.errors.lines')
    )
    .default([])

const isEmptyRow = (row: unknown): boolean => {
  const { amount_cents, label } = (row ?? {}) as Record<string, unknown>
  return [amount_cents, label].every(value => value === undefined || (typeof value === 'string' && value.trim() === ''))
}

/** `1,0842` as a number of at most eight decimals. */
const exchange = () =>
  fields.optionalText(30).transform((text, context): number | null => {
    if (text === null) return null
    const value = /^\d{1,8}([.,]\d{1,8})?$/.test(text) ? Number(text.replace(',', '.')) : 0
    if (value > 0) return value
    context.addIssue({ code: 'custom', message: 'fields.number' })
    return z.NEVER
  })

const expense = {
  kind: fields.choice(...expenseKinds).default('receipt'),
  supplier_id: fields.optionalId(),
  supplier_name: fields.optionalText(200),
  number: fields.optionalText(100),
  duplicate_ok: fields.flag(),
  order_number: fields.optionalText(100),
  issue_date: fields.optionalPastDay(),
  due_date: fields.optionalDay(),
  currency: z
    .string()
    .trim()
    .transform(text => text.toUpperCase())
    .pipe(z.string().regex(/^[A-Z]{3}$/, 'expenses.errors.currency'))
    .default('EUR'),
  exchange_rate: exchange(),
  exchange_source: fields.optionalText(200),
  with_vat: fields.flag(),
  lines: lines(),
  session_id: fields.optionalId(),
  client_id: fields.optionalId(),
  client_name: fields.optionalText(200),
  /** What else it was for, `project:3`: whoever offers it there says so. */
  source: z
    .union([z.literal('').transform(() => null), z.string().regex(/^[a-z-]+:[1-9]\d{0,14}$/, 'fields.choice')])
    .nullish()
    .transform(source => source ?? null),
  note: fields.optionalText(5000),
  /** Paid at once, as receipts mostly are. */
  paid_on: fields.optionalPastDay(),
  method: fields.choice(...paymentMethods).default('card'),
  photo: fields.optionalPhoto(),
  /** Record it with that; whoever may not leaves a draft. */
  record: fields.flag()
}
export const ExpenseForm = form(expense)
export type ExpenseInput = z.output<typeof ExpenseForm>

const { photo: _photo, paid_on: _paid, method: _method, ...changing } = expense
/** `version` is the one it was read with. */
export const ChangeExpenseForm = form({ id: fields.id(), version: fields.optionalId(), ...changing })
export type ChangeInput = z.output<typeof ChangeExpenseForm>

export const ExpenseIdForm = form({ id: fields.id() })

/** A file that came from elsewhere: of a form its bytes, from the API in base64. */
const received = () =>
  z.union([
    z.custom<Buffer>(value => Buffer.isBuffer(value) && value.length > 0, 'expenses.errors.file'),
    z
      .base64('expenses.errors.file')
      .min(1, 'fields.required')
      .transform(bytes => Buffer.from(bytes, 'base64'))
      .refine(bytes => bytes.length <= fields.largestFile, 'expenses.errors.file_large')
  ])
export const ReceiveForm = form({ file: received(), name: fields.optionalText(200) })
export const AddFileForm = form({ id: fields.id(), file: received(), name: fields.optionalText(200) })
export const FileIdForm = form({ id: fields.id(), file_id: fields.id() })

export const PayForm = form({
  id: fields.id(),
  paid_on: fields.pastDay(),
  method: fields.choice(...paymentMethods),
  /** None: what is open. */
  amount_cents: optionalSignedCents(),
  reference: fields.optionalText(200)
})
export const PaymentIdForm = form({ id: fields.id(), payment_id: fields.id() })

export const RepeatForm = form({
  id: fields.id(),
  every: fields.choice(...recurrences),
  day: fields.count(1, 31),
  until: fields.optionalDay()
})

const supplier = {
  name: fields.text(200),
  siren: fields
    .optionalText(20)
    .transform(text => text?.replace(/\s/g, '') ?? null)
    .pipe(
      z
        .string()
        .regex(/^\d{9}$/, 'expenses.errors.siren')
        .nullable()
    ),
  vat_number: fields
    .optionalText(30)
    .transform(text => text?.replace(/[\s.-]/g, '').toUpperCase() ?? null)
    .pipe(
      z
        .string()
        .regex(/^[A-Z]{2}[0-9A-Z]{2,13}$/, 'expenses.errors.vat_number')
        .nullable()
    ),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'fields.choice')
    .default('FR'),
  iban: optionalIban(),
  email: fields.optionalEmail(),
  category_id: fields.optionalId(),
  note: fields.optionalText(5000)
}
export const SupplierForm = form({ id: fields.id(), version: fields.optionalId(), ...supplier })

const category = {
  label: fields.optionalText(80),
  account: fields.text(12).pipe(z.string().regex(/^\d{3,12}$/, 'expenses.errors.account')),
  /** Per cent. */
  recoverable: fields.count(0, 100)
}
export const CategoryForm = form({ ...category, label: fields.text(80) })
export const ChangeCategoryForm = form({ id: fields.id(), ...category, archived: fields.flag() })

/** What the list can be asked, as it stands in its address. */
export const ExpensesQuery = form({
  q: fields.optionalText(100),
  state: fields.choice(...expenseStates).optional(),
  paid: fields.choice('no', 'yes', 'late').optional(),
  category: fields.optionalId(),
  supplier: fields.optionalId(),
  session: fields.optionalId(),
  month: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'fields.day')
    .optional(),
  sort: fields.choice('date', '-date', 'total', '-total', 'due', '-due').optional(),
  after: fields.optionalText(500),
  before: fields.optionalText(500)
})
export type ExpensesQuery = z.output<typeof ExpensesQuery>

export const SuppliersQuery = form({
  q: fields.optionalText(100),
  after: fields.optionalText(500),
  before: fields.optionalText(500)
})
export type SuppliersQuery = z.output<typeof SuppliersQuery>
