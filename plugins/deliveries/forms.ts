import { fields, form } from '@patchbay/core'
import { z } from 'zod'
import { linkScopes } from '../mixes/contract.ts'
import { gates } from './contract.ts'

/** For whom a package is, when it may be taken, how far. */
const terms = () => ({
  title: fields.text(200),
  recipient: fields.optionalText(200),
  email: fields.optionalEmail(),
  message: fields.optionalText(4000),
  gate: fields.choice(...gates),
  scope: fields.choice(...linkScopes),
  with_report: fields.flag(),
  with_notes: fields.flag(),
  password: fields.optionalText(100),
  most_downloads: fields.optionalCount(1, 10_000),
  expires_on: fields.optionalDay()
})

/** A new package with its files. */
export const PrepareForm = form({ project_id: fields.id(), audio_ids: fields.ids(), ...terms() })

/** Its terms anew. An empty password leaves the one there is, `no_password` takes it off. */
export const ChangeForm = form({
  id: fields.id(),
  version: fields.count(1),
  no_password: fields.flag(),
  ...terms()
})

/** Its files anew: those that are ticked, under these names. */
export const FilesForm = form({
  id: fields.id(),
  version: fields.count(1),
  files: z
    .array(
      form({
        audio_id: fields.id(),
        chosen: fields.flag(),
        name: fields.optionalText(200),
        folder: fields.optionalText(60)
      })
    )
    .max(2000, 'fields.too_many')
})

/** A package that is there. */
export const DeliveryForm = form({ id: fields.id() })

/** Opening its gate, on record. */
export const ReleaseForm = form({ id: fields.id(), reason: fields.text(500) })

/** Coming in by its link; taking a file of it, or the whole. */
export const EnterForm = form({ token: fields.text(100), password: fields.optionalText(100) })
export const TakeForm = form({ token: fields.text(100), key: fields.text(100), file_id: fields.optionalId() })

export const deliveryStates = ['preparing', 'sent', 'taken', 'expired', 'revoked'] as const
export type DeliveryState = (typeof deliveryStates)[number]

export const DeliveriesQuery = form({
  q: fields.optionalText(100),
  state: fields.choice(...deliveryStates).optional(),
  project_id: fields.optionalId(),
  after: fields.optionalText(200)
})

/** The least a password may have. */
export const shortestPassword = 6
