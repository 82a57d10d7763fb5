import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { DeliverySheet, ProjectKind } from './contract.ts'

export interface TemplateTask {
  title: string
  /** After the start of the project; null for no day. */
  days: number | null
}

/** What a project can begin from. */
export interface Template {
  id: number
  name: string
  kind: ProjectKind
  rounds_included: number
  sheet: Partial<DeliverySheet>
  tasks: TemplateTask[]
  track_titles: string[]
  archived_at: Date | null
}

const columns = 'm.id, m.name, m.kind, m.rounds_included, m.sheet, m.tasks, m.track_titles, m.archived_at'

/** All of them by name, those put away last; and how many projects began from each. */
export const listTemplates = (db: Db): Promise<(Template & { used: number })[]> =>
  rowsOf(
    db,
    `select ${columns}, coalesce(u.used, 0) as used
     from project_templates m left join (select template_id, count(*)::integer as used from projects
       where template_id is not null group by template_id) u on u.template_id = m.id
     order by m.archived_at nulls first, m.name collate "fr-x-icu", m.id limit 500`
  )

/** Those one can begin from. */
export const templatesToChoose = (db: Db): Promise<{ id: number; name: string }[]> =>
  rowsOf(db, 'select id, name from project_templates where archived_at is null order by name collate "fr-x-icu", id')

export async function findTemplate(db: Db, id: number): Promise<Template | undefined> {
  const [row] = await rowsOf<Template>(db, `select ${columns} from project_templates m where m.id = ?`, [id])
  return row
}

type TemplateFields = Omit<Template, 'id' | 'archived_at'>

const stored = ({ sheet, tasks, ...rest }: Partial<TemplateFields>) => ({
  ...rest,
  ...(sheet && { sheet: JSON.stringify(sheet) }),
  ...(tasks && { tasks: JSON.stringify(tasks) })
})

export async function addTemplate(
  db: Db,
  fields: Omit<TemplateFields, 'sheet'> & Partial<TemplateFields>
): Promise<number> {
  const [row] = await db('project_templates').insert(stored(fields)).returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

export async function changeTemplate(db: Db, id: number, fields: Partial<TemplateFields>): Promise<void> {
  await db('project_templates').where({ id }).update(stored(fields))
}

/** False when it is so already, or not there. */
export const setArchived = async (db: Db, id: number, archived: boolean): Promise<boolean> =>
  (await db('project_templates')
    .where({ id })
    .whereRaw(archived ? 'archived_at is null' : 'archived_at is not null')
    .update({ archived_at: archived ? new Date() : null })) > 0

/** What of a project makes a template: days are counted from its start, or from when it was entered. */
export async function templateOf(db: Db, project_id: number): Promise<Omit<TemplateFields, 'name'> | undefined> {
  const [row] = await rowsOf<Omit<TemplateFields, 'name'>>(
    db,
    `select p.kind, p.rounds_included,
       jsonb_strip_nulls(jsonb_build_object('rate', p.sheet_rate, 'depth', p.sheet_depth, 'format', p.sheet_format,
         'lufs', p.sheet_lufs, 'true_peak', p.sheet_true_peak)) as sheet,
       (select coalesce(jsonb_agg(jsonb_build_object('title', t.title, 'days',
          case when t.due_on is not null then greatest(0, t.due_on - coalesce(p.starts_on, p.created_at::date)) end) order by t.position, t.id), '[]')
        from (select * from tasks where project_id = p.id and track_id is null order by position, id limit 100) t) as tasks,
       array(select title from tracks where project_id = p.id order by position limit 100) as track_titles
     from projects p where p.id = ?`,
    [project_id]
  )
  return row
}

/** Gives a project the delivery sheet of its template. */
export async function takeSheet(db: Db, project_id: number, sheet: Partial<DeliverySheet>): Promise<void> {
  const { rate = null, depth = null, format = null, lufs = null, true_peak = null } = sheet
  await db('projects').where({ id: project_id }).update({
    sheet_rate: rate,
    sheet_depth: depth,
    sheet_format: format,
    sheet_lufs: lufs,
    sheet_true_peak: true_peak
  })
}
