import type { Asking, Hit, Notice, Plugin, Section } from '@patchbay/core'
import { concludeQuote, quoteIdOf, refuseQuote, settleChoices } from './accepting.ts'
import { choicesPart } from './choosing.ts'
import { forecast } from './forecast.ts'
import { daysOf } from './list.ts'
import {
  countOfClient,
  giveQuotes,
  listConcerned,
  searchQuotes,
  namesOf,
  quotesOfClient,
  quotesOfSession,
  quotesToDecide
} from './list-queries.ts'
import { findClient, findQuote } from './queries.ts'
import { documentOf } from './sending.ts'
import { supplement } from './supplement.ts'
import { clientOfSession } from './session-queries.ts'
import { openVersion } from './version-queries.ts'

/** What the studio hears of; each is a kind people may refuse. */
const kinds = ['accepted', 'declined', 'ended', 'session-blocked'] as const

/** What quotes say where others ask. */
export const answers: NonNullable<Plugin['answers']> = {
  'core.notice': notice,
  'core.notice-kinds': async ({ t }) =>
    kinds.map(kind => ({ kind: `quotes.${kind}`, label: t(`quotes.notice_kinds.${kind}`), by_mail: isUrgent(kind) })),
  async 'core.today'({ db, can, studio }): Promise<Section | undefined> {
    if (!can('quotes.read')) return undefined
    const rows = await quotesToDecide(db, daysOf(studio.timezone))
    return rows.length > 0 ? { view: 'quotes/_today', data: { rows } } : undefined
  },
  'core.search': hits,
  async 'core.records'({ db, can, base, t }, { about }) {
    const ids = about.flatMap(record => quoteIdOf(record) ?? [])
    if (ids.length === 0 || !can('quotes.read')) return undefined
    const named = await namesOf(db, ids)
    return Object.fromEntries(
      named.map(({ id, number, title, client_name: client }) => [
        documentOf(id),
        {
          label: number === null ? t('quotes.record_draft', { what: title ?? client }) : t('quotes.record', { number }),
          href: `${base}/quotes/${id}`
        }
      ])
    )
  },
  async 'clients.sections'({ db, can, studio }, { client_id }) {
    if (!can('quotes.read')) return undefined
    const rows = await quotesOfClient(db, client_id, daysOf(studio.timezone).today)
    return { view: 'quotes/_client', data: { rows, client_id } }
  },
  async 'clients.hangs'({ db, t }, { client_id }) {
    const count = await countOfClient(db, client_id)
    return { count, label: t('quotes.hanging', { n: count }) }
  },
  'clients.merge': ({ db }, { from, into }) => giveQuotes(db, from, into),
  async 'sessions.sections'({ db, can, studio }, { session_id }) {
    if (!can('quotes.read')) return undefined
    const rows = await quotesOfSession(db, session_id, daysOf(studio.timezone).today)
    const session = await clientOfSession(db, session_id)
    if (!session || (session.client_id === null && rows.length === 0)) return undefined
    return { view: 'quotes/_session', data: { rows, session_id, client_id: session.client_id } }
  },
  'legal.forecast': forecast,
  'mixes.supplement': supplement,
  'signatures.choices': choicesPart,
  'signatures.settle': settleChoices,
  'signatures.concluded': concludeQuote,
  'signatures.refused': refuseQuote,
  async 'signatures.instead'({ db, sealed }, { document, email }) {
    const id = quoteIdOf(document)
    const newer = id === undefined ? undefined : await openVersion(db, id)
    const quote = newer && (await findQuote(db, newer.id))
    // a link goes to nobody but whom it was mailed to
    if (!quote?.link_sealed || quote.recipient_email?.toLowerCase() !== email.toLowerCase()) return undefined
    return sealed.open(quote.link_sealed, documentOf(quote.id))
  }
}

const isUrgent = (kind: (typeof kinds)[number]) => kind !== 'ended'

async function notice(
  { db }: Asking,
  { fact, ids }: { fact: string; ids: Record<string, unknown> }
): Promise<Notice | undefined> {
  const kind = kinds.find(one => fact === `quotes.${one}`)
  // what the studio took back itself is no news
  if (!kind || (kind === 'ended' && ids['by'] !== 'expired')) return undefined
  const quote = await findQuote(db, Number(ids['quote_id']))
  const client = quote && (await findClient(db, quote.client_id))
  if (!quote) return undefined
  return {
    people: await listConcerned(db, quote.id),
    kind: fact,
    text: `quotes.notices.${kind}`,
    values: { number: quote.number ?? '', client: client?.name ?? quote.buyer?.name ?? '' },
    path: `/quotes/${quote.id}`,
    by_mail: isUrgent(kind)
  }
}

async function hits({ db, can, base, t, fmt, studio }: Asking, { text }: { text: string }): Promise<Hit[]> {
  if (!can('quotes.read')) return []
  const rows = await searchQuotes(db, text, daysOf(studio.timezone).today, 4)
  return rows.map(({ id, number, title, client_name, state, total_cents, currency }) => ({
    href: `${base}/quotes/${id}`,
    label: [number ?? t('quotes.draft'), title ?? client_name].join(' · '),
    hint: `${client_name} · ${fmt.money(total_cents, currency)} · ${t(`quotes.states.${state}`)}`,
    icon: 'file-pen-line',
    group: t('quotes.title')
  }))
}
