import { action, notFound } from '@patchbay/core'
import { checkText } from './drafting.ts'
import { TemplateChangeForm, TemplateForm, TemplateIdForm } from './forms.ts'
import { findPreset } from './presets.ts'
import { addTemplate, addTemplateVersion, changeTemplate, lockTemplate } from './template-queries.ts'

const about = ({ id }: { id: number }) => ({ contract_template: id })
const constraints = { contract_templates_name: ['name', 'contracts.errors.template_there'] } as const

export const addTemplateAction = action({
  name: 'contracts.add_template',
  permission: 'contracts.write',
  input: TemplateForm,
  constraints,
  async run({ db, person, tell }, { body, preset, ...fields }) {
    checkText(body)
    const from = preset === null ? undefined : findPreset(preset)
    const { id } = await addTemplate(db, {
      ...fields,
      body,
      preset: from && `${from.key} ${from.as_of}`,
      made_by: person.id
    })
    tell('contracts.templates-changed', { template_id: id })
    return { id }
  },
  about
})

/** Changes a template; another text is a new version, and contracts keep the one they were written from. */
export const changeTemplateAction = action({
  name: 'contracts.change_template',
  permission: 'contracts.write',
  input: TemplateChangeForm,
  constraints,
  async run({ db, person, tell, changed }, { id, name, body }) {
    const template = await lockTemplate(db, id)
    if (!template) throw notFound()
    checkText(body)
    changed(template, { name })
    if (body !== template.body)
      await addTemplateVersion(db, id, { number: template.version + 1, body, made_by: person.id })
    if (name !== template.name) await changeTemplate(db, id, { name })
    tell('contracts.templates-changed', { template_id: id })
    return { id }
  },
  about
})

/** Is not offered any more. */
export const archiveTemplate = action({
  name: 'contracts.archive_template',
  permission: 'contracts.write',
  input: TemplateIdForm,
  async run({ db, tell }, { id }) {
    const template = await lockTemplate(db, id)
    if (!template) throw notFound()
    await changeTemplate(db, id, { archived_at: template.archived_at ?? new Date() })
    tell('contracts.templates-changed', { template_id: id })
    return { id }
  },
  about
})

export const restoreTemplate = action({
  name: 'contracts.restore_template',
  permission: 'contracts.write',
  input: TemplateIdForm,
  constraints,
  async run({ db, tell }, { id }) {
    if (!(await lockTemplate(db, id))) throw notFound()
    await changeTemplate(db, id, { archived_at: null })
    tell('contracts.templates-changed', { template_id: id })
    return { id }
  },
  about
})
