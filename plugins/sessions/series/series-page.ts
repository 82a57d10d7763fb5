import { time } from '@patchbay/core'
import { explain, read } from '@patchbay/core/forms'
import type { FastifyRequest } from 'fastify'
import { plainDay } from '../booking-form.ts'
import { clientName } from '../queries.ts'
import { datesShown } from './dates.ts'
import type { Dates } from './dates.ts'
import { formParts, lookingOf, textOf } from './form-data.ts'
import type { Typed } from './form-data.ts'
import { SeriesForm } from './forms.ts'
import type { SeriesInput } from './forms.ts'
import { lookAt } from './look.ts'
import { markOf } from './plan.ts'
import { byField } from './rows.ts'
import { seriesOf } from './series-actions.ts'
import { ruleInWords } from './words.ts'

type Row = Record<string, unknown>

/** What a series would be: its rule in words, every date, and the mark of what is shown. */
export interface SeriesPreview extends Dates {
  words: string
  mark: string
  exceptions: string[]
}

/** The page of a series: the form as typed, and every date it gives. `asked` says what is wrong while it is filled in. */
export async function seriesPage(request: FastifyRequest, { values, errors = {} }: Typed, asked = false) {
  const data = await formParts(request, { values, errors })
  const { preview, problems } = await previewOf(request, values, data.rooms)
  return {
    ...data,
    title: request.words().t('sessions.series.new.title'),
    values: { ...values, starts_on: plainDay(values['starts_on']), until: plainDay(values['until']) },
    errors: Object.keys(errors).length > 0 || !asked ? errors : problems,
    preview
  }
}

/** A new series' form as its address fills it in: weekly on the day's weekday, ten times. */
export async function newSeries(request: FastifyRequest): Promise<Row> {
  const { client_id, client_name, day, ...given } = request.query as Row
  const known = typeof client_id === 'string' && /^\d{1,15}$/.test(client_id)
  const name = known && !client_name ? await clientName(request.db, Number(client_id)) : client_name
  const today = time.today(request.studio.timezone)
  const starts_on = time.parseDay(textOf(day), today) ?? today
  const rule = { starts_on, repeat: 'weekly', every: 1, monthly_by: 'day', count: 10, state: 'confirmed' }
  return { client_id: known ? client_id : '', client_name: name ?? '', ...rule, ...given }
}

async function previewOf(request: FastifyRequest, values: Row, rooms: Parameters<typeof datesShown>[2]) {
  const { t, fmt } = request.words()
  const { timezone } = request.studio
  const parsed = read(SeriesForm, values, timezone)
  if (!parsed.ok) return { preview: undefined, problems: byField(explain(parsed.errors, t)) }
  const input = parsed.value
  const series = seriesOf(input, timezone)
  if ('errors' in series) return { preview: undefined, problems: byField(explain(series.errors, t)) }
  const { people, client_id } = input
  const dates = await looked(request, series.dates, input)
  const shown = await datesShown(request, dates, rooms, { people, client_id, skip: 'skip' })
  const words = ruleInWords({ t, fmt }, series.rule)
  const preview: SeriesPreview = { ...shown, words, mark: markOf(series.dates), exceptions: input.exceptions }
  return { preview, problems: {} }
}

type Found = Exclude<ReturnType<typeof seriesOf>, { errors: unknown }>['dates']

/** Every date with what is in its way. */
async function looked(request: FastifyRequest, dates: Found, { people, gear, state, rank }: SeriesInput) {
  const placed = dates.flatMap((date, index) => (date.slot ? [{ index, slot: date.slot, room_id: date.room_id }] : []))
  const wishes = placed.map(({ slot, room_id }) => ({
    slot,
    room_id,
    people,
    rank: state === 'option' ? (rank ?? 1) : null
  }))
  const found = await lookAt(lookingOf(request), wishes, { gear })
  const byIndex = new Map(placed.map(({ index }, n) => [index, found[n]]))
  return dates.map((date, index) => ({ date, looked: byIndex.get(index) }))
}
