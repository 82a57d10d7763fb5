import { time, together } from '@patchbay/core'
import type { Asking, Hit, Notice, Plugin, RecordName, Section } from '@patchbay/core'
import { linkSession, placeOfSession } from './card-queries.ts'
import type { ProjectsTab } from './contract.ts'
import { countOfClient, dueProjects, giveProjects, projectsOfClient, searchProjects } from './list-queries.ts'
import { addProject, namesOf, projectOfQuote, touchProject } from './queries.ts'
import { dueTasks, findTask, tasksOfTrack, tasksWithPeople } from './task-queries.ts'
import { trackHits, trackRecords } from './tracks/answers.ts'

/** What projects say where others ask; of titles see tracks/answers.ts. */
export const answers: NonNullable<Plugin['answers']> = {
  'projects.tabs': async ({ can, base, t }): Promise<ProjectsTab[]> => {
    const tab = (path: string, key: string, order: number) => ({
      href: `${base}/projects${path}`,
      label: t(`projects.tabs.${key}`),
      order
    })
    return [
      tab('', 'list', 0),
      tab('/board', 'board', 5),
      tab('/tracks', 'tracks', 8),
      tab('/tasks', 'tasks', 10),
      tab('/templates', 'templates', 80),
      ...(can('projects.isrc') ? [tab('/isrc', 'isrc', 85)] : [])
    ]
  },
  async 'projects.track-sections'({ db, can }, { track_id, project_id }): Promise<Section | undefined> {
    if (!can('projects.read')) return undefined
    const tasks = await tasksOfTrack(db, track_id)
    return { view: 'projects/_track_tasks', data: { tasks, track_id, project_id } }
  },
  async 'clients.sections'({ db, can, studio }, { client_id }): Promise<Section | undefined> {
    if (!can('projects.read')) return undefined
    const [projects, listed] = await together(db, db => [
      projectsOfClient(db, client_id),
      tasksWithPeople(db, 'client_id', client_id)
    ])
    return { view: 'projects/_client', data: { client_id, projects, ...listed, today: time.today(studio.timezone) } }
  },
  async 'clients.hangs'({ db, t }, { client_id }) {
    const count = await countOfClient(db, client_id)
    return { count, label: t('projects.hanging', { n: count }) }
  },
  'clients.merge': ({ db }, { from, into }) => giveProjects(db, from, into),
  async 'sessions.sections'({ db, can, studio }, { session_id }): Promise<Section | undefined> {
    if (!can('projects.read')) return undefined
    const [place, listed] = await together(db, db => [
      placeOfSession(db, session_id),
      tasksWithPeople(db, 'session_id', session_id)
    ])
    if (!place) return undefined
    return { view: 'projects/_session', data: { session_id, place, ...listed, today: time.today(studio.timezone) } }
  },
  async 'sessions.form-parts'({ db, can }, { session_id, values }): Promise<Section | undefined> {
    const project_id = Number(values['project_id'])
    if (session_id !== null || !can('projects.write') || !(project_id > 0 && project_id < 1e15)) return undefined
    const [project] = await namesOf(db, [project_id])
    return project && { view: 'projects/_booking', data: { project } }
  },
  async 'sessions.book-for'({ can }, { running, session_id, project_id }): Promise<boolean> {
    if (!can('projects.write') || !(await touchProject(running.db, project_id))) return false
    await linkSession(running.db, project_id, session_id)
    await running.did('projects.link_sessions', { project: project_id, session: session_id })
    running.tell('projects.changed', { project_id })
    return true
  },
  async 'core.today'({ db, can, person }, { day }): Promise<Section | undefined> {
    if (!can('projects.read')) return undefined
    const [tasks, projects] = await together(db, db => [dueTasks(db, person.id ?? 0, day, 8), dueProjects(db, day, 8)])
    if (tasks.length + projects.length === 0) return undefined
    return { view: 'projects/_today', data: { tasks, projects, day } }
  },
  'core.search': hits,
  'core.records': records,
  'core.notice': notice,
  'core.notice-kinds': async ({ t }) => [
    { kind: 'projects.task-assigned', label: t('projects.notice_kinds.task_assigned') }
  ],
  'quotes.make-project': async ({ db, base, t, can }, asked) => {
    const { running, quote_id, client_id, title, session_ids, rounds_included } = asked
    const known = await projectOfQuote(running?.db ?? db, quote_id)
    if (known) return { label: known.title, href: `${base}/projects/${known.id}` }
    if (!can('projects.write')) return undefined
    if (!running) return { label: t('projects.of_quote'), href: null }
    const fields = { title: title || t('projects.untitled'), kind: 'other' as const, client_id, quote_id }
    const rounds = rounds_included === null ? {} : { rounds_included: Math.min(rounds_included, 99) }
    const id = await addProject(running.db, { ...fields, ...rounds }, running.person.id)
    for (const session_id of session_ids) await linkSession(running.db, id, session_id)
    await running.did('projects.add', { project: id, client: client_id })
    running.tell('projects.added', { project_id: id })
    return { label: fields.title, href: `${base}/projects/${id}` }
  }
}

/** Projects by title, artist, label or catalogue number; titles by theirs. */
async function hits(asking: Asking, { text }: { text: string }): Promise<Hit[]> {
  const { db, can, base, t } = asking
  if (!can('projects.read')) return []
  const [projects, tracks] = await together(db, db => [
    searchProjects(db, text, 4),
    trackHits({ db, base, t }, text, 4)
  ])
  return [
    ...projects.map(({ id, title, kind, artist, client_name, status }) => ({
      href: `${base}/projects/${id}`,
      label: title,
      hint: [artist ?? client_name, t(`projects.kinds.${kind}`), t(`projects.project_states.${status}`)]
        .filter(Boolean)
        .join(' · '),
      icon: 'disc-3'
    })),
    ...tracks
  ].slice(0, 6)
}

async function records(asking: Asking, { about }: { about: readonly string[] }) {
  const { db, can, base } = asking
  const ids = about.flatMap(record => (record.startsWith('project:') ? Number(record.slice(8)) : []))
  const tracks = about.filter(record => record.startsWith('track:'))
  if (ids.length + tracks.length === 0 || !can('projects.read')) return undefined
  const [named, called] = await together(db, db => [namesOf(db, ids), trackRecords({ db, base }, tracks)])
  const entries = named.map(({ id, title }): [string, RecordName] => [
    `project:${id}`,
    { label: title, href: `${base}/projects/${id}` }
  ])
  return { ...called, ...Object.fromEntries(entries) }
}

/** Whoever is given a task hears of it. */
async function notice(
  { db }: Asking,
  { fact, ids }: { fact: string; ids: Record<string, unknown> }
): Promise<Notice | undefined> {
  if (fact !== 'projects.task-assigned') return undefined
  const task = await findTask(db, Number(ids['task_id']))
  if (!task || task.assignee_id === null || task.assignee_id < 0) return undefined
  return {
    people: [task.assignee_id],
    kind: fact,
    text: 'projects.notices.task_assigned',
    values: { task: task.title, where: task.project_title ?? task.session_title ?? task.client_name ?? '' },
    path: task.project_id === null ? '/projects/tasks' : `/projects/${task.project_id}#tasks`
  }
}
