import { activityOf, together } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import type { InvoiceOfSource } from '../invoices/contract.ts'
import type { SignatureState } from '../signatures/contract.ts'
import { daysOf } from './list.ts'
import { depositParts, depositTotal } from './money.ts'
import { quoteOf } from './papers.ts'
import { findClient, listLines } from './queries.ts'
import type { Quote } from './queries.ts'
import { documentOf } from './sending.ts'
import { sessionsOf } from './session-queries.ts'
import type { QuoteSession } from './session-queries.ts'
import { listVersions } from './version-queries.ts'

/** All that a quote's card shows. */
export async function cardPage(request: FastifyRequest) {
  const quote = await quoteOf(request)
  const { id } = quote
  const [client, lines, sessions, versions, activity] = await together(request.db, db => [
    findClient(db, quote.client_id),
    listLines(db, id),
    sessionsOf(db, id),
    listVersions(db, quote.root_id ?? id),
    activityOf(db, 'quote', id)
  ])
  const [signature] =
    quote.request_id === null ? [] : await request.ask('signatures.state', { request_id: quote.request_id })
  const accepted = quote.state === 'accepted'
  const invoices = accepted ? (await request.ask('invoices.of-source', { source: documentOf(id) })).flat() : []
  const title = quote.title ?? quote.number ?? ''
  const { client_id, rounds_included } = quote
  const session_ids = sessions.map(session => session.id)
  const asked = { running: null, quote_id: id, client_id, title, session_ids, rounds_included }
  const [project] = accepted ? await request.ask('quotes.make-project', asked) : []
  const deposit_cents = depositTotal(depositParts(quote, quote))
  return {
    styles: ['/static/quotes/quotes.css'],
    title: quote.number ?? request.words().t('quotes.draft'),
    quote,
    client,
    lines,
    sessions,
    versions,
    activity,
    signature,
    invoices,
    project,
    deposit_cents,
    state: stateNow(quote, daysOf(request.studio.timezone).today),
    steps: accepted ? stepsOf({ quote, sessions, invoices, deposit_cents }) : [],
    opened_at: openedAt(signature),
    noun: '',
    errors: {},
    values: {}
  }
}

/** A sent quote that is out of date is expired, even before the clock has said so. */
export const stateNow = ({ state, valid_until }: Pick<Quote, 'state' | 'valid_until'>, today: string) =>
  state === 'sent' && (valid_until ?? '') < today ? 'expired' : state

const openedAt = (signature: SignatureState | undefined) =>
  signature?.signers.map(({ opened_at }) => opened_at).find(at => at !== null) ?? null

/** One step from the acceptance to the last payment: done, or what can be done next. */
export interface ProgressStep {
  key: 'accepted' | 'deposit' | 'deposit_paid' | 'sessions' | 'final' | 'final_paid'
  done: boolean
  /** Where what is done can be seen, and what it is called. */
  href?: string
  label?: string
}

interface Progress {
  quote: Quote
  sessions: readonly QuoteSession[]
  invoices: readonly InvoiceOfSource[]
  deposit_cents: number
}

function stepsOf({ quote, sessions, invoices, deposit_cents }: Progress): ProgressStep[] {
  const deposit = invoices.find(({ kind }) => kind === 'deposit')
  const final = invoices.find(({ kind }) => kind === 'invoice')
  const of = (invoice: InvoiceOfSource | undefined) =>
    invoice ? { href: invoice.href, ...(invoice.number !== null && { label: invoice.number }) } : {}
  const paid = (invoice: InvoiceOfSource | undefined) => invoice?.state === 'issued' && invoice.open_cents <= 0
  const wanted = sessions.filter(({ state }) => state !== 'cancelled')
  const steps: (ProgressStep | false)[] = [
    { key: 'accepted', done: quote.state === 'accepted' },
    deposit_cents > 0 && { key: 'deposit', done: deposit?.state === 'issued', ...of(deposit) },
    deposit_cents > 0 && { key: 'deposit_paid', done: paid(deposit) },
    sessions.length > 0 && {
      key: 'sessions',
      done: wanted.length > 0 && wanted.every(({ state }) => state !== 'option')
    },
    { key: 'final', done: final?.state === 'issued', ...of(final) },
    { key: 'final_paid', done: paid(final) }
  ]
  return steps.filter(step => step !== false)
}
