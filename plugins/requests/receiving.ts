import { action, refuse, time } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { hashToken, newToken } from '@patchbay/core/secrets'
import type { Matched } from '../clients/contract.ts'
import type { Entered, TimeSlot } from '../sessions/contract.ts'
import { RequestForm } from './forms.ts'
import type { RequestInput } from './forms.ts'
import { listRooms } from './page-queries.ts'
import { addLink, addRequest, holdForm, idOfLink } from './queries.ts'
import { settingsOf } from './settings.ts'
import type { RequestSettings } from './settings.ts'
import { slotOf, standing } from './times.ts'

/** What came of a request. `token` is its private link. */
export interface Received {
  id: number
  client_id: number | null
  session_id: number | null
  token: string
}

/** Violations of the database's own rules: somebody was quicker by a moment. */
const constraints = {
  sessions_no_overlap: ['full', 'requests.errors.taken'],
  sessions_room_id_fkey: ['room_id', 'requests.errors.room']
} as const

/**
 * Somebody asks for a time by the open page: a client, matched or new; an option of the next rank, a place on the waiting
 * list where it is full and they want that, or only a request, as the studio has set. What is in the way is said at the
 * field, and never who. The same form sent twice is one request.
 */
export const sendRequest = action({
  name: 'requests.send',
  permission: 'requests.send',
  input: RequestForm,
  secret: ['token'],
  constraints,
  about: ({ id, client_id, session_id }: Received) => ({ request: id, client: client_id, session: session_id }),
  async run(running, input): Promise<Received> {
    const { db, tell } = running
    const token = input.token ?? newToken().token
    await holdForm(db, token)
    const known = await idOfLink(db, hashToken(token))
    if (known !== undefined) return { id: known, client_id: null, session_id: null, token }
    const settings = settingsOf(running.settings)
    const slot = await wantedSlot(running, input, settings)
    const client = await clientOf(running, input)
    const held = await hold(running, { ...input, ...slot }, client.client_id, settings)
    const id = await addRequest(db, {
      ...askedIn(input),
      ...slot,
      client_id: client.client_id,
      matched: client.by,
      alike: client.alike,
      ...held
    })
    await addLink(db, id, hashToken(token))
    tell('requests.received', { request_id: id })
    return { id, client_id: client.client_id, session_id: held.session_id, token }
  }
})

function askedIn(input: RequestInput) {
  const { room_id, name, artist_name, email, phone, language, people, engineer, message } = input
  return { room_id, name, artist_name, email, phone, language, people, engineer, message }
}

/** The time asked for, in a room that the page shows and that is open then; throws what is wrong by field. */
async function wantedSlot(running: Running, input: RequestInput, settings: RequestSettings): Promise<TimeSlot> {
  const rooms = await listRooms(running.db)
  const room = rooms.find(({ id }) => id === input.room_id)
  const slot = slotOf(input, settings, running)
  const errors = {
    ...(!room && { room_id: 'requests.errors.room' }),
    ...(room?.capacity && (input.people ?? 0) > room.capacity
      ? { people: { key: 'requests.errors.too_many', values: { n: room.capacity } } }
      : {}),
    ...('errors' in slot && slot.errors)
  }
  if ('errors' in slot || Object.keys(errors).length > 0) throw refuse(errors)
  const stands = await standing(running.ask, { room_id: input.room_id, ...slot })
  if (stands === 'closed' || stands === 'no_room') throw refuse({ starts: 'requests.errors.closed' })
  if (input.wait) return slot
  if (stands === 'taken' || stands === 'full') throw full(stands)
  if (stands === 'behind' && !settings.behind_options) throw full('taken')
  return slot
}

/** What holds the time: an option, or a place on the waiting list; neither where somebody decides first. */
async function hold(
  running: Running,
  asked: RequestInput & TimeSlot,
  client_id: number,
  settings: RequestSettings
): Promise<{ session_id: number | null; waiting_id: number | null }> {
  if (!settings.as_option && !asked.wait) return { session_id: null, waiting_id: null }
  const entered = await enter(running, asked, client_id, settings)
  if ('session_id' in entered) return { session_id: entered.session_id, waiting_id: null }
  if (entered.refused === 'closed') throw refuse({ room_id: 'requests.errors.room' })
  if (entered.refused === 'short') {
    const least = running.fmt.duration(entered.minutes)
    throw refuse({ length: { key: 'requests.errors.short', values: { least } } })
  }
  if (!asked.wait) throw full(entered.refused)
  const { day, clock } = time.localOf(asked.starts_at, running.studio.timezone)
  const latest = time.localOf(asked.ends_at, running.studio.timezone).clock
  const [waiting_id] = await running.ask('sessions.wait', {
    running,
    client_id,
    room_id: asked.room_id,
    day,
    earliest: clock,
    // a whole day and more fits in no hours of a day
    latest: asked.length >= 1440 ? null : latest,
    minutes: asked.length,
    note: asked.message?.slice(0, 500) ?? null
  })
  return { session_id: null, waiting_id: waiting_id ?? null }
}

/** Where it can be had at all and only hold is wanted: an option. */
async function enter(
  running: Running,
  asked: RequestInput & TimeSlot,
  client_id: number,
  { option_hours, behind_options, as_option }: RequestSettings
): Promise<Entered> {
  if (!as_option) return { refused: 'taken' }
  if (!behind_options && (await standing(running.ask, asked)) !== 'free') return { refused: 'taken' }
  return enterAsked(running, asked, { client_id, hours: option_hours || null })
}

/** Enters what was asked for as an option. */
export async function enterAsked(
  running: Running,
  asked: TimeSlot & Pick<RequestInput, 'room_id' | 'people' | 'engineer' | 'message'>,
  { client_id, hours }: { client_id: number; hours: number | null }
): Promise<Entered> {
  const { t, ask } = running
  const { room_id, starts_at, ends_at } = asked
  const notes = [
    asked.people ? t('requests.notes.people', { n: asked.people }) : '',
    asked.engineer ? t('requests.notes.engineer') : '',
    asked.message ?? ''
  ]
  const [entered] = await ask('sessions.enter-option', {
    running,
    room_id,
    client_id,
    starts_at,
    ends_at,
    title: null,
    notes: notes.filter(Boolean).join('\n') || null,
    hours
  })
  return entered ?? { refused: 'closed' }
}

async function clientOf(running: Running, input: RequestInput): Promise<Matched> {
  const { name, artist_name, email, phone, language } = input
  const [matched] = await running.ask('clients.match-or-add', { running, name, artist_name, email, phone, language })
  if (!matched) throw new Error('nobody answered who a client is, and clients are required')
  return matched
}

/** Polite, and with the waiting list offered: the page shows that where `full` has an error. */
const full = (why: 'taken' | 'full') => refuse({ full: `requests.errors.${why}` })
