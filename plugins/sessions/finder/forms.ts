import { fields } from '@patchbay/core'
import { z } from 'zod'
import { roomKinds } from '../contract.ts'
import { gear } from '../forms.ts'

/** Parts of a day people ask for, by the studio's clock; an end at or before the start is on the next day. */
export const dayParts = {
  any: { after: '00:00', before: '00:00' },
  morning: { after: '08:00', before: '13:00' },
  afternoon: { after: '12:00', before: '20:00' },
  evening: { after: '18:00', before: '02:00' }
} as const

/** How far a search may look: three months. */
export const mostDays = 92

/** What is looked for. An address that says less is a search not yet begun. */
export const FinderQuery = z.object({
  /** Minutes. */
  length: fields.optionalMinutes(),
  from: fields.optionalDay(),
  to: fields.optionalDay(),
  part: fields.choice('any', 'morning', 'afternoon', 'evening', 'hours').default('any'),
  after: fields.optionalClock(),
  before: fields.optionalClock(),
  weekdays: fields.ids(),
  rooms: fields.ids(),
  kind: fields
    .choice(...roomKinds)
    .or(z.literal('').transform(() => null))
    .nullish()
    .transform(value => value ?? null),
  people: fields.ids(),
  /** One of the engineers, whoever is free. */
  any_engineer: fields.flag(),
  gear: gear(),
  /** Times that only options hold are shown too: one may stand behind. */
  behind: fields.flag()
})
export type FinderQuery = z.output<typeof FinderQuery>
