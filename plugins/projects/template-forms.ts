import { fields, form } from '@patchbay/core'
import { z } from 'zod'
import { projectKinds } from './contract.ts'

/** Rows of a form; those without a title are none. */
const taskRows = z
  .preprocess(
    value => (Array.isArray(value) ? value.filter(isTitled) : value),
    z.array(form({ title: fields.text(200), days: fields.optionalCount(0, 3650) })).max(100, 'fields.too_many')
  )
  .optional()
  .transform(rows => rows ?? [])

const isTitled = (row: unknown): boolean =>
  typeof row !== 'object' ||
  row === null ||
  !('title' in row) ||
  typeof row.title !== 'string' ||
  row.title.trim() !== ''

/** Titles, one a line; from the API an array as well. */
const titles = z
  .union([z.array(z.string()), z.string().transform(text => text.split('\n'))])
  .optional()
  .transform(list => (list ?? []).map(title => title.replace(/\s+/g, ' ').trim()).filter(Boolean))
  .pipe(z.array(z.string().max(200, 'fields.too_long')).max(100, 'fields.too_many'))

const template = {
  name: fields.text(120),
  kind: fields.choice(...projectKinds),
  rounds_included: fields.count(0, 99).default(2),
  tasks: taskRows,
  track_titles: titles
}

export const TemplateForm = form(template)
export type TemplateInput = z.output<typeof TemplateForm>
export const ChangeTemplateForm = form({ id: fields.id(), ...template })
export const TemplateIdForm = form({ id: fields.id() })
/** A template of a project, as it is now. */
export const MakeTemplateForm = form({ id: fields.id(), name: fields.text(120) })
