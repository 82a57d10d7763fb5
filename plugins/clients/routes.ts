import { allow, fields, together } from '@patchbay/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import {
  addClient,
  archiveClient,
  changeClient,
  changeManyClients,
  hangingInWords,
  hangingOn,
  removeClient,
  restoreClient,
  tagClient
} from './actions.ts'
import { SuggestionsQuery, TypedQuery } from './forms.ts'
import { listContacts, listMemberships, listNotes } from './card.ts'
import { cardPage, clientAsked, livingClient } from './card-page.ts'
import { cardRoutes } from './card-routes.ts'
import { importRoutes } from './import-routes.ts'
import { clientList } from './list.ts'
import { mergeRoutes } from './merge-routes.ts'
import { findClients, findDuplicates } from './finding.ts'
import type { ClientGlimpse } from './finding.ts'
import * as queries from './queries.ts'
import { exportRoutes } from './export-routes.ts'

/** Pages at /s/:studio/clients. */
export async function staff(app: FastifyInstance): Promise<void> {
  app.get('/', allow('clients.read'), async (request, reply) => {
    const [page, tags, others] = await together(request.db, db => [
      request.list(clientList, db),
      queries.usedTags(db),
      request.ask('clients.filters', {}, db)
    ])
    const search = new URL(request.url, 'http://x').search
    return reply.page('clients/list', {
      title: say(request, 'list.title'),
      ...page,
      tags,
      others: others.flat(),
      search,
      styles: ['/static/clients/clients.css'],
      readablePhone: fields.readablePhone
    })
  })

  app.get('/new', allow('clients.write'), async (request, reply) => {
    const values = { kind: 'person', language: 'fr', country: 'FR', name: SuggestionsQuery.parse(request.query).q }
    return reply.page('clients/new', await formPage(request, 'new.title', { values, errors: {} }))
  })

  app.post('/', allow('clients.write'), async (request, reply) => {
    const added = await request.act(addClient)
    if (!added.ok) return reply.code(422).page('clients/new', await formPage(request, 'new.title', added))
    return reply.flash('clients.flash.added').redirect(`${request.base}/clients/${added.value.id}`, 303)
  })

  app.get('/suggestions', allow('clients.read'), async (request, reply) => {
    const { q } = SuggestionsQuery.parse(request.query)
    const found = await findClients(request.db, q.slice(0, 100))
    return reply.view('parts/suggestions', {
      suggestions: found.map(client => suggestion(request, client)),
      create: undefined
    })
  })

  app.get('/duplicates', allow('clients.write'), async (request, reply) => {
    return reply.view('clients/_duplicates', { duplicates: await duplicatesTyped(request) })
  })

  // a client in place, from another plugin's form
  app.post('/quick', allow('clients.write'), async (request, reply) => {
    const added = await request.act(addClient)
    if (!added.ok) return reply.code(422).page('clients/quick', { title: say(request, 'new.title'), ...added })
    const { id: value, name: text } = added.value
    return reply.page('clients/picked', { title: '', value, text })
  })

  app.post('/selection', allow('clients.write'), async (request, reply) => {
    const changed = await request.act(changeManyClients)
    if (!changed.ok) return reply.flash('clients.errors.none_chosen', 'bad').redirect(`${request.base}/clients`, 303)
    return reply.flash('clients.flash.changed_many').redirect(`${request.base}/clients`, 303)
  })

  app.get('/:id', allow('clients.read'), async (request, reply) => {
    const client = await clientAsked(request)
    if (client.merged_into) return reply.redirect(`${request.base}/clients/${client.merged_into}`, 303)
    return reply.page('clients/card', await cardPage(request, client))
  })

  app.get('/:id/edit', allow('clients.write'), async (request, reply) => {
    const client = await livingClient(request)
    const values = {
      ...client,
      phone: client.phone && fields.readablePhone(client.phone),
      links: client.links.join('\n')
    }
    return reply.page('clients/edit', { ...(await formPage(request, 'edit.title', { values, errors: {} })), client })
  })

  app.post('/:id', allow('clients.write'), async (request, reply) => {
    const changed = await request.act(changeClient, { id: request.recordId() })
    if (changed.ok)
      return reply.flash('clients.flash.saved').redirect(`${request.base}/clients/${changed.value.id}`, 303)
    const client = await livingClient(request)
    return reply.code(422).page('clients/edit', { ...(await formPage(request, 'edit.title', changed)), client })
  })

  app.post('/:id/tags', allow('clients.write'), async (request, reply) => {
    const tagged = await request.act(tagClient, { id: request.recordId() })
    if (tagged.ok) return reply.redirect(`${request.base}/clients/${tagged.value.id}`, 303)
    return reply
      .code(422)
      .page('clients/card', await cardPage(request, await livingClient(request), { tagging: tagged }))
  })

  app.post('/:id/archiving', allow('clients.write'), async (request, reply) => {
    await request.act(archiveClient, { id: request.recordId() })
    return reply.redirect(`${request.base}/clients/${request.recordId()}`, 303)
  })

  app.post('/:id/restoring', allow('clients.write'), async (request, reply) => {
    await request.act(restoreClient, { id: request.recordId() })
    return reply.flash('clients.flash.restored').redirect(`${request.base}/clients/${request.recordId()}`, 303)
  })

  app.get('/:id/removal', allow('clients.delete'), async (request, reply) => {
    return reply.page('clients/removal', { ...(await removalPage(request)), errors: {} })
  })

  app.post('/:id/removal', allow('clients.delete'), async (request, reply) => {
    const removed = await request.act(removeClient, { id: request.recordId() })
    if (removed.ok) return reply.flash('clients.flash.removed').redirect(`${request.base}/clients`, 303)
    return reply.code(422).page('clients/removal', { ...(await removalPage(request)), errors: removed.errors })
  })

  cardRoutes(app)
  mergeRoutes(app)
  importRoutes(app)
  exportRoutes(app)
}

async function formPage(request: FastifyRequest, title: string, outcome: { values: object; errors: object }) {
  return {
    title: say(request, title),
    tags: await queries.usedTags(request.db),
    duplicates: [],
    values: outcome.values,
    errors: outcome.errors
  }
}

async function removalPage(request: FastifyRequest) {
  const client = await livingClient(request)
  const hanging = hangingInWords(await hangingOn(request.ask.bind(request), client.id))
  const memberships = await listMemberships(request.db, client.id)
  const with_it = {
    notes: (await listNotes(request.db, client.id)).length,
    contacts: (await listContacts(request.db, client.id)).length
  }
  return { title: client.name, client, hanging, memberships, with_it }
}

async function duplicatesTyped(request: FastifyRequest) {
  const { name, email, phone, except } = TypedQuery.parse(request.query)
  return findDuplicates(request.db, { name: name ?? '', email, phone }, except ?? undefined)
}

function suggestion(request: FastifyRequest, client: ClientGlimpse) {
  const kind = say(request, `kinds.${client.kind}`)
  const phone = client.phone && fields.readablePhone(client.phone)
  const detail = [client.artist_name, client.kind === 'person' ? null : kind, phone ?? client.email]
    .filter(Boolean)
    .join(' · ')
  return { value: client.id, text: client.name, detail, icon: kindIcons[client.kind] }
}

export const kindIcons = { person: 'user-round', band: 'users', company: 'building-2', label: 'disc-3' } as const

export const say = (request: FastifyRequest, key: string): string => request.words().t(`clients.${key}`)
