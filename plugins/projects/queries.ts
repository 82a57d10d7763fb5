import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { ProjectKind, ProjectStatus } from './contract.ts'
import type { ProjectRole } from './forms.ts'

/** What people write of a project. */
export interface ProjectFields {
  title: string
  kind: ProjectKind
  artist: string | null
  client_id: number | null
  label: string | null
  catalogue_number: string | null
  upc: string | null
  starts_on: string | null
  due_on: string | null
  released_on: string | null
  rounds_included: number
  /** Excl. VAT, in the studio's currency. */
  budget_cents: number | null
  budget_minutes: number | null
  isrc_root_id: number | null
  p_line: string | null
  c_line: string | null
  notes: string | null
}

/** A project as its page shows it. */
export interface Project extends ProjectFields {
  id: number
  status: ProjectStatus
  position: number
  quote_id: number | null
  template_id: number | null
  template_name: string | null
  client_name: string | null
  root_prefix: string | null
  version: number
  created_at: Date
  changed_at: Date
}

const shown = `select p.id, p.title, p.kind, p.artist, p.client_id, p.label, p.catalogue_number, p.upc, p.starts_on, p.due_on,
    p.released_on, p.rounds_included, p.budget_cents, p.budget_minutes, p.isrc_root_id, p.p_line, p.c_line, p.notes, p.status,
    p.position, p.quote_id, p.template_id, m.name as template_name, coalesce(c.artist_name, c.name) as client_name,
    r.prefix as root_prefix, p.version, p.created_at, p.changed_at
  from projects p left join clients c on c.id = p.client_id left join project_templates m on m.id = p.template_id
    left join isrc_roots r on r.id = p.isrc_root_id`

export async function findProject(db: Db, id: number): Promise<Project | undefined> {
  const [row] = await rowsOf<Project>(db, `${shown} where p.id = ?`, [id])
  return row
}

/** The same, kept from others until the transaction ends. */
export async function lockProject(db: Db, id: number): Promise<Project | undefined> {
  await rowsOf(db, 'select id from projects where id = ? for update', [id])
  return findProject(db, id)
}

/** Enters a project on top of its column. */
export async function addProject(
  db: Db,
  fields: Partial<ProjectFields> & { status?: ProjectStatus; quote_id?: number; template_id?: number | null },
  person_id: number | null
): Promise<number> {
  const [row] = await db('projects')
    .insert({
      ...fields,
      position: db.raw('(select coalesce(min(position), 0) - 1 from projects where status = ?)', [
        fields.status ?? 'planned'
      ]),
      created_by: db('people')
        .where({ id: person_id ?? 0 })
        .select('id')
    })
    .returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

export async function changeProject(db: Db, id: number, fields: object): Promise<void> {
  await db('projects')
    .where({ id })
    .update({ ...fields, version: db.raw('version + 1'), changed_at: db.fn.now() })
}

/** Something of it changed that is no field of it. */
export async function touchProject(db: Db, id: number): Promise<boolean> {
  return (await db('projects').where({ id }).update({ changed_at: db.fn.now() })) > 0
}

export async function removeProject(db: Db, id: number): Promise<void> {
  await db('projects').where({ id }).delete()
}

export const projectOfQuote = (db: Db, quote_id: number): Promise<{ id: number; title: string } | undefined> =>
  db('projects').where({ quote_id }).first<{ id: number; title: string } | undefined>('id', 'title')

/** Somebody of the studio, and what they do on a project: nothing, for most. */
export interface Colleague {
  id: number
  name: string
  active: boolean
  roles: ProjectRole[]
}

/** Everybody who could be on a project, with what they do on it. */
export const listTeam = (db: Db, project_id: number): Promise<Colleague[]> =>
  rowsOf(
    db,
    `select p.id, p.name, p.active, coalesce(t.roles, '{}') as roles
     from people p left join (select person_id, array_agg(role order by role) as roles from project_people
       where project_id = ? group by person_id) t on t.person_id = p.id
     where p.active or t.roles is not null order by p.name collate "fr-x-icu", p.id`,
    [project_id]
  )

/** Who can be on a team or be given a task. */
export const listPeople = (db: Db): Promise<{ id: number; name: string }[]> =>
  rowsOf(db, 'select id, name from people where active order by name collate "fr-x-icu", id')

/** False when somebody is on it with that role already. */
export async function addMember(db: Db, member: { project_id: number; person_id: number; role: string }) {
  const { rowCount } = await db.raw<{ rowCount: number }>(
    'insert into project_people (project_id, person_id, role) values (?, ?, ?) on conflict do nothing',
    [member.project_id, member.person_id, member.role]
  )
  return rowCount > 0
}

export async function removeMember(db: Db, member: { project_id: number; person_id: number; role: string }) {
  return (await db('project_people').where(member).delete()) > 0
}

export const isActive = async (db: Db, id: number): Promise<boolean> =>
  (await db('people').where({ id, active: true }).first('id')) !== undefined

/** The one client that is meant: by id, else by its whole name. */
export async function matchClient(db: Db, id: number | null, name: string | null): Promise<number | undefined> {
  const rows = await rowsOf<{ id: number }>(
    db,
    `select id from clients where merged_into is null
       and (id = ? or (?::bigint is null and words_of(?) in (words_of(name), words_of(artist_name)))) limit 2`,
    [id ?? 0, id, name ?? '']
  )
  return rows.length === 1 ? rows[0]?.id : undefined
}

export async function clientNamed(db: Db, id: number): Promise<string | undefined> {
  const [row] = await rowsOf<{ name: string }>(
    db,
    'select coalesce(artist_name, name) as name from clients where id = ? and merged_into is null',
    [id]
  )
  return row?.name
}

export const listRoots = (db: Db): Promise<{ id: number; prefix: string; owner: string }[]> =>
  rowsOf(db, 'select id, prefix, owner from isrc_roots where archived_at is null order by not own, owner, id')

/** True where each word of `text` is in `column`, a text of `words_of`. */
export function everyWord(column: string, text: string): { sql: string; bindings: string[] } {
  const words = text
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .slice(0, 8)
  if (words.length === 0) return { sql: 'true', bindings: [] }
  return { sql: words.map(() => `${column} like '%' || words_of(?) || '%'`).join(' and '), bindings: words }
}

/** What these projects are called, those that are there. */
export const namesOf = (db: Db, ids: readonly number[]): Promise<{ id: number; title: string }[]> =>
  rowsOf(db, 'select id, title from projects where id = any(?)', [[...ids]])
