import { fields, form } from '@patchbay/core'
import { z } from 'zod'
import { projectKinds, projectStatuses } from './contract.ts'
import { readUpc } from './upc.ts'

/** What somebody of the studio does on a project. */
export const projectRoles = [
  'producer',
  'recording',
  'mixing',
  'mastering',
  'editing',
  'assistant',
  'manager',
  'other'
] as const
export type ProjectRole = (typeof projectRoles)[number]

/** Those of the board; what is archived or cancelled is in the list. */
export const boardStatuses = projectStatuses.slice(0, 6)

const upc = () =>
  z
    .string()
    .nullish()
    .transform((text, context): string | null => {
      if (!text?.trim()) return null
      const code = readUpc(text)
      if (code) return code
      context.addIssue({ code: 'custom', message: 'projects.errors.upc' })
      return z.NEVER
    })

/** A project as people write it. The budget is only for those who may see it. */
const project = {
  title: fields.text(200),
  kind: fields.choice(...projectKinds),
  artist: fields.optionalText(200),
  client_id: fields.optionalId(),
  /** Of a form without script: the client of that name. */
  client_name: fields.optionalText(200),
  label: fields.optionalText(200),
  catalogue_number: fields.optionalText(60),
  upc: upc(),
  starts_on: fields.optionalDay(),
  due_on: fields.optionalDay(),
  released_on: fields.optionalDay(),
  rounds_included: fields.count(0, 99).default(2),
  budget_cents: fields.optionalCents(),
  budget_minutes: fields.optionalMinutes(),
  isrc_root_id: fields.optionalId(),
  p_line: fields.optionalText(200),
  c_line: fields.optionalText(200),
  notes: fields.optionalText(20_000)
}

/** `template_id`: what it begins from, `session_id`: its first session. */
export const ProjectForm = form({
  ...project,
  status: fields.choice(...projectStatuses).default('planned'),
  template_id: fields.optionalId(),
  session_id: fields.optionalId()
})
export type ProjectInput = z.output<typeof ProjectForm>

/** `version` is the one it was read with. */
export const ChangeProjectForm = form({ id: fields.id(), version: fields.optionalId(), ...project })
export const ProjectIdForm = form({ id: fields.id() })

/** To a column: before or behind another card of it, else to its top. */
export const MoveForm = form({
  id: fields.id(),
  status: fields.choice(...projectStatuses),
  before_id: fields.optionalId(),
  after_id: fields.optionalId()
})
export type MoveInput = z.output<typeof MoveForm>

/** What the list can be asked, as it stands in its address. Without a status: what is going on. */
export const ProjectsQuery = form({
  q: fields.optionalText(100),
  status: fields.choice(...projectStatuses).optional(),
  kind: fields.choice(...projectKinds).optional(),
  client: fields.optionalId(),
  show: fields.choice('mine', 'late', 'all').optional(),
  sort: fields.choice('due', '-due', 'title', '-title', 'changed', '-changed').optional(),
  after: fields.optionalText(500),
  before: fields.optionalText(500)
})
export type ProjectsQuery = z.output<typeof ProjectsQuery>

/** The board: whose, of which kind, and a column shown whole. */
export const BoardQuery = z.object({
  q: z.string().max(100).optional().catch(undefined),
  kind: z.enum(projectKinds).optional().catch(undefined),
  show: z.enum(['mine', 'late']).optional().catch(undefined),
  whole: z.enum(boardStatuses).optional().catch(undefined)
})
export type BoardQuery = z.output<typeof BoardQuery>

export const TeamForm = form({ id: fields.id(), person_id: fields.id(), role: fields.choice(...projectRoles) })
export const SessionsForm = form({ id: fields.id(), session_ids: fields.ids() })
export const SessionOfForm = form({ id: fields.id(), session_id: fields.id() })
/** Which project a session is of; none takes it out. */
export const PlaceSessionForm = form({ session_id: fields.id(), project_id: fields.optionalId() })

/** A file that came from elsewhere: of a form its bytes, from the API in base64. */
const received = () =>
  z.union([
    z.custom<Buffer>(value => Buffer.isBuffer(value) && value.length > 0, 'projects.errors.file'),
    z
      .base64('projects.errors.file')
      .min(1, 'projects.errors.file')
      .transform(bytes => Buffer.from(bytes, 'base64'))
      .refine(bytes => bytes.length <= fields.largestFile, 'projects.errors.file_large')
  ])
export const FileForm = form({ id: fields.id(), file: received(), label: fields.text(200) })
export const FileIdForm = form({ id: fields.id(), project_file_id: fields.id() })

export const NoteForm = form({ id: fields.id(), body: fields.text(10_000) })
export const ChangeNoteForm = form({ id: fields.id(), note_id: fields.id(), body: fields.text(10_000) })
export const NoteIdForm = form({ id: fields.id(), note_id: fields.id() })
