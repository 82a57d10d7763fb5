import { list, time } from '@patchbay/core'
import { ProjectsQuery } from './forms.ts'
import { listProjects } from './list-queries.ts'
import { TasksQuery } from './task-forms.ts'
import { listTasks } from './task-queries.ts'

/** Every project of the studio. */
export const projectList = list({
  name: 'projects.list',
  permission: 'projects.read',
  query: ProjectsQuery,
  run: (db, query, { timezone, person }) =>
    listProjects(db, query, { today: time.today(timezone), person_id: person.id })
})

/** What is to be done: by oneself, by all, by nobody yet. */
export const taskList = list({
  name: 'projects.tasks',
  permission: 'projects.read',
  query: TasksQuery,
  run: (db, query, { timezone, person }) => listTasks(db, query, { today: time.today(timezone), person_id: person.id })
})
