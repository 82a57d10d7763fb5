import { fields, form } from '@patchbay/core'
import { linkScopes } from '../contract.ts'

/** A link for guests, to a project, one of its tracks, one of its revisions, or chosen ones. */
export const ShareForm = form({
  project_id: fields.id(),
  track_id: fields.optionalId(),
  revision_id: fields.optionalId(),
  revision_ids: fields.ids(),
  scope: fields.choice(...linkScopes),
  recipient: fields.optionalText(200),
  email: fields.optionalEmail(),
  message: fields.optionalText(2000),
  password: fields.optionalText(100),
  most_visits: fields.optionalCount(1, 10_000),
  expires_on: fields.optionalDay()
})

/** A link that is there. */
export const LinkForm = form({ id: fields.id() })

/** Coming in by a link: with its password, where it has one. */
export const EnterForm = form({ token: fields.text(100), password: fields.optionalText(100) })

export const LinksQuery = form({
  project_id: fields.optionalId(),
  after: fields.optionalText(200)
})

/** The least a password may have. */
export const shortestPassword = 6
