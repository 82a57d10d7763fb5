import { fields, form } from '@patchbay/core'
import { z } from 'zod'

/** Kinds ticked in a column of boxes: none, one or several. */
const kinds = () =>
  z
    .union([z.array(z.string().max(80)).max(200), z.string().transform(one => [one])])
    .optional()
    .transform(list => list ?? [])

export const NoticeForm = form({ id: fields.id() })
export const ChoicesForm = form({ in_page: kinds(), by_mail: kinds() })
export const NoticesQuery = form({
  unread: fields.flag(),
  after: fields.optionalText(100),
  before: fields.optionalText(100)
})
