import { fields, form } from '@patchbay/core'

export const ItemForm = form({ name: fields.text(120) })

export const ItemsQuery = form({ after: fields.optionalText(200) })
