import { fields, form } from '@patchbay/core'
import type { z } from 'zod'

const task = {
  title: fields.text(200),
  note: fields.optionalText(4000),
  assignee_id: fields.optionalId(),
  due_on: fields.optionalDay()
}

/** A task, and what it is about: a project and perhaps one of its tracks, or a session, or a client; or nothing. */
export const TaskForm = form({
  ...task,
  project_id: fields.optionalId(),
  track_id: fields.optionalId(),
  session_id: fields.optionalId(),
  client_id: fields.optionalId()
})
export type TaskInput = z.output<typeof TaskForm>

/** What it is about stays; of a project's task, the track may be another. */
export const ChangeTaskForm = form({ id: fields.id(), ...task, track_id: fields.optionalId() })
export const TaskIdForm = form({ id: fields.id() })

/** Without `who`: mine. Without `state`: what is to be done. */
export const TasksQuery = form({
  q: fields.optionalText(100),
  who: fields.choice('all', 'nobody').optional(),
  state: fields.choice('late', 'done').optional(),
  after: fields.optionalText(500),
  before: fields.optionalText(500)
})
export type TasksQuery = z.output<typeof TasksQuery>
