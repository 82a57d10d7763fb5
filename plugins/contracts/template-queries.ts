import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { Locale } from '@patchbay/core/i18n'

/** A template with its text of now. */
export interface Template {
  id: number
  name: string
  language: Locale
  preset: string | null
  version: number
  version_id: number
  body: string
  archived_at: Date | null
  made_at: Date
  made_by: string | null
  used: number
}

const shown = `select t.id, t.name, t.language, t.preset, t.version, v.id as version_id, v.body, t.archived_at, v.made_at,
    p.name as made_by,
    (select count(*)::int from contracts c join contract_template_versions x on x.id = c.template_version_id
      where x.template_id = t.id) as used
  from contract_templates t join contract_template_versions v on v.template_id = t.id and v.number = t.version
    left join people p on p.id = v.made_by`

/** Those in use first, by name. */
export const listTemplates = (db: Db): Promise<Template[]> =>
  rowsOf(db, `${shown} order by t.archived_at is not null, t.name collate "fr-x-icu", t.id`)

export async function findTemplate(db: Db, id: number): Promise<Template | undefined> {
  const [row] = await rowsOf<Template>(db, `${shown} where t.id = ?`, [id])
  return row
}

export async function lockTemplate(db: Db, id: number): Promise<Template | undefined> {
  await db('contract_templates').where({ id }).forUpdate().first('id')
  return findTemplate(db, id)
}

export async function addTemplate(
  db: Db,
  { body, made_by, ...fields }: { body: string; made_by: number | null } & Record<string, unknown>
): Promise<{ id: number; version_id: number }> {
  const [row] = await db('contract_templates').insert(fields).returning<{ id: number }[]>('id')
  const template_id = row?.id ?? 0
  const [version] = await db('contract_template_versions')
    .insert({ template_id, number: 1, body, made_by })
    .returning<{ id: number }[]>('id')
  return { id: template_id, version_id: version?.id ?? 0 }
}

export async function addTemplateVersion(
  db: Db,
  template_id: number,
  { number, body, made_by }: { number: number; body: string; made_by: number | null }
): Promise<void> {
  await db('contract_template_versions').insert({ template_id, number, body, made_by })
  await db('contract_templates').where({ id: template_id }).update({ version: number })
}

export async function changeTemplate(db: Db, id: number, fields: object): Promise<void> {
  await db('contract_templates').where({ id }).update(fields)
}

/** A text a template had. */
export interface TemplateVersion {
  number: number
  body: string
  made_at: Date
  made_by: string | null
}

export const listTemplateVersions = (db: Db, template_id: number): Promise<TemplateVersion[]> =>
  rowsOf(
    db,
    `select v.number, v.body, v.made_at, p.name as made_by from contract_template_versions v
     left join people p on p.id = v.made_by where v.template_id = ? order by v.number desc limit 50`,
    [template_id]
  )
