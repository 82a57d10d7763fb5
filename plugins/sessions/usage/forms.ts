import { fields } from '@patchbay/core'
import { z } from 'zod'

/** Whose time, in which steps, between which days. Wrong or missing is the usual. */
export const UsageQuery = z.object({
  by: fields.choice('room', 'person').default('room'),
  unit: fields.choice('week', 'month').default('week'),
  from: fields.optionalDay(),
  to: fields.optionalDay(),
  /** One room or person alone. */
  one: fields.optionalId(),
  sort: fields.choice('name', '-name', 'booked', '-booked', 'share', '-share', 'revenue', '-revenue').default('name')
})
export type UsageQuery = z.output<typeof UsageQuery>
