import { centsField } from '@patchbay/core'
import { explain, read } from '@patchbay/core/forms'
import type { FastifyRequest } from 'fastify'
import { listAllRooms } from '../room-queries.ts'
import { changeOf, isPlaced } from './changing.ts'
import type { Coming } from './changing.ts'
import { seriesRow } from './change-actions.ts'
import { datesShown } from './dates.ts'
import type { Dates } from './dates.ts'
import { formParts, lookingOf, textOf } from './form-data.ts'
import type { Typed } from './form-data.ts'
import { ChangeSeriesForm } from './forms.ts'
import { datesIn, wishOf } from './change-actions.ts'
import { lookAt } from './look.ts'
import { markOf } from './plan.ts'
import { findBooking, listMembers } from './queries.ts'
import type { SeriesRow } from './queries.ts'
import { byField } from './rows.ts'
import { planOf } from './series-actions.ts'

/** What a change would make of the sessions to come. */
export interface ChangePreview extends Dates {
  mark: string
  /** How many of the sessions it concerns were moved by themselves and stay where they are. */
  kept: number
}

/** The page that changes a series: the form, and each session that would go somewhere else. */
export async function changePage(request: FastifyRequest, { values, errors = {} }: Partial<Typed> = {}, asked = false) {
  const series = seriesRow(await findBooking(request.db, request.recordId()))
  const sessions = await comingIn(request, series)
  const shown = sessions.find(({ id }) => String(id) === sessionId(request, values)) ?? sessions[0]
  const filled = values ?? (shown ? valuesOf(request, series, shown) : {})
  const data = await formParts(request, { values: filled, errors })
  const { preview, problems } = shown ? await previewOf(request, series, sessions, filled) : { problems: {} }
  return {
    ...data,
    title: request.words().t('sessions.series.change.title'),
    series,
    shown,
    values: filled,
    errors: Object.keys(errors).length > 0 || !asked ? errors : problems,
    preview
  }
}

/** The session it is about: of the form, or of the address. */
const sessionId = (request: FastifyRequest, values: Record<string, unknown> | undefined) =>
  textOf(values?.['session_id'] ?? (request.query as { session?: unknown }).session)

async function comingIn(request: FastifyRequest, series: SeriesRow): Promise<Coming[]> {
  const now = new Date()
  const members = await listMembers(request.db, series.id)
  return members
    .filter(({ state, starts_at }) => (state === 'option' || state === 'confirmed') && starts_at > now)
    .map(session => ({ ...session, crew: session.people.map(({ id }) => id) }))
}

function valuesOf(request: FastifyRequest, series: SeriesRow, shown: Coming): Record<string, unknown> {
  const { session } = request.query as { session?: unknown }
  const { price_override, price_cents } = shown
  return {
    version: series.version,
    session_id: shown.id,
    scope: session === undefined ? 'all' : 'following',
    room_id: series.room_id,
    starts: series.starts,
    ends: series.ends ?? '',
    duration: series.ends === null ? String(series.minutes) : '',
    people: shown.crew,
    title: shown.title ?? '',
    notes: shown.notes ?? '',
    price_cents: price_override && price_cents !== null ? centsField(price_cents, request.words().locale) : '',
    price_note: shown.price_note ?? ''
  }
}

async function previewOf(
  request: FastifyRequest,
  series: SeriesRow,
  sessions: Coming[],
  values: Record<string, unknown>
) {
  const { t } = request.words()
  const parsed = read(ChangeSeriesForm, { ...values, id: series.id }, request.studio.timezone)
  if (!parsed.ok) return { problems: byField(explain(parsed.errors, t)) }
  const input = parsed.value
  const plan = planOf(input, series.timezone)
  if ('errors' in plan) return { problems: byField(explain(plan.errors, t)) }
  const reference = sessions.find(({ id }) => id === input.session_id)
  if (!reference) return { problems: { '': t('sessions.series.errors.not_to_come') } }
  const { targets, touched } = changeOf(series, sessions, reference, input, plan)
  const placed = targets.filter(target => isPlaced(target, touched) && (!target.date || target.date.slot))
  const leaving = placed.map(({ before }) => before.id)
  const found = await lookAt(lookingOf(request), placed.map(wishOf), { leaving })
  const looks = new Map(placed.map(({ before }, n) => [before.id, found[n]]))
  const dates = targets.flatMap(({ before, date }) => {
    const looked = looks.get(before.id)
    return date || looked?.conflicts.length ? [{ date: date ?? staying(before), looked }] : []
  })
  const facts = { people: input.people, client_id: series.client_id, skip: 'leave' as const }
  const rows = await datesShown(request, dates, await listAllRooms(request.db), facts)
  const kept = targets.filter(({ before, date }) => before.moved && !date).length
  const preview: ChangePreview = { ...rows, mark: markOf(datesIn(targets)), kept }
  return { preview, problems: {} }
}

/** A session that keeps its place, and has somebody new in it who cannot. */
const staying = ({ occurrence, room_id, starts_at, ends_at }: Coming) => ({
  day: (occurrence ?? '').slice(0, 10),
  occurrence: occurrence ?? '',
  choice: 'keep' as const,
  room_id,
  slot: { starts_at, ends_at },
  gap: undefined
})
