import { action, notFound, refuse, time } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { addNote } from './card.ts'
import { listFields, singleFields } from './client-fields.ts'
import { MergeForm } from './forms.ts'
import type { ClientInput } from './forms.ts'
import { bury, moveContacts, moveNotes } from './merge-queries.ts'
import { changeClient, lockClients, setArchived } from './queries.ts'
import type { Client } from './queries.ts'

/**
 * Two records of one client become one, and nothing is lost: contacts, notes and what other plugins have move over, tags
 * and lists are joined, empty fields are filled; where both say something different the kept one's word stands and the
 * other's goes into a note. The other record stays in the database, hidden, and its address leads to the kept one.
 */
export const mergeClients = action({
  name: 'clients.merge',
  permission: 'clients.merge',
  confirm: true,
  input: MergeForm,
  about: (kept: Client, { from }) => ({ client: [kept.id, from] }),
  async run(running, input) {
    const { db, ask, tell, changed } = running
    const { into, from } = await bothOf(running, input)
    const { fields, conflicts } = mergedFields(into, from)
    const kept = (await changeClient(db, into.id, null, fields)) ?? into
    if (into.archived_at && !from.archived_at) await setArchived(db, [into.id], false)
    await moveContacts(db, from.id, into.id)
    await moveNotes(db, from.id, into.id)
    if (conflicts.length > 0) await noteConflicts(running, into, from, conflicts)
    await ask('clients.merge', { from: from.id, into: into.id })
    await bury(db, from.id, into.id)
    changed(into, fields)
    tell('clients.merged', { client_id: into.id, merged_id: from.id })
    tell('clients.changed', { client_id: into.id })
    return kept
  }
})

type Conflict = { field: keyof ClientInput; value: string }

/** What the kept record becomes, and what of the other one it cannot hold. */
export function mergedFields(into: Client, from: Client): { fields: Partial<ClientInput>; conflicts: Conflict[] } {
  const fields: Partial<Record<keyof ClientInput, unknown>> = {}
  const conflicts: Conflict[] = []
  for (const field of listFields) {
    const added = from[field].filter(one => !into[field].includes(one))
    if (added.length > 0) fields[field] = [...into[field], ...added]
  }
  for (const field of singleFields) {
    const [kept, lost] = [into[field], from[field]]
    if (lost === null || lost === kept) continue
    if (kept === null) fields[field] = lost
    else conflicts.push({ field, value: lost })
  }
  return { fields: fields as Partial<ClientInput>, conflicts }
}

async function bothOf({ db }: Running, input: { from: number; into: number }): Promise<{ into: Client; from: Client }> {
  if (input.from === input.into) throw refuse({ '': 'clients.errors.merge_itself' })
  const clients = await lockClients(db, [input.from, input.into])
  const into = clients.find(({ id }) => id === input.into)
  const from = clients.find(({ id }) => id === input.from)
  if (!into || !from || into.merged_into || from.merged_into) throw notFound()
  return { into, from }
}

async function noteConflicts({ db, t, person, studio }: Running, into: Client, from: Client, conflicts: Conflict[]) {
  const lines = conflicts.map(({ field, value }) => {
    const words =
      field === 'kind' ? t(`clients.kinds.${value}`) : field === 'language' ? t(`clients.languages.${value}`) : value
    return `${t(`clients.fields.${field}`)} : ${words}`
  })
  const body = [t('clients.merging.note', { name: from.name, id: String(from.id) }), ...lines].join('\n')
  const noted_on = time.today(studio.timezone)
  await addNote(db, { client_id: into.id, author_id: person.id, noted_on, body })
}
