import { time, together } from '@patchbay/core'
import type { Asking, Hit, Notice, Plugin, Running, Section } from '@patchbay/core'
import type { DraftWanted, InvoicesTab } from '../contract.ts'
import { balanceOf, countOfClient, findBilling, giveToClient } from './billing-queries.ts'
import { lateDays } from './card.ts'
import { plainDraft } from './from-sessions.ts'
import { billedOf, countWaiting, invoicesOfClient, invoicesOfSource, listKeepers, namesOf } from './part-queries.ts'
import { overdueInvoices, owingClients, searchInvoices } from './part-queries.ts'
import { paymentRecords } from '../payments/answers.ts'
import { giveMoney } from '../payments/reading.ts'
import * as queries from './queries.ts'
import { freeDeposits } from './related-queries.ts'
import { findSessions } from './session-queries.ts'
import { buyerOf } from './terms.ts'
import { writeDraft } from './writing.ts'

const today = ({ studio }: Pick<Asking, 'studio'>) => time.today(studio.timezone)

/** What drafts, lists and cards say where others ask. */
export const draftAnswers = {
  'invoices.buyer': (asking, { client_id }) => buyerOf(asking, client_id),
  'invoices.balance': (asking, { client_id }) => balanceOf(asking.db, client_id, today(asking)),
  async 'invoices.of-source'({ db, base }, { source }) {
    return (await invoicesOfSource(db, source)).map(row => ({ ...row, href: `${base}/invoices/${row.invoice_id}` }))
  },
  'invoices.make': (_asking, { running, ...wanted }) => makeDraft(running, wanted),
  async 'invoices.tabs'({ can, base, t }): Promise<InvoicesTab[]> {
    const tab = (path: string, key: string, order: number) => ({
      href: `${base}/invoices${path}`,
      label: t(`invoices.tabs.${key}`),
      order
    })
    const mine = [tab('', 'list', 0), tab('/payments', 'payments', 20), tab('/compliance', 'compliance', 90)]
    return [
      ...mine,
      ...(can('invoices.write') ? [tab('/month', 'month', 10)] : []),
      ...(can('invoices.close') ? [tab('/platform', 'platform', 95)] : []),
      // what papers are made of: plugins that this one requires
      ...(can('catalogue.read') ? [{ href: `${base}/catalogue`, label: t('catalogue.title'), order: 85 }] : []),
      ...(can('legal.read') ? [{ href: `${base}/legal`, label: t('legal.title'), order: 97 }] : [])
    ]
  },
  async 'clients.sections'(asking, { client_id }) {
    const { db, can } = asking
    if (!can('invoices.read')) return undefined
    const [balance, rows] = [await balanceOf(db, client_id, today(asking)), await invoicesOfClient(db, client_id)]
    const late = rows.map(row => ({ ...row, late: lateDays(row, today(asking)) }))
    const data = { client_id, balance, rows: late }
    return {
      view: 'invoices/drafts/_client',
      data,
      ...(balance.open_cents > 0 && { headline: 'invoices/drafts/_owed' })
    }
  },
  async 'clients.filters'({ can, t }) {
    return can('invoices.read')
      ? [{ key: 'owes', label: t('invoices.drafts.clients_owing'), icon: 'hand-coins' }]
      : undefined
  },
  async 'clients.kept'({ db, can }, { filter }) {
    return filter === 'owes' && can('invoices.read') ? owingClients(db) : undefined
  },
  async 'clients.hangs'({ db, t }, { client_id }) {
    const count = await countOfClient(db, client_id)
    return { count, label: t('invoices.drafts.hanging', { n: count }) }
  },
  'clients.merge': async ({ db }, { from, into }) =>
    (await giveToClient(db, from, into)) + (await giveMoney(db, from, into)),
  async 'sessions.sections'({ db, can }, { session_id }): Promise<Section | undefined> {
    if (!can('invoices.read')) return undefined
    const [session] = await findSessions(db, [session_id])
    if (!session || session.client_id === null) return undefined
    const rows = await invoicesOfSource(db, `session:${session_id}`)
    const billed = rows.some(({ kind }) => kind === 'invoice')
    return { view: 'invoices/drafts/_session', data: { session, rows, billed } }
  },
  async 'sessions.form-parts'(asking, { values }): Promise<Section | undefined> {
    if (!asking.can('invoices.read')) return undefined
    const client_id = Number(values['client_id']) || null
    const balance = client_id === null ? undefined : await balanceOf(asking.db, client_id, today(asking))
    return { view: 'invoices/drafts/_owes-part', data: { balance, client_id } }
  },
  async 'projects.spent'({ db, can, t }, { sources }) {
    if (!can('invoices.read')) return undefined
    const { cents, count } = await billedOf(db, sources)
    return count > 0 ? [{ kind: 'billed', label: t('invoices.drafts.billed'), cents }] : []
  },
  async 'core.today'(asking): Promise<Section | undefined> {
    const { db, can } = asking
    if (!can('invoices.read')) return undefined
    const day = today(asking)
    const [waiting, rows] = await together(db, db => [countWaiting(db, day), overdueInvoices(db, day, 6)])
    if (waiting.drafts + waiting.overdue + waiting.unbilled === 0) return undefined
    const late = rows.map(row => ({ ...row, late: lateDays(row, day) }))
    return { view: 'invoices/drafts/_today', data: { waiting, rows: late } }
  },
  async 'core.search'({ db, can, base, t, fmt }, { text }): Promise<Hit[]> {
    if (!can('invoices.read')) return []
    return (await searchInvoices(db, text)).map(row => ({
      href: `${base}/invoices/${row.id}`,
      label: row.number ?? t('invoices.drafts.draft_number', { id: row.id }),
      hint: `${row.client_name} · ${fmt.money(row.total_cents, row.currency)}`,
      icon: 'receipt-text',
      group: t('invoices.title')
    }))
  },
  async 'core.records'(asking, { about }) {
    const { db, can, base, t } = asking
    const payments = await paymentRecords(asking, about)
    const ids = about.filter(record => record.startsWith('invoice:')).map(record => Number(record.slice(8)))
    if (ids.length === 0 || !can('invoices.read')) return payments
    const named = await namesOf(db, ids)
    const invoices = Object.fromEntries(
      named.map(({ id, number, kind, client_name }) => [
        `invoice:${id}`,
        {
          label: `${t(`invoices.kinds.${kind}`)} ${number ?? t('invoices.drafts.draft_number', { id })} · ${client_name}`,
          href: `${base}/invoices/${id}`
        }
      ])
    )
    return { ...invoices, ...payments }
  },
  'core.notice': notice,
  async 'core.notice-kinds'({ t }) {
    return noticed.map(kind => ({
      kind: `invoices.${kind}`,
      label: t(`invoices.notice_kinds.${kind.replace('-', '_')}`)
    }))
  }
} satisfies NonNullable<Plugin['answers']>

/** Facts that those who run the studio hear of. */
const noticed = ['settled', 'status-changed'] as const
/** What an approved platform may say that somebody must act on: refused, rejected. */
const badStatuses = [210, 213]

async function notice(
  { db, fmt }: Asking,
  { fact, ids }: { fact: string; ids: Record<string, unknown> }
): Promise<Notice | undefined> {
  const kind = noticed.find(one => fact === `invoices.${one}`)
  const invoice = kind && (await queries.findInvoice(db, Number(ids['invoice_id'])))
  if (!invoice || (kind === 'status-changed' && !badStatuses.includes(invoice.platform_status ?? 0))) return undefined
  const values = {
    number: invoice.number ?? '',
    client: invoice.client_name,
    total: fmt.money(invoice.total_cents, invoice.currency)
  }
  const text = `invoices.notices.${kind.replace('-', '_')}`
  return { people: await listKeepers(db), kind: fact, text, values, path: `/invoices/${invoice.id}` }
}

/** A draft that another plugin wants, inside its transaction. */
async function makeDraft(running: Running, wanted: DraftWanted): Promise<{ invoice_id: number }> {
  const { db, studio, tell } = running
  const { kind, client_id, lines, deduct_deposits, ...rest } = wanted
  const client = await queries.clientCalled(db, client_id, null)
  if (!client) throw new Error(`there is no client ${client_id} to bill`)
  const order_number = rest.order_number ?? (await findBilling(db, client_id))?.order_number ?? null
  const fields = { ...plainDraft(client, studio.currency), ...rest, kind, order_number }
  const free = deduct_deposits ? await freeDeposits(db, client.id, studio.currency) : []
  const deposits = free.filter(({ source }) => source === wanted.source).map(({ id }) => id)
  const invoice_id = await writeDraft(running, null, { fields, lines, deposits })
  tell('invoices.drafted', { invoice_id })
  return { invoice_id }
}
