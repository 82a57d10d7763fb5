import { time } from '@patchbay/core'
import type { Seeding } from '@patchbay/core'
import { addNote, linkSession } from './card-queries.ts'
import { addMember, addProject, changeProject } from './queries.ts'
import { clientsByName, sessionsBetween } from './seed-queries.ts'
import { planned, templates } from './seed-words.ts'
import type { Planned } from './seed-words.ts'
import { addTasks } from './task-queries.ts'
import { addTemplate, takeSheet } from './template-queries.ts'
import { seedTracks } from './tracks/seed.ts'

/** Projects at every stage, with their people, sessions, tasks and notes; two templates; and their titles. */
export async function seed(seeding: Seeding): Promise<void> {
  const { db, people, did } = seeding
  const author = people[0]?.id ?? null
  const begun = new Map<string, number>()
  for (const [key, template] of Object.entries(templates)) {
    const id = await addTemplate(db, template)
    begun.set(key, id)
    did('projects.add_template', daysAgo(200), { project_template: id }, author)
  }
  const clients = await clientsByName(db)
  for (const one of planned) await seedProject(seeding, one, clients, begun)
  await seedTracks(seeding)
}

async function seedProject(
  seeding: Seeding,
  one: Planned,
  clients: Map<string, number>,
  begun: Map<string, number>
): Promise<void> {
  const { db, studio, did } = seeding
  const person = personOf(seeding)
  const dayOf = (days: number | null | undefined) =>
    typeof days === 'number' ? time.addDays(time.today(studio.timezone), days) : null
  const client_id = one.client === null ? null : (clients.get(one.client) ?? null)
  const entered = daysAgo(Math.max(3, 10 - one.starts))
  const id = await addProject(
    db,
    {
      title: one.title,
      kind: one.kind,
      artist: one.artist,
      client_id,
      label: one.label ?? null,
      catalogue_number: one.catalogue_number ?? null,
      status: one.status,
      starts_on: dayOf(one.starts),
      due_on: dayOf(one.due),
      released_on: dayOf(one.released),
      budget_cents: one.budget ? one.budget[0] * 100 : null,
      budget_minutes: one.budget ? one.budget[1] * 60 : null,
      rounds_included: one.rounds ?? 2,
      template_id: begun.get(one.template ?? '') ?? null
    },
    person(one.team[0]?.[0] ?? 0)
  )
  await changeProject(db, id, { created_at: entered })
  did('projects.add', entered, { project: id, client: client_id }, person(0))
  for (const [index, role] of one.team) {
    const person_id = person(index)
    if (person_id !== null) await addMember(db, { project_id: id, person_id, role })
  }
  if (client_id !== null) {
    const from = dayOf(one.starts) ?? ''
    for (const session of await sessionsBetween(db, client_id, from, dayOf(one.due) ?? from, 9))
      await linkSession(db, id, session.id)
  }
  for (const [at, body] of (one.notes ?? []).entries())
    await addNote(db, { project_id: id, body, person_id: person(at), at: daysAgo(6 - at * 2) })
  await seedTasks(seeding, one, id, dayOf)
  if (one.status !== 'planned') did('projects.move', daysAgo(Math.max(1, -one.starts / 3)), { project: id }, person(0))
}

/** Its own tasks, and those of its template: what is past is done, but for the last of it. */
async function seedTasks(
  seeding: Seeding,
  one: Planned,
  project_id: number,
  dayOf: (days: number) => string | null
): Promise<void> {
  const { db, told } = seeding
  const person = personOf(seeding)
  const template = one.template && templates[one.template]
  if (template) await takeSheet(db, project_id, template.sheet)
  const due = (template?.tasks ?? []).map(({ title, days }) => ({ title, days: one.starts + days }))
  const past = due.filter(({ days }) => days < -2).length
  const fromTemplate = due.map(({ title, days }, at): NonNullable<Planned['tasks']>[number] => [
    title,
    days,
    one.team[at % one.team.length]?.[0] ?? null,
    at < past
  ])
  const rows = [...fromTemplate, ...(one.tasks ?? [])].map(([title, days, index, done]) => ({
    project_id,
    title,
    note: null,
    assignee_id: index === null ? null : person(index),
    due_on: days === null ? null : dayOf(days),
    done_at: done ? daysAgo(Math.max(1, -(days ?? -1))) : null,
    done_by: done && index !== null ? person(index) : null
  }))
  const ids = await addTasks(db, rows, person(0))
  for (const [at, task_id] of ids.entries()) {
    // one after the other, those that came by hand; a template's are no news
    const given = at >= fromTemplate.length && rows[at]?.assignee_id !== null
    if (given) told('projects.task-assigned', daysAgo(at - fromTemplate.length + 2), { task_id, project_id }, person(1))
  }
}

const daysAgo = (days: number) => new Date(Date.now() - days * 864e5)

const personOf =
  ({ people }: Seeding) =>
  (index: number): number | null =>
    people[index % Math.max(people.length, 1)]?.id ?? null
