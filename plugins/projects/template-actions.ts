import { action, conflict, notFound } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { ChangeTemplateForm, MakeTemplateForm, TemplateForm, TemplateIdForm } from './template-forms.ts'
import { addTemplate, changeTemplate, findTemplate, setArchived, templateOf } from './template-queries.ts'

const about = (id: number) => ({ project_template: id })
const constraints = { project_templates_name: ['name', 'projects.errors.template_name'] } as const

/** Writes a template. */
export const addTemplateAction = action({
  name: 'projects.add_template',
  permission: 'projects.write',
  input: TemplateForm,
  constraints,
  about,
  run: ({ db }, fields) => addTemplate(db, fields)
})

/** Makes a template of a project as it is now: its kind, rounds, delivery sheet, tasks and titles. */
export const makeTemplate = action({
  name: 'projects.make_template',
  permission: 'projects.write',
  input: MakeTemplateForm,
  constraints,
  async run({ db }, { id, name }) {
    const fields = await templateOf(db, id)
    if (!fields) throw notFound()
    return addTemplate(db, { name, ...fields })
  },
  about: (template_id, { id }) => ({ project_template: template_id, project: id })
})

/** Changes a template; projects that began from it stay as they are. */
export const changeTemplateAction = action({
  name: 'projects.change_template',
  permission: 'projects.write',
  input: ChangeTemplateForm,
  constraints,
  about,
  async run({ db, changed }, { id, ...fields }) {
    const before = await findTemplate(db, id)
    if (!before) throw notFound()
    await changeTemplate(db, id, fields)
    changed(before, { name: fields.name, kind: fields.kind, rounds_included: fields.rounds_included })
    return id
  }
})

/** Puts a template away: nothing begins from it any more. */
export const archiveTemplate = action({
  name: 'projects.archive_template',
  permission: 'projects.write',
  input: TemplateIdForm,
  about,
  run: (running, { id }) => archived(running, id, true)
})

export const restoreTemplate = action({
  name: 'projects.restore_template',
  permission: 'projects.write',
  input: TemplateIdForm,
  constraints,
  about,
  run: (running, { id }) => archived(running, id, false)
})

async function archived({ db }: Running, id: number, away: boolean): Promise<number> {
  if (!(await findTemplate(db, id))) throw notFound()
  if (!(await setArchived(db, id, away))) throw conflict()
  return id
}
