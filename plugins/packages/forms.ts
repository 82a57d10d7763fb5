import { decimalOf, fields, form } from '@patchbay/core'
import { z } from 'zod'
import { packageUnits } from './contract.ts'

/** Hours or sessions with at most two decimals, from `12`, `7,5`, `-1`. A number (from the API) is as it is. */
const amount = (least: number) =>
  z
    .union([
      z.number(),
      z.string().transform((text, context): number => {
        const found = decimalOf(text.trim(), 2)
        if (found !== undefined) return found / 100
        context.addIssue({ code: 'custom', message: 'fields.number' })
        return z.NEVER
      })
    ])
    .pipe(z.number('fields.number').min(least, 'fields.too_small').max(10_000, 'fields.too_large'))

/** A package that no invoice of ours sold: from before, or a gift. */
export const PackageForm = form({
  client_id: fields.optionalId(),
  client_name: fields.optionalText(200),
  label: fields.text(200),
  unit: fields.choice(...packageUnits),
  quantity: amount(0.01),
  expires_on: fields.optionalDay(),
  note: fields.optionalText(1000)
})

/** Draws for a session; without minutes, all of it that is not covered yet, or what is left. */
export const UseForm = form({
  session_id: fields.id(),
  balance_id: fields.id(),
  minutes: fields.optionalMinutes()
})
export const TakeBackForm = form({ session_id: fields.id(), balance_id: fields.id() })

/** No day: for ever. */
export const ExtendForm = form({ id: fields.id(), expires_on: fields.optionalDay() })

/** Hours or sessions added, or taken off when less than nothing. */
export const CorrectForm = form({ id: fields.id(), quantity: amount(-10_000), note: fields.text(500) })

export const packageStates = ['active', 'soon', 'used', 'expired', 'all'] as const
/** The list's address. Without a state: those with something left. */
export const PackagesQuery = form({
  q: fields.optionalText(100),
  state: fields.choice(...packageStates).optional(),
  after: fields.optionalText(500),
  before: fields.optionalText(500)
})
export type PackagesQuery = z.output<typeof PackagesQuery>
