import { conflict } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { GearWanted, SessionRole } from '../contract.ts'
import { rowsOf } from '../queries.ts'

/** What a session is booked from; what is null is asked each time. */
export interface TemplateFields {
  name: string
  title: string | null
  room_id: number | null
  starts: string | null
  minutes: number | null
  state: 'option' | 'confirmed'
  roles: SessionRole[]
  gear: GearWanted[]
  notes: string | null
  price_cents: number | null
  price_note: string | null
}

export interface Template extends TemplateFields {
  id: number
  version: number
  room_name: string | null
  colour: number | null
  people: { id: number; name: string }[]
}

const shown = `t.id, t.name, t.title, t.room_id, t.starts, t.minutes, t.state, to_jsonb(t.roles) as roles, t.gear, t.notes,
  t.price_cents, t.price_note, t.version, r.name as room_name, r.colour,
  coalesce((select jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name) order by p.name)
    from session_template_people tp join people p on p.id = tp.person_id
    where tp.template_id = t.id), '[]') as people`
const from = `from session_templates t left join rooms r on r.id = t.room_id`

/** All of them, by name. A studio has dozens, not thousands: at most 200. */
export function listTemplates(db: Db): Promise<Template[]> {
  return rowsOf(db, `select ${shown} ${from} order by t.name collate "fr-x-icu", t.id limit 200`)
}

export async function findTemplate(db: Db, id: number): Promise<Template | undefined> {
  const [found] = await rowsOf<Template>(db, `select ${shown} ${from} where t.id = ?`, [id])
  return found
}

/** Templates whose name or title has these words, at most six. */
export function searchTemplates(db: Db, text: string): Promise<Pick<Template, 'id' | 'name' | 'title'>[]> {
  return rowsOf(
    db,
    `select id, name, title from session_templates
     where words_of(name || ' ' || coalesce(title, '')) like '%' || words_of(?) || '%' order by name limit 6`,
    [text]
  )
}

export async function addTemplate(db: Db, fields: TemplateFields, people: readonly number[]): Promise<number> {
  const [row] = await db('session_templates').insert(written(fields)).returning<{ id: number }[]>('id')
  const id = row?.id ?? 0
  await setPeople(db, id, people)
  return id
}

/** Writes a template's fields, if it still is the version that was read. False when it is gone. */
export async function changeTemplate(
  db: Db,
  { id, version }: { id: number; version: number | null },
  fields: TemplateFields,
  people: readonly number[]
): Promise<boolean> {
  const found = await db('session_templates')
    .where({ id })
    .forUpdate()
    .first<{ version: number } | undefined>('version')
  if (!found) return false
  if (version !== null && version !== found.version) throw conflict('sessions.errors.stale')
  await db('session_templates')
    .where({ id })
    .update({ ...written(fields), version: db.raw('version + 1') })
  await setPeople(db, id, people)
  return true
}

/** False when it was gone already. */
export async function removeTemplate(db: Db, id: number): Promise<boolean> {
  return (await db('session_templates').where({ id }).delete()) > 0
}

async function setPeople(db: Db, template_id: number, people: readonly number[]): Promise<void> {
  await db('session_template_people').where({ template_id }).delete()
  if (people.length > 0)
    await db('session_template_people').insert(people.map(person_id => ({ template_id, person_id })))
}

const written = (fields: TemplateFields) => ({ ...fields, gear: JSON.stringify(fields.gear) })

/** What templates are called. */
export function namesOfTemplates(db: Db, ids: readonly number[]): Promise<{ id: number; name: string }[]> {
  return db('session_templates').whereIn('id', ids).select<{ id: number; name: string }[]>('id', 'name')
}
