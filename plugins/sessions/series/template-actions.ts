import { action, notFound } from '@patchbay/core'
import { ChangeTemplateForm, TemplateForm, TemplateIdForm } from './forms.ts'
import type { TemplateInput } from './forms.ts'
import { addTemplate, changeTemplate, removeTemplate } from './template-queries.ts'
import type { TemplateFields } from './template-queries.ts'

const constraints = {
  session_templates_name: ['name', 'sessions.series.errors.template_name'],
  session_templates_room_id_fkey: ['room_id', 'fields.choice'],
  session_template_people_person_id_fkey: ['people', 'fields.choice']
} as const

const about = ({ id }: { id: number }) => ({ session_template: id })

/** Keeps what sessions of a kind have in common, to book from. */
export const addTemplateAction = action({
  name: 'sessions.add_template',
  permission: 'sessions.write',
  input: TemplateForm,
  constraints,
  about,
  run: async ({ db }, input) => ({ id: await addTemplate(db, fieldsOf(input), input.people) })
})

/** Changes a template; sessions booked from it stay as they are. */
export const changeTemplateAction = action({
  name: 'sessions.change_template',
  permission: 'sessions.write',
  input: ChangeTemplateForm,
  constraints,
  about,
  async run({ db }, input) {
    const { id, version } = input
    if (!(await changeTemplate(db, { id, version }, fieldsOf(input), input.people))) throw notFound()
    return { id }
  }
})

/** Removes a template; sessions booked from it stay. */
export const removeTemplateAction = action({
  name: 'sessions.remove_template',
  permission: 'sessions.write',
  input: TemplateIdForm,
  about,
  async run({ db }, { id }) {
    if (!(await removeTemplate(db, id))) throw notFound()
    return { id }
  }
})

function fieldsOf(input: TemplateInput): TemplateFields {
  const { name, title, room_id, starts, duration, state, roles, gear, notes, price_cents, price_note } = input
  return { name, title, room_id, starts, minutes: duration, state, roles, gear, notes, price_cents, price_note }
}
