import { fields, form } from '@patchbay/core'
import { z } from 'zod'
import { contractStates } from './contract.ts'

/** A contract's or a template's text. */
const body = () => fields.text(60_000)
const language = () => fields.choice('fr', 'en')

export const TemplateForm = form({
  name: fields.text(120),
  language: language(),
  body: body(),
  preset: fields.optionalText(60)
})
export const TemplateChangeForm = form({ id: fields.id(), name: fields.text(120), body: body() })
export const TemplateIdForm = form({ id: fields.id() })

export const ContractForm = form({
  /** A template's id, or the name of a preset. */
  template: fields.text(60),
  client_id: fields.optionalId(),
  /** The text beside `client_id`: without script only it is there. */
  client_name: fields.optionalText(200),
  session_ids: fields.ids(),
  title: fields.optionalText(150)
})

export const TextForm = form({ id: fields.id(), title: fields.text(150), body: body() })

/** Rows of a form; those whose name is left empty are none. */
const filledRows = <Row extends z.ZodType>(row: Row, most: number) =>
  z
    .preprocess(
      value => (Array.isArray(value) ? value.filter(isNamed) : value),
      z.array(row).max(most, 'fields.too_many')
    )
    .optional()
    .transform(rows => rows ?? [])

const isNamed = (row: unknown): boolean =>
  typeof row !== 'object' || row === null || !('name' in row) || typeof row.name !== 'string' || row.name.trim() !== ''

/** What fills gaps by hand. */
export const GapsForm = form({
  id: fields.id(),
  gaps: filledRows(form({ name: fields.text(80), value: fields.optionalText(2000) }), 100)
})

export const SignersForm = form({
  id: fields.id(),
  signers: filledRows(
    form({
      step: fields.count(1, 9),
      name: fields.text(200),
      email: fields.email(),
      role: fields.optionalText(200)
    }),
    10
  )
})

export const SendForm = form({
  id: fields.id(),
  days: fields.count(1, 120),
  message: fields.optionalText(2000)
})
export const ContractIdForm = form({ id: fields.id() })
export const CancelForm = form({ id: fields.id(), reason: fields.optionalText(500) })

export const ContractsQuery = form({
  q: fields.optionalText(100),
  state: z
    .union([z.enum(contractStates, 'fields.choice'), z.literal('')])
    .nullish()
    .transform(value => (value === '' || !value ? null : value)),
  after: fields.optionalText(200)
})

/** What a studio may set about its contracts. */
export const ContractSettings = form({
  /** Who signs for the studio; whoever sends it when empty. */
  representative_name: fields.optionalText(200).default(null),
  representative_email: fields.optionalEmail().default(null),
  representative_role: fields.optionalText(200).default(null),
  /** How long a contract may be signed. */
  valid_days: fields.count(1, 120).default(14)
})

/** The settings as the host hands them over. */
export const settingsOf = (settings: unknown) => ContractSettings.parse(settings)
