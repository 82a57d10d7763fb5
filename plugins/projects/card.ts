import { activityOf, centsField, notFound, together } from '@patchbay/core'
import type { Activity } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { today } from './actions.ts'
import { listFiles, listNotes, listSessions } from './card-queries.ts'
import { projectKinds, projectStatuses } from './contract.ts'
import type { Spent } from './contract.ts'
import { projectRoles } from './forms.ts'
import { clientNamed, findProject, listRoots, listTeam } from './queries.ts'
import type { Project } from './queries.ts'
import { tasksOfProject } from './task-queries.ts'
import { templatesToChoose } from './template-queries.ts'
import { trackSection, trackStyles } from './tracks/section.ts'

export const styles = ['/static/projects/projects.css']

/** The project of the address. @throws notFound */
export async function projectOf(request: FastifyRequest): Promise<Project> {
  const project = await findProject(request.db, request.recordId())
  if (!project) throw notFound()
  return project
}

/** All that a project's page shows. Seven statements, beside those for titles and those of others for their parts. */
export async function cardOf(request: FastifyRequest) {
  const project = await projectOf(request)
  const { id } = project
  const [people, tasks, sessions, files, notes, activity] = await together(request.db, db => [
    listTeam(db, id),
    tasksOfProject(db, id),
    listSessions(db, id),
    listFiles(db, id),
    listNotes(db, id),
    activityOf(db, 'project', id)
  ])
  const tracks = await trackSection(request, id)
  const sections = (await request.ask('projects.sections', { project_id: id })).flat()
  const money = request.can('projects.budget')
  const spent = money
    ? await spentOn(
        request,
        project,
        sessions.map(session => session.id)
      )
    : undefined
  return {
    styles: [...styles, ...trackStyles],
    title: project.title,
    project,
    team: people.filter(({ roles }) => roles.length > 0),
    tasks,
    sessions,
    files,
    notes,
    people: people.filter(({ active }) => active),
    tracks,
    sections,
    spent,
    activity: money ? activity : withoutBudget(activity),
    today: today(request),
    statuses: projectStatuses,
    roles: projectRoles,
    me: request.actor.id,
    editing: request.query,
    failed: '',
    values: {},
    errors: {}
  }
}

/** What went into a project, beside what it may cost. */
export interface Budget {
  spent: Spent[]
  /** Worked, where somebody measures it; else booked. */
  minutes: number
  /** Rooms and purchases, excl. VAT. */
  cents: number
}

async function spentOn(request: FastifyRequest, { id, quote_id }: Project, session_ids: number[]): Promise<Budget> {
  const sources = [
    `project:${id}`,
    ...(quote_id === null ? [] : [`quote:${quote_id}`]),
    ...session_ids.map(session_id => `session:${session_id}`)
  ]
  const spent = (await request.ask('projects.spent', { project_id: id, session_ids, sources })).flat()
  const sum = (kinds: Spent['kind'][], of: (one: Spent) => number | null | undefined) =>
    spent.filter(({ kind }) => kinds.includes(kind)).reduce((total, one) => total + (of(one) ?? 0), 0)
  return {
    spent,
    minutes: sum(['time'], ({ minutes }) => minutes) || sum(['booked'], ({ minutes }) => minutes),
    cents: sum(['booked', 'cost'], ({ cents }) => cents)
  }
}

/** The trail for those who may not see the budget. */
function withoutBudget(activity: readonly Activity[]): Activity[] {
  return activity.map(row => {
    const changes = Object.entries(row.details.changes ?? {}).filter(([field]) => !field.startsWith('budget_'))
    return { ...row, details: { ...row.details, changes: Object.fromEntries(changes) } }
  })
}

/** What the form of a project needs. */
export async function formOf(
  request: FastifyRequest,
  { values, errors = {} }: { values: Record<string, unknown>; errors?: Record<string, string> },
  project?: Project
) {
  const [templates, roots] = await together(request.db, db => [templatesToChoose(db), listRoots(db)])
  const { t } = request.words()
  const title = t(project ? 'projects.edit.title' : 'projects.new.title')
  return { styles, title, values, errors, templates, roots, project, kinds: projectKinds, statuses: projectStatuses }
}

/** A project as its form shows it. */
export function valuesOf(project: Project, request: FastifyRequest): Record<string, unknown> {
  const { locale, fmt } = request.words()
  const { budget_cents, budget_minutes } = project
  return {
    ...Object.fromEntries(Object.entries(project).map(([name, value]) => [name, value ?? ''])),
    starts_on: plainDay(project.starts_on),
    due_on: plainDay(project.due_on),
    released_on: plainDay(project.released_on),
    budget_cents: budget_cents === null ? '' : centsField(budget_cents, locale),
    budget_minutes: budget_minutes === null ? '' : fmt.duration(budget_minutes)
  }
}

/** What a new project's form begins with: what its address names. */
export async function newValues(request: FastifyRequest): Promise<Record<string, unknown>> {
  const given = request.query as Record<string, string>
  const client_id = Number(given['client_id'])
  const client_name = client_id > 0 && client_id < 1e15 ? await clientNamed(request.db, client_id) : undefined
  const kept = Object.fromEntries(
    ['title', 'kind', 'artist', 'template_id', 'session_id'].map(name => [name, given[name] ?? ''])
  )
  return { rounds_included: '2', status: 'planned', ...kept, ...(client_name && { client_id, client_name }) }
}

/** `2026-11-24` as people write it, `24/11/2026`. */
export const plainDay = (day: string | null): string => (day ? day.split('-').toReversed().join('/') : '')
