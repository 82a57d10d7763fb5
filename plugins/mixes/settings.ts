import { fields, form } from '@patchbay/core'

export const MixSettings = form({
  /** Gigabytes all sound of the studio may take. */
  quota_gb: fields.count(1, 100_000).default(200),
  /** Days for an answer that are proposed when a revision is sent for review. */
  review_days: fields.count(1, 90).default(7),
  /** Days after that date when whoever is to answer is written to once more; 0: never. */
  review_reminder_days: fields.count(0, 30).default(1)
})

/** The settings as the host hands them over. */
export const settingsOf = (settings: unknown) => MixSettings.parse(settings)
