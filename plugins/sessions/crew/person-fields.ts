import { fields } from '@patchbay/core'
import { z } from 'zod'

const most = Number.MAX_SAFE_INTEGER

/** The id of somebody: of a member above zero, of somebody from outside below. */
export const personId = () => fields.count(-most, most)
export const optionalPersonId = () => fields.optionalCount(-most, most)

/** People picked in a multiple choice: none, one or several. */
export const personIds = () =>
  z
    .union([z.array(personId()), personId().transform(id => [id])])
    .or(z.literal('').transform((): number[] => []))
    .optional()
    .transform(ids => [...new Set(ids ?? [])])
