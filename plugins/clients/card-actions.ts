import { action, forbidden, notFound, refuse, time } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import type { z } from 'zod'
import * as card from './card.ts'
import type { Note } from './card.ts'
import { ChangeContactForm, ChangeNoteForm, ContactForm, ContactIdForm, NoteForm, NoteIdForm } from './forms.ts'
import { findClient, touchClient } from './queries.ts'

const onClient = (clientId: number) => ({ client: clientId })
/** One client is in another at most once. */
const constraints = { client_contacts_member: ['member_client_id', 'clients.errors.member_twice'] } as const

/** Adds somebody who speaks for a client or belongs to it. The results of these actions are the client's id. */
export const addContact = action({
  name: 'clients.add_contact',
  permission: 'clients.write',
  input: ContactForm,
  about: onClient,
  constraints,
  async run(running, input) {
    const contact = await contactOf(running, input)
    await card.addContact(running.db, contact)
    return said(running, input.client_id)
  }
})

export const changeContact = action({
  name: 'clients.change_contact',
  permission: 'clients.write',
  input: ChangeContactForm,
  about: onClient,
  constraints,
  async run(running, { id, ...input }) {
    const contact = await contactOf(running, input)
    if (!(await card.changeContact(running.db, id, contact))) throw notFound()
    return said(running, input.client_id)
  }
})

export const removeContact = action({
  name: 'clients.remove_contact',
  permission: 'clients.write',
  input: ContactIdForm,
  about: onClient,
  async run(running, { client_id, id }) {
    if (!(await card.removeContact(running.db, client_id, id))) throw notFound()
    return said(running, client_id)
  }
})

/** Notes something about a client, in the name of whoever does it. */
export const addNote = action({
  name: 'clients.add_note',
  permission: 'clients.write',
  input: NoteForm,
  about: onClient,
  async run(running, { client_id, noted_on, body }) {
    await living(running, client_id)
    const day = noted_on ?? time.today(running.studio.timezone)
    await card.addNote(running.db, { client_id, author_id: running.person.id, noted_on: day, body })
    return said(running, client_id)
  }
})

/** Changes a note; only its author may. */
export const changeNote = action({
  name: 'clients.change_note',
  permission: 'clients.write',
  input: ChangeNoteForm,
  about: onClient,
  async run(running, { client_id, id, noted_on, body }) {
    const before = await ownNote(running, client_id, id)
    const after = { noted_on: noted_on ?? before.noted_on, body }
    await card.changeNote(running.db, id, after)
    running.changed(before, after)
    return said(running, client_id)
  }
})

/** Takes a note away; only its author may. What it said stays in the trail. */
export const removeNote = action({
  name: 'clients.remove_note',
  permission: 'clients.write',
  input: NoteIdForm,
  about: onClient,
  async run(running, { client_id, id }) {
    const note = await ownNote(running, client_id, id)
    await card.removeNote(running.db, id)
    running.changed(note, { noted_on: null, body: null })
    return said(running, client_id)
  }
})

async function living({ db }: Running, clientId: number): Promise<void> {
  const client = await findClient(db, clientId)
  if (!client || client.merged_into) throw notFound()
}

async function ownNote({ db, person }: Running, clientId: number, id: number): Promise<Note> {
  const note = await card.findNote(db, clientId, id)
  if (!note) throw notFound()
  if (note.author_id === null || note.author_id !== person.id) throw forbidden('clients.errors.not_your_note')
  return note
}

/** Checks that the contact is somebody: a name, or another client of this studio, not both. */
async function contactOf(
  running: Running,
  { name, member_client_id, ...rest }: z.output<typeof ContactForm>
): Promise<Parameters<typeof card.addContact>[1]> {
  await living(running, rest.client_id)
  if (member_client_id === null) {
    if (!name) throw refuse({ name: 'fields.required' })
    return { ...rest, name, member_client_id: null }
  }
  if (member_client_id === rest.client_id) throw refuse({ member_client_id: 'clients.errors.member_of_itself' })
  const member = await findClient(running.db, member_client_id)
  if (!member || member.merged_into) throw refuse({ member_client_id: 'clients.errors.no_such_client' })
  return { ...rest, name: null, member_client_id }
}

async function said({ db, tell }: Running, clientId: number): Promise<number> {
  await touchClient(db, clientId)
  tell('clients.changed', { client_id: clientId })
  return clientId
}
