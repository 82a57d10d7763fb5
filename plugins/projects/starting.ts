import { refuse, time } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { addTasks } from './task-queries.ts'
import { findTemplate, takeSheet } from './template-queries.ts'

/** Fills a new project from a template: its delivery sheet, its tasks by days from the start, its titles. */
export async function startFrom(
  running: Running,
  template_id: number,
  { id, starts_on }: { id: number; starts_on: string | null }
): Promise<void> {
  const { db, ask, studio, person } = running
  const template = await findTemplate(db, template_id)
  if (!template || template.archived_at) throw refuse({ template_id: 'fields.choice' })
  await takeSheet(db, id, template.sheet)
  const start = starts_on ?? time.today(studio.timezone)
  const tasks = template.tasks.map(({ title, days }) => ({
    project_id: id,
    title,
    note: null,
    assignee_id: null,
    due_on: days === null ? null : time.addDays(start, days)
  }))
  await addTasks(db, tasks, person.id)
  for (const title of template.track_titles) await ask('projects.add-track', { running, project_id: id, title })
}
