import { fields, form } from '@patchbay/core'

/** A calendar year, as books are kept by. */
export const YearQuery = form({ year: fields.count(2000, 2999) })
