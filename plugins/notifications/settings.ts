import { fields, form } from '@patchbay/core'

export const NotificationSettings = form({
  /** Whether those who have not chosen are told by mail too. */
  mail_by_default: fields.flag().default(false),
  /** Days after which what was read is dropped. */
  keep_days: fields.count(7, 3650).default(90)
})
