import { fields, form } from '@patchbay/core'
import { z } from 'zod'
import { personIds } from '../crew/person-fields.ts'
import { roundings } from './making.ts'
import type { PolicyStep } from './policies.ts'

/** VAT rates in hundredths of a per cent: the mainland's, then overseas'. */
export const vatRates = [2000, 1000, 550, 210, 850, 175, 105, 90, 0] as const

const vat = (value: number) => (vatRates as readonly number[]).includes(value)

/** A room's VAT rate; 20 % when nothing is said. */
export const vatRate = () =>
  fields
    .optionalCount(0, 10_000)
    .transform(value => value ?? 2000)
    .refine(vat, 'fields.choice')

const percent = () => fields.optionalCount(1, 100)

const rule = {
  name: fields.text(120),
  room_id: fields.optionalId(),
  weekdays: fields
    .ids()
    .pipe(z.array(z.int().max(7, 'fields.choice')))
    .transform(days => (days.length === 0 ? [1, 2, 3, 4, 5, 6, 7] : days.toSorted((a, b) => a - b))),
  from_clock: fields.optionalClock(),
  to_clock: fields.optionalClock(),
  valid_from: fields.optionalDay(),
  valid_to: fields.optionalDay(),
  unit: fields.choice('hour', 'half_day', 'day', 'lockout'),
  cents: fields.cents(),
  minimum_minutes: fields.optionalMinutes(),
  overtime_cents: fields.optionalCents(),
  /** Empty: the room's. */
  vat_rate: fields.optionalCount(0, 10_000).refine(value => value === null || vat(value), 'fields.choice')
}

/** A price rule. No day ticked is every day. */
export const RuleForm = form(rule)
export type RuleInput = z.output<typeof RuleForm>
export const ChangeRuleForm = form({ id: fields.id(), version: fields.optionalId(), ...rule })
export const RuleIdForm = form({ id: fields.id() })
export const OrderRuleForm = form({ id: fields.id(), direction: fields.choice('up', 'down') })

/** Agreed with one client; empty fields are the studio's own. */
export const TermsForm = form({
  client_id: fields.id(),
  version: fields.optionalId(),
  rounding: fields
    .choice(...roundings)
    .or(z.literal('').transform(() => null))
    .nullish()
    .transform(value => value ?? null),
  rounding_minutes: fields.optionalCount(1, 240),
  discount_percent: percent(),
  note: fields.optionalText(500)
})

/** How many steps a form has room for. */
export const stepRows = 6

/** A grid as a form sends it: rows side by side, those without hours left out, the rest and the day itself by name. */
const policy = {
  name: fields.text(120),
  hours_before: rows(fields.optionalCount(1, 24 * 365)),
  percent: rows(fields.optionalCount(0, 100)),
  of: rows(fields.choice('price', 'deposit')),
  /** With fewer hours left than any row says. */
  last_percent: fields.count(0, 100),
  last_of: fields.choice('price', 'deposit'),
  /** On the day itself; empty: as any other. */
  day_percent: fields.optionalCount(0, 100),
  day_of: fields.choice('price', 'deposit').default('price'),
  no_show_percent: fields.count(0, 100)
}

function rows<Row extends z.ZodType>(row: Row) {
  return z
    .union([z.array(row).max(stepRows, 'fields.too_many'), row.transform(value => [value])])
    .optional()
    .transform((list): z.output<Row>[] => (list ?? []) as z.output<Row>[])
}

export const PolicyForm = form(policy)
export type PolicyInput = z.output<typeof PolicyForm>
export const ChangePolicyForm = form({ id: fields.id(), version: fields.optionalId(), ...policy })
export const PolicyIdForm = form({ id: fields.id() })

/** The steps of a form's rows, from the longest before to the day itself. */
export function stepsOf(input: PolicyInput): PolicyStep[] {
  const timed = input.hours_before.flatMap((hours_before, at): PolicyStep[] =>
    hours_before === null ? [] : [{ hours_before, percent: input.percent[at] ?? 0, of: input.of[at] ?? 'price' }]
  )
  const last = { hours_before: 0, percent: input.last_percent, of: input.last_of }
  const day = input.day_percent === null ? [] : [{ hours_before: null, percent: input.day_percent, of: input.day_of }]
  return [...timed.toSorted((a, b) => (b.hours_before ?? 0) - (a.hours_before ?? 0)), last, ...day]
}

export const FeeForm = form({ id: fields.id() })
export const WaiverForm = form({ id: fields.id(), reason: fields.text(500) })

/** The try-it box: what is not there yet is not tried. */
export const TrialForm = z.object({
  room_id: fields.optionalId(),
  day: fields.optionalDay(),
  starts: fields.optionalClock(),
  ends: fields.optionalClock(),
  duration: fields.optionalMinutes(),
  people: personIds(),
  client_id: fields.optionalId(),
  client_name: fields.optionalText(200)
})
