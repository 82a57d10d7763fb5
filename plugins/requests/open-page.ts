import { time, together } from '@patchbay/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { formStamp } from './guard.ts'
import { findPage, listRooms } from './page-queries.ts'
import type { PageRow, ShownRoom } from './page-queries.ts'
import { settingsOf } from './settings.ts'
import type { RequestSettings } from './settings.ts'
import { bounds, offeredDays, shownDays } from './times.ts'

export const styles = ['/static/requests/requests.css']

/** What was typed and what is wrong with it. */
export interface Filled {
  values?: Record<string, unknown>
  errors?: Record<string, string>
  /** The form's stamp, where it is not a new one. */
  stamp?: string
}

/** Is it shown in a frame of the studio's own site? Links and forms keep saying so: no cookie could. */
export const isEmbedded = (request: FastifyRequest): boolean => (request.query as { embed?: unknown }).embed === '1'

/** The studio's front: its rooms, their free times, the form. Six statements, whatever is shown. */
export async function openPage(request: FastifyRequest, { values, errors = {}, stamp }: Filled = {}) {
  const { db, studio } = request
  const { t, locale } = request.words()
  const settings = settingsOf(request.switched.settings('requests'))
  const [page, rooms] = await together(db, db => [findPage(db), listRooms(db)])
  const asked = looked(request, rooms, settings)
  const from = time.startOfDay(asked.from, studio.timezone)
  const to = time.startOfDay(time.addDays(asked.from, shownDays + 1), studio.timezone)
  const ask: FastifyRequest['ask'] = (question, input, over) => request.ask(question, input, over)
  const [[free], gear] = await Promise.all([
    ask('sessions.free-times', { ask, from, to, rooms: asked.room ? [asked.room.id] : [] }),
    ask('sessions.room-gear', { room_ids: rooms.map(({ id }) => id) })
  ])
  const showing = { from: asked.from, zone: studio.timezone, settings, minutes: asked.minutes }
  return {
    ...frame(request, page),
    title: page[`headline_${locale}`] ?? t('requests.open.title'),
    description: (page[`intro_${locale}`] ?? t('requests.open.description', { studio: studio.name })).slice(0, 160),
    indexed: settings.indexed && !isEmbedded(request),
    page,
    rooms,
    gear: Object.assign({}, ...gear) as Record<number, string[]>,
    with_vat: free?.prices_include_vat ?? false,
    asked,
    days: offeredDays(free?.rooms[0], showing),
    lengths: lengthsOf(settings, values?.['length'] ?? asked.minutes),
    settings,
    values: values ?? asked.values,
    errors,
    stamp: stamp ?? formStamp(page.secret)
  }
}

/** What all pages of the open door have: the studio's colour, whether they stand in a frame, how links go on saying it. */
export function frame(request: FastifyRequest, page: PageRow) {
  const embedded = isEmbedded(request)
  return {
    styles,
    embedded,
    accent: page.accent,
    logo: page.logo,
    embed: embedded ? '?embed=1' : '',
    with_embed: embedded ? '&embed=1' : '',
    origins: embedded ? page.embed_origins : [],
    here: `${request.base}/requests`
  }
}

/** The room, the two weeks and the length that an address asks for; what makes no sense is as if it were not there. */
function looked(request: FastifyRequest, rooms: ShownRoom[], settings: RequestSettings) {
  const query = request.query as Record<string, unknown>
  const zone = request.studio.timezone
  const room = rooms.find(({ id }) => String(id) === String(query['room'])) ?? rooms[0]
  const soonest = time.localOf(bounds(settings, zone).from, zone).day
  const last = time.addDays(time.today(zone), settings.furthest_days)
  const wanted = typeof query['from'] === 'string' ? time.parseDay(query['from'], soonest) : undefined
  const from = wanted === undefined || wanted < soonest ? soonest : wanted > last ? last : wanted
  const earlier = from > soonest ? maxDay(time.addDays(from, -shownDays), soonest) : undefined
  const later = time.addDays(from, shownDays) <= last ? time.addDays(from, shownDays) : undefined
  const minutes = Number(query['length'])
  const fits = Number.isInteger(minutes) && minutes >= settings.shortest_minutes && minutes <= settings.longest_minutes
  return {
    room,
    from,
    earlier,
    later,
    soonest,
    last,
    minutes: fits ? minutes : settings.shortest_minutes,
    values: {
      room_id: room?.id ?? '',
      day: text(query['day']),
      starts: text(query['starts']),
      length: fits ? minutes : likely(settings),
      people: ''
    }
  }
}

/** The lengths one can choose from, by half hours and then hours, and the one that is chosen. */
function lengthsOf({ shortest_minutes, longest_minutes }: RequestSettings, chosen: unknown): number[] {
  const found = new Set<number>([shortest_minutes])
  for (let minutes = shortest_minutes; minutes <= longest_minutes; minutes += minutes < 240 ? 30 : 60)
    found.add(minutes % 60 === 0 || minutes < 240 ? minutes : minutes - 30)
  const own = Number(chosen)
  if (Number.isInteger(own) && own > 0 && own <= 2880) found.add(own)
  return [...found].toSorted((a, b) => a - b)
}

/** What most people come for. */
const likely = ({ shortest_minutes, longest_minutes }: RequestSettings) =>
  Math.min(Math.max(240, shortest_minutes), longest_minutes)

const text = (value: unknown) => (typeof value === 'string' ? value.slice(0, 20) : '')
const maxDay = (a: string, b: string) => (a > b ? a : b)

/**
 * In a frame, the sites that the studio named may show the page, and nobody else: everything else of the policy stays.
 * Without any named, no site may.
 */
export function allowFrame(reply: FastifyReply, origins: readonly string[]): void {
  if (origins.length === 0) return
  const policy = String(reply.getHeader('content-security-policy'))
  reply
    .header('content-security-policy', policy.replace("frame-ancestors 'none'", `frame-ancestors ${origins.join(' ')}`))
    .header('cross-origin-resource-policy', 'cross-origin')
    .removeHeader('x-frame-options')
}
