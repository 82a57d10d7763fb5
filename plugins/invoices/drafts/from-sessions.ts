import { action, notFound, refuse, time } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { findBilling } from './billing-queries.ts'
import { MonthForm, SessionsForm } from './forms.ts'
import * as queries from './queries.ts'
import type { DraftFields } from './queries.ts'
import { linesOfSessions } from './session-lines.ts'
import type { Billable } from './session-lines.ts'
import { findSessions, unbilledSessions } from './session-queries.ts'
import type { BilledSession } from './session-queries.ts'
import { vatFactsOf } from './terms.ts'
import { writeDraft } from './writing.ts'

/** An invoice of one or several sessions of one client, with what their reports add. */
export const fromSessions = action({
  name: 'invoices.from_sessions',
  permission: 'invoices.write',
  input: SessionsForm,
  async run(running, { session_ids }) {
    const sessions = await findSessions(running.db, session_ids)
    if (session_ids.length === 0) throw refuse({ session_ids: 'invoices.drafts.errors.no_session' })
    if (sessions.length < session_ids.length) throw notFound()
    return billSessions(running, sessions)
  },
  about: ({ id, client_id, session_ids }) => ({ invoice: id, client: client_id, session: session_ids })
})

/** A month's invoices: a draft for each of these clients, of all of theirs that is not billed yet. */
export const fromMonth = action({
  name: 'invoices.from_month',
  permission: 'invoices.write',
  input: MonthForm,
  async run(running, { month, client_ids }) {
    if (client_ids.length === 0) throw refuse({ client_ids: 'invoices.drafts.errors.no_client' })
    const span = monthSpan(month, running.studio.timezone)
    const sessions = await unbilledSessions(running.db, span, client_ids)
    if (sessions.length === 0) throw refuse({ client_ids: 'invoices.drafts.errors.nothing_to_bill' })
    const drafts = []
    for (const client_id of new Set(sessions.map(session => session.client_id)))
      drafts.push(
        await billSessions(
          running,
          sessions.filter(session => session.client_id === client_id)
        )
      )
    return { ids: drafts.map(({ id }) => id), clients: drafts.map(({ client_id }) => client_id) }
  },
  about: ({ ids, clients }) => ({ invoice: ids, client: clients })
})

/** From its first instant to that of the next one, in a zone. */
export function monthSpan(month: string, timezone: string): { from: Date; to: Date } {
  const first = `${month}-01`
  return { from: time.startOfDay(first, timezone), to: time.startOfDay(time.addMonths(first, 1), timezone) }
}

/** Writes the draft that bills these sessions. @throws Refusal when they are several clients', nobody's or not over. */
export async function billSessions(running: Running, sessions: readonly BilledSession[]) {
  const { db, fmt, studio, tell } = running
  const client = await oneClient(running, sessions)
  const facts = await vatFactsOf(running, client.id, client.language)
  const billables: Billable[] = []
  for (const session of sessions) billables.push(await billableOf(running, session))
  const lines = linesOfSessions(billables, facts)
  const days = sessions.flatMap(({ starts_at, ends_at }) => [
    fmt.field(starts_at).day,
    lastDay(ends_at, studio.timezone)
  ])
  const billing = await findBilling(db, client.id)
  const [service_from = null, service_to = null] = [days.toSorted()[0], days.toSorted().at(-1)]
  const fields: DraftFields = {
    ...plainDraft(client, studio.currency),
    title: sessions.length === 1 ? (sessions[0]?.title ?? null) : null,
    order_number: billing?.order_number ?? null,
    service_from,
    service_to
  }
  const id = await writeDraft(running, null, { fields, lines, deposits: [] })
  tell('invoices.drafted', { invoice_id: id })
  return { id, client_id: client.id, session_ids: sessions.map(session => session.id) }
}

/** An invoice of which nothing is said yet. */
export function plainDraft({ id, language }: { id: number; language: 'fr' | 'en' }, currency: string): DraftFields {
  return {
    kind: 'invoice',
    client_id: id,
    title: null,
    language,
    currency,
    exchange_rate: null,
    exchange_source: null,
    exchange_on: null,
    order_number: null,
    buyer_reference: null,
    issue_date: null,
    payment_days: null,
    service_from: null,
    service_to: null,
    discount_bp: 0,
    discount_cents: 0,
    discount_label: null,
    discount_code: null,
    note: null,
    internal_note: null,
    source: null,
    recipients: []
  }
}

async function oneClient({ db }: Running, sessions: readonly BilledSession[]) {
  const [first, ...others] = new Set(sessions.map(({ client_id }) => client_id))
  if (others.length > 0) throw refuse({ session_ids: 'invoices.drafts.errors.several_clients' })
  const client = first ? await queries.clientCalled(db, first, null) : undefined
  if (!client) throw refuse({ session_ids: 'invoices.drafts.errors.no_client_of_session' })
  return client
}

/** Whoever knows of something says it; a session without a price is a line without one, to be filled in. */
async function billableOf({ ask, fmt }: Running, session: BilledSession): Promise<Billable> {
  if (session.state === 'option') throw refuse({ session_ids: 'invoices.drafts.errors.option' })
  const source = `session:${session.id}`
  const lines = (await ask('sessions.billable', { session_id: session.id })).flat()
  if (lines.length > 0) return { source, lines }
  if (session.state === 'cancelled' || session.state === 'no_show')
    throw refuse({ session_ids: 'invoices.drafts.errors.no_fee' })
  const hours = Math.round((+session.ends_at - +session.starts_at) / 360) / 10_000
  const vat = { vat_category: 'S', vat_rate: 2000, vat_included: false }
  const label = `${session.room_name}, ${fmt.range(session.starts_at, session.ends_at)}`
  return { source, lines: [{ label, quantity: hours, unit: 'hour', unit_cents: 0, cents: 0, ...vat, kind: 'session' }] }
}

/** The day a session ends on: one that ends at midnight ended the evening before. */
const lastDay = (ends_at: Date, timezone: string) => time.localOf(new Date(+ends_at - 1), timezone).day
