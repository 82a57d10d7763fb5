import { fields, form } from '@patchbay/core'
import { z } from 'zod'

/** A calendar year, as books are kept by; the present one when it is not said. */
export const YearQuery = form({ year: fields.count(2000, 2999).optional() })

/** The period of a report, in its address. What is wrong is as if it were not there. */
export const PeriodQuery = z.object({
  from: fields.optionalDay().catch(null),
  to: fields.optionalDay().catch(null)
})

/** Which documents make a figure. */
export const DocumentsQuery = PeriodQuery.extend({
  client: fields.optionalId().catch(null),
  /** Amounts of one rate only, in hundredths of a per cent. */
  rate: fields.optionalCount(0, 10_000).catch(null),
  /** What was earned, what came in, VAT that falls due. */
  what: fields.choice('revenue', 'cash', 'vat').catch('revenue')
})
export type DocumentsAsked = z.output<typeof DocumentsQuery>
