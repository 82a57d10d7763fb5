import { allow, centsField, fields, notFound, together } from '@patchbay/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { listAppearances } from './credit-queries.ts'
import { musiciansCsv } from './exports.ts'
import { MergeQuery, MusiciansQuery, SuggestionsQuery } from './forms.ts'
import { readableIpi, readableIsni } from './identifiers.ts'
import { merged } from './merging.ts'
import { addMusician, archiveMusician, changeMusician, mergeMusicians, restoreMusician } from './musician-actions.ts'
import * as queries from './musician-queries.ts'
import { musicianCard } from './musician-page.ts'
import { styles } from './pages.ts'
import { findRoles, groupOf } from './roles.ts'

const read = allow('credits.read')
const write = allow('credits.write')

/** The musicians: the list, their cards, and what comboboxes ask. */
export function musicianRoutes(app: FastifyInstance): void {
  app.get('/', read, async (request, reply) => {
    const [page, roles, tabs] = await together(request.db, db => [
      request.list(queries.musicianList, db),
      queries.usedRoles(db),
      request.ask('projects.tabs', {}, db)
    ])
    const search = new URL(request.url, 'http://x').search
    const title = request.words().t('credits.list.title')
    return reply.page('credits/list', { styles, title, ...page, roles, tabs: tabs.flat(), search, readableIpi })
  })

  app.get('/musicians.csv', read, async (request, reply) => {
    const { data } = MusiciansQuery.safeParse(request.query)
    const musicians = await queries.exportedMusicians(request.db, data ?? MusiciansQuery.parse({}))
    const csv = musiciansCsv(musicians, request.words(), request.can('credits.rates'))
    return sendAs(reply, 'musiciens.csv', 'text/csv; charset=utf-8', csv)
  })

  app.get('/musicians/new', write, async (request, reply) => {
    const { q } = SuggestionsQuery.parse(request.query)
    return reply.page('credits/new', await formPage(request, { values: { name: q }, errors: {} }))
  })

  app.post('/musicians', write, async (request, reply) => {
    const added = await request.act(addMusician)
    if (!added.ok) return reply.code(422).page('credits/new', await formPage(request, added))
    return reply.flash('credits.flash.added').redirect(`${request.base}/credits/musicians/${added.value}`, 303)
  })

  app.get('/musicians/suggestions', read, async (request, reply) => {
    const { q } = SuggestionsQuery.parse(request.query)
    return reply.view('parts/suggestions', await suggestionsOf(request, q.slice(0, 100).trim()))
  })

  app.get('/roles', read, async (request, reply) => {
    const { t } = request.words()
    const suggestions = findRoles(SuggestionsQuery.parse(request.query).q.slice(0, 100), t).map(role => ({
      value: role,
      text: t(`credits.roles.${role}`),
      detail: t(`credits.groups.${groupOf(role)}`)
    }))
    return reply.view('parts/suggestions', { suggestions, create: undefined })
  })

  app.get('/musicians/:id', read, async (request, reply) => {
    return reply.page('credits/card', await musicianCard(request))
  })

  app.get('/musicians/:id/edit', write, async (request, reply) => {
    const musician = await musicianAsked(request)
    return reply.page(
      'credits/edit',
      await formPage(request, { values: valuesOf(request, musician), errors: {} }, musician)
    )
  })

  app.post('/musicians/:id', write, async (request, reply) => {
    const changed = await request.act(changeMusician, { id: request.recordId() })
    if (changed.ok) return reply.flash('credits.flash.saved').redirect(cardAddress(request), 303)
    return reply.code(422).page('credits/edit', await formPage(request, changed, await musicianAsked(request)))
  })

  app.post('/musicians/:id/archiving', write, async (request, reply) => {
    await request.act(archiveMusician, { id: request.recordId() })
    return reply.flash('credits.flash.archived').redirect(cardAddress(request), 303)
  })

  app.post('/musicians/:id/restoring', write, async (request, reply) => {
    await request.act(restoreMusician, { id: request.recordId() })
    return reply.flash('credits.flash.restored').redirect(cardAddress(request), 303)
  })

  app.get('/musicians/:id/merging', write, async (request, reply) => {
    return reply.page('credits/merging', { ...(await mergePage(request)), errors: {}, values: {} })
  })

  app.post('/musicians/:id/merging', write, async (request, reply) => {
    await musicianAsked(request)
    const done = await request.act(mergeMusicians)
    if (!done.ok) return reply.code(422).page('credits/merging', { ...(await mergePage(request)), ...done })
    return reply.flash('credits.flash.merged').redirect(`${request.base}/credits/musicians/${done.value}`, 303)
  })
}

/** Gives a file to be kept under a name. */
export const sendAs = (reply: FastifyReply, name: string, type: string, content: string | Buffer): FastifyReply =>
  reply
    .type(type)
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('cache-control', 'no-store')
    .send(content)

const cardAddress = (request: FastifyRequest): string => `${request.base}/credits/musicians/${request.recordId()}`

/** The musician of the address. @throws notFound */
async function musicianAsked(request: FastifyRequest): Promise<queries.ShownMusician> {
  const musician = await queries.findMusician(request.db, request.recordId())
  if (!musician) throw notFound()
  return musician
}

async function formPage(
  request: FastifyRequest,
  { values, errors }: { values: Record<string, unknown>; errors: Record<string, string> },
  musician?: queries.ShownMusician
) {
  const { t } = request.words()
  const people = await queries.listStaff(request.db)
  const title = musician ? t('credits.edit.title') : t('credits.new.title')
  return { styles, title, values, errors, people, musician, roles: usualRoles.map(role => t(`credits.roles.${role}`)) }
}

/** What the field of roles suggests. */
const usualRoles = [
  'LeadVocalist',
  'BackgroundVocalist',
  'DrumKit',
  'ElectricBassGuitar',
  'ElectricGuitar',
  'Keyboard',
  'ComposerLyricist',
  'StudioProducer',
  'RecordingEngineer',
  'MixingEngineer',
  'MasteringEngineer'
]

/** A musician as the form shows them. */
function valuesOf(request: FastifyRequest, musician: queries.ShownMusician): Record<string, unknown> {
  const { t, locale } = request.words()
  const { phone, ipi, isni, rate_cents, roles } = musician
  return {
    ...musician,
    phone: phone && fields.readablePhone(phone),
    ipi: ipi && readableIpi(ipi),
    isni: isni && readableIsni(isni),
    rate_cents: rate_cents === null ? '' : centsField(rate_cents, locale),
    roles: roles.map(role => t(`credits.roles.${role}`))
  }
}

async function suggestionsOf(request: FastifyRequest, q: string) {
  const { t } = request.words()
  const found = await queries.searchMusicians(request.db, q, 8)
  const suggestions = found.map(({ id, name, stage_name, roles, instruments }) => ({
    value: id,
    text: name,
    detail: [stage_name, ...roles.slice(0, 2).map(role => t(`credits.roles.${role}`)), ...instruments.slice(0, 2)]
      .filter(Boolean)
      .join(' · '),
    icon: 'user-round'
  }))
  const create =
    q && request.can('credits.write') ? { text: q, label: t('credits.list.create', { name: q }) } : undefined
  return { suggestions, create }
}

/** The musician, the other one when it is chosen (`?other=7`), and what the joined record would be. */
async function mergePage(request: FastifyRequest) {
  const musician = await musicianAsked(request)
  const { other: otherId, keep } = MergeQuery.parse(request.query)
  const found = otherId ? await queries.findMusician(request.db, otherId) : undefined
  const other = found && found.id !== musician.id ? found : undefined
  const [into, from] = other && keep === other.id ? [other, musician] : [musician, other]
  const { t } = request.words()
  const result = from && { ...into, ...merged(into, from, t) }
  const counts = await together(request.db, db => [
    listAppearances(db, into.id),
    from ? listAppearances(db, from.id) : Promise.resolve([])
  ])
  const shown = { into: counts[0].length, from: counts[1].length }
  return {
    styles,
    title: t('credits.merging.title'),
    musician,
    other,
    into,
    from,
    result,
    counts: shown,
    readableIpi,
    readableIsni
  }
}
