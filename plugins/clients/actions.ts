import { action, notFound, refuse } from '@patchbay/core'
import type { Ask, Running } from '@patchbay/core'
import type { z } from 'zod'
import type { Hanging } from './contract.ts'
import { ChangeClientForm, ClientForm, ClientIdForm, ManyClientsForm, TagsForm } from './forms.ts'
import * as queries from './queries.ts'
import type { Client } from './queries.ts'

/** Enters a client. */
export const addClient = action({
  name: 'clients.add',
  permission: 'clients.write',
  input: ClientForm,
  about: (client: Client) => ({ client: client.id }),
  async run({ db, tell }, input) {
    const client = await queries.addClient(db, input)
    tell('clients.added', { client_id: client.id })
    return client
  }
})

/** Replaces a client's fields. Refused when somebody else changed them since `version` was read. */
export const changeClient = action({
  name: 'clients.change',
  permission: 'clients.write',
  input: ChangeClientForm,
  about: (client: Client) => ({ client: client.id }),
  run: (running, { id, version, ...input }) => change(running, id, version, input)
})

/** Replaces a client's tags. */
export const tagClient = action({
  name: 'clients.tag',
  permission: 'clients.write',
  input: TagsForm,
  about: (client: Client) => ({ client: client.id }),
  run: (running, { id, tags }) => change(running, id, null, { tags })
})

/** Puts a client away: it is in no list and no suggestion until it is restored. */
export const archiveClient = action({
  name: 'clients.archive',
  permission: 'clients.write',
  input: ClientIdForm,
  about: (id: number) => ({ client: id }),
  run: (running, { id }) => archive(running, id, true)
})

/** Brings an archived client back. */
export const restoreClient = action({
  name: 'clients.restore',
  permission: 'clients.write',
  input: ClientIdForm,
  about: (id: number) => ({ client: id }),
  run: (running, { id }) => archive(running, id, false)
})

/** Archives, restores, tags or untags several clients. The result is the ids that changed. */
export const changeManyClients = action({
  name: 'clients.change_many',
  permission: 'clients.write',
  input: ManyClientsForm,
  about: (ids: number[]) => ({ client: ids }),
  async run({ db, tell }, { ids, change, tag }) {
    const changed = await changeMany(db, ids, change, tag)
    for (const id of changed) tell('clients.changed', { client_id: id })
    return changed
  }
})

/** Deletes a client with its contacts and notes. Refused while anything of another plugin, or a membership, hangs on it. */
export const removeClient = action({
  name: 'clients.remove',
  permission: 'clients.delete',
  confirm: true,
  input: ClientIdForm,
  about: (client: Client) => ({ client: client.id }),
  async run({ db, ask, tell, changed }, { id }) {
    const [client] = await queries.lockClients(db, [id])
    if (!client || client.merged_into) throw notFound()
    const hanging = await hangingOn(ask, id)
    if (hanging.length > 0) {
      throw refuse({ '': { key: 'clients.errors.hangs', values: { what: hangingInWords(hanging) } } })
    }
    changed(client, Object.fromEntries(Object.keys(client).map(key => [key, null])))
    await queries.removeClient(db, id)
    tell('clients.removed', { client_id: id })
    return client
  },
  constraints: {
    client_contacts_member_client_id_fkey: ['', 'clients.errors.is_member']
  }
})

/** What other plugins have that hangs on a client; nothing when it may be deleted. */
export async function hangingOn(ask: Ask, clientId: number): Promise<Hanging[]> {
  const answers = await ask('clients.hangs', { client_id: clientId })
  return answers.filter(({ count }) => count > 0)
}

/** `3 séances, 1 devis` */
export const hangingInWords = (hanging: readonly Hanging[]): string =>
  hanging.map(({ count, label }) => `${count} ${label}`).join(', ')

async function change(
  { db, tell, changed }: Running,
  id: number,
  version: number | null,
  input: Parameters<typeof queries.changeClient>[3]
): Promise<Client> {
  const before = await queries.findClient(db, id)
  if (!before || before.merged_into) throw notFound()
  const after = await queries.changeClient(db, id, version, input)
  if (!after) throw refuse({ '': 'clients.errors.changed_meanwhile' })
  changed(before, fieldsOf(after))
  tell('clients.changed', { client_id: id })
  return after
}

/** What a person can change, for the trail. */
function fieldsOf({ version: _version, updated_at: _updated, ...fields }: Client): object {
  return fields
}

async function archive({ db, tell }: Running, id: number, archived: boolean): Promise<number> {
  const client = await queries.findClient(db, id)
  if (!client || client.merged_into) throw notFound()
  const [changed] = await queries.setArchived(db, [id], archived)
  if (changed) tell('clients.changed', { client_id: id })
  return id
}

function changeMany(
  db: Running['db'],
  ids: number[],
  change: z.output<typeof ManyClientsForm>['change'],
  tag: string | null
): Promise<number[]> {
  if (change === 'archive' || change === 'restore') return queries.setArchived(db, ids, change === 'archive')
  if (!tag) throw refuse({ tag: 'fields.required' })
  return queries.setTag(db, ids, tag, change === 'tag')
}
