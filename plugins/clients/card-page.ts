import { activityOf, fields, notFound, together } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { listContacts, listMemberships, listNotes } from './card.ts'
import * as queries from './queries.ts'

/** The client of the address, merged or not, or 404. */
export async function clientAsked(request: FastifyRequest): Promise<queries.Client> {
  const client = await queries.findClient(request.db, request.recordId())
  if (!client) throw notFound()
  return client
}

/** The client of the address; a merged one is 404: it can no longer be changed. */
export async function livingClient(request: FastifyRequest): Promise<queries.Client> {
  const client = await clientAsked(request)
  if (client.merged_into) throw notFound()
  return client
}

/** What the card shows. Statements: 5 and those of the other plugins' sections, all in one trip. */
export async function cardPage(request: FastifyRequest, client: queries.Client, extra: Record<string, unknown> = {}) {
  const [contacts, memberships, notes, sections, activity, tags] = await together(request.db, db => [
    listContacts(db, client.id),
    listMemberships(db, client.id),
    listNotes(db, client.id),
    request.ask('clients.sections', { client_id: client.id }, db),
    activityOf(db, 'client', client.id, 30),
    queries.usedTags(db)
  ])
  return {
    title: client.name,
    styles: ['/static/clients/clients.css'],
    client,
    contacts,
    memberships,
    notes,
    sections: sections.toSorted((a, b) => (a.order ?? 50) - (b.order ?? 50)),
    activity,
    tags,
    readablePhone: fields.readablePhone,
    // `?note=7` and `?contact=7` open these for editing
    editing: request.query,
    me: request.actor.id,
    ...extra
  }
}
