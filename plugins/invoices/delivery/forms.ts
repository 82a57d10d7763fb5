import { fields, form } from '@patchbay/core'
import { z } from 'zod'

/** Mail addresses, one a line or separated by commas; at most 10. */
const mails = () =>
  z
    .union([z.string().transform(text => text.split(/[\s,;]+/)), z.array(z.string())])
    .optional()
    .transform(list => [...new Set((list ?? []).map(mail => mail.trim().toLowerCase()).filter(Boolean))])
    .pipe(z.array(z.email('fields.email').max(254, 'fields.too_long')).max(10, 'fields.too_many'))

/** By mail to those addresses (none: the client's), in these words (none: the usual ones); or to the platform. */
export const SendForm = form({
  id: fields.id(),
  channel: fields.choice('mail', 'platform'),
  recipients: mails(),
  subject: fields.optionalText(200),
  message: fields.optionalText(5000)
})

export const SendManyForm = form({ ids: fields.ids() })

/** Again, to another address when one is given. */
export const AgainForm = form({ id: fields.id(), invoice_id: fields.id(), recipient: fields.optionalEmail() })

export const LinkForm = form({ id: fields.id() })

export const PlatformForm = form({
  base_url: fields.optionalUrl(),
  /** Left empty, the one that is known stays. */
  token: fields.optionalText(2000),
  auto: fields.flag()
})
