import { fields, form } from '@patchbay/core'
import { isIban } from '@patchbay/core/iban'
import { z } from 'zod'
import { asideCategories, lineStates } from './contract.ts'
import { meanings } from './csv-statement.ts'

const iban = () =>
  fields.optionalText(50).transform((text, context): string | null => {
    const plain = text?.replace(/\s/g, '').toUpperCase() ?? null
    if (plain === null || isIban(plain)) return plain
    context.addIssue({ code: 'custom', message: 'bank.errors.iban' })
    return z.NEVER
  })

const account = { name: fields.text(100), iban: iban() }
export const AccountForm = form(account)
export const ChangeAccountForm = form({ id: fields.id(), ...account, archived: fields.flag() })

/** A statement's file: of a form its bytes, from the API in base64. A CSV file does not say whose it is. */
export const StatementForm = form({
  account_id: fields.optionalId(),
  file: z.union([
    z.custom<Buffer>(value => Buffer.isBuffer(value) && value.length > 0, 'bank.errors.not_statement'),
    z
      .base64('bank.errors.not_statement')
      .min(1, 'fields.required')
      .transform(bytes => Buffer.from(bytes, 'base64'))
      .refine(bytes => bytes.length <= fields.largestFile, 'bank.errors.too_large')
  ])
})

/** What the columns of a file that waits mean. */
export const ColumnsForm = form({
  id: fields.id(),
  columns: z.union([
    z.array(z.enum(meanings, 'fields.choice')),
    z.enum(meanings, 'fields.choice').transform(one => [one])
  ]),
  leave_errors: fields.flag()
})

const target = z
  .string('fields.choice')
  .regex(/^(invoice|expense):\d{1,15}$/, 'fields.choice')
  .transform(text => {
    const [kind, id] = text.split(':')
    return { kind: kind === 'invoice' ? ('invoice' as const) : ('expense' as const), id: Number(id) }
  })

/** What a line paid: one thing, or several with how much each. An invoice that was not proposed is named by its number. */
export const MatchForm = form({
  id: fields.id(),
  targets: z
    .preprocess(
      rows =>
        Array.isArray(rows) ? rows.filter(row => Boolean((row as { target?: unknown } | null)?.target)) : (rows ?? []),
      z.array(form({ target, amount_cents: fields.optionalCents() })).max(50, 'fields.too_many')
    )
    .default([]),
  invoice_number: fields.optionalText(40)
})
export type MatchInput = z.output<typeof MatchForm>

export const SureForm = form({ ids: fields.ids() })
export const AsideForm = form({
  id: fields.id(),
  category: fields.choice(...asideCategories),
  note: fields.optionalText(1000)
})
export const LineIdForm = form({ id: fields.id() })

/** What the list of lines can be asked, as it stands in its address. */
export const LinesQuery = form({
  q: fields.optionalText(100),
  state: fields.choice(...lineStates, 'all').optional(),
  account: fields.optionalId(),
  side: fields.choice('in', 'out').optional(),
  after: fields.optionalText(500),
  before: fields.optionalText(500)
})
export type LinesQuery = z.output<typeof LinesQuery>
