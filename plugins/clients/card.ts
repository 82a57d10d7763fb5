import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { ClientKind } from './contract.ts'

/** Somebody who speaks for a client or belongs to it; `member_*` when it is a client of its own. */
export interface Contact {
  id: number
  client_id: number
  member_client_id: number | null
  /** The member's name, where it is another client. */
  name: string
  role: string | null
  email: string | null
  phone: string | null
  is_main: boolean
  kind: ClientKind | null
}

/** A client that this one belongs to. */
export interface Membership {
  id: number
  name: string
  kind: ClientKind
  role: string | null
}

export interface Note {
  id: number
  client_id: number
  author_id: number | null
  author_name: string | null
  noted_on: string
  body: string
  created_at: Date
  updated_at: Date | null
}

type ContactInput = Omit<Contact, 'id' | 'kind' | 'name'> & { name: string | null }

/** Its contacts and members, the main one first. A member's own mail and phone stand in for what the contact lacks. */
export function listContacts(db: Db, clientId: number): Promise<Contact[]> {
  return rowsOf(
    db,
    `select contact.id, contact.client_id, member_client_id, role, is_main, member.kind,
       coalesce(contact.name, member.name) as name, coalesce(contact.email, member.email) as email,
       coalesce(contact.phone, member.phone) as phone
     from client_contacts contact left join clients member on member.id = contact.member_client_id
     where contact.client_id = ? and member.merged_into is null
     order by contact.is_main desc, contact.id`,
    [clientId]
  )
}

/** The bands and companies it belongs to. */
export function listMemberships(db: Db, clientId: number): Promise<Membership[]> {
  return rowsOf(
    db,
    `select clients.id, clients.name, clients.kind, contact.role
     from client_contacts contact join clients on clients.id = contact.client_id
     where contact.member_client_id = ? and clients.merged_into is null order by clients.name`,
    [clientId]
  )
}

/** Adds a contact; a new main one takes over from the old. Its id. */
export async function addContact(db: Db, contact: ContactInput): Promise<number> {
  if (contact.is_main) await noMain(db, contact.client_id)
  const [row] = await db('client_contacts').insert(contact).returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

/** False when that client has no such contact. */
export async function changeContact(db: Db, id: number, contact: ContactInput): Promise<boolean> {
  if (contact.is_main) await noMain(db, contact.client_id)
  const changed = await db('client_contacts').where({ id, client_id: contact.client_id }).update(contact)
  return changed === 1
}

/** False when that client has no such contact. */
export async function removeContact(db: Db, clientId: number, id: number): Promise<boolean> {
  return (await db('client_contacts').where({ id, client_id: clientId }).delete()) === 1
}

async function noMain(db: Db, clientId: number): Promise<void> {
  await db('client_contacts').where({ client_id: clientId, is_main: true }).update({ is_main: false })
}

/** Its notes, the latest day first; at most 200. */
export function listNotes(db: Db, clientId: number): Promise<Note[]> {
  return rowsOf(
    db,
    `select note.id, note.client_id, note.author_id, note.noted_on, note.body, note.created_at, note.updated_at,
       people.name as author_name
     from client_notes note left join people on people.id = note.author_id
     where note.client_id = ? order by noted_on desc, note.id desc limit 200`,
    [clientId]
  )
}

export function findNote(db: Db, clientId: number, id: number): Promise<Note | undefined> {
  return db('client_notes').where({ id, client_id: clientId }).first<Note | undefined>('*')
}

export async function addNote(
  db: Db,
  note: { client_id: number; author_id: number | null; noted_on: string; body: string }
): Promise<number> {
  const [row] = await db('client_notes').insert(note).returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

export async function changeNote(db: Db, id: number, note: { noted_on: string; body: string }): Promise<void> {
  await db('client_notes')
    .where({ id })
    .update({ ...note, updated_at: db.fn.now() })
}

export async function removeNote(db: Db, id: number): Promise<void> {
  await db('client_notes').where({ id }).delete()
}
