import { action, notFound, refuse } from '@patchbay/core'
import type { Hearing, Running } from '@patchbay/core'
import { words } from '@patchbay/core/documents/priced-words'
import type { DraftWanted, InvoiceOfSource } from '../invoices/contract.ts'
import { confirmAll, isInTheWay } from './accepting.ts'
import { QuoteIdForm } from './forms.ts'
import { depositLines, depositParts, isCounted } from './money.ts'
import { quoteOfDeposit } from './clock-queries.ts'
import { findQuote, listLines, lockQuote } from './queries.ts'
import type { Quote } from './queries.ts'
import { documentOf } from './sending.ts'
import { markBlocked, sessionsOf } from './session-queries.ts'

/* What follows from an accepted quote, each with one click: nothing is typed twice. */

const about = ({ id, client_id }: { id: number; client_id: number }) => ({ quote: id, client: client_id })

/** Makes the quote's sessions firm. */
export const confirmSessions = action({
  name: 'quotes.confirm_sessions',
  permission: 'quotes.write',
  input: QuoteIdForm,
  about,
  async run(running, { id }) {
    const quote = await accepted(running, id)
    await confirmAll(running, id)
    for (const session of await sessionsOf(running.db, id)) await markBlocked(running.db, id, session.id, null)
    running.tell('quotes.changed', { quote_id: id })
    return quote
  }
})

/** Makes and issues the invoice of the deposit that was agreed: a line for each VAT rate of what was accepted. */
export const invoiceDeposit = action({
  name: 'quotes.invoice_deposit',
  permission: 'quotes.write',
  input: QuoteIdForm,
  confirm: true,
  about: ({ id, client_id, invoice_id }: { id: number; client_id: number; invoice_id: number }) => ({
    quote: id,
    client: client_id,
    invoice: invoice_id
  }),
  async run(running, { id }) {
    const { ask, tell } = running
    const quote = await accepted(running, id)
    if ((await invoicesOf(running, id)).some(({ kind }) => kind === 'deposit'))
      throw refuse({ '': 'quotes.errors.deposit_made' })
    const parts = depositParts(quote, quote)
    if (parts.length === 0) throw refuse({ '': 'quotes.errors.no_deposit' })
    const { t } = running.wordsIn(quote.language)
    const say = words(t, quote.language, quote.currency)
    const percent = quote.deposit_bp > 0 ? say.percent(quote.deposit_bp) : ''
    const gaps = { number: quote.number ?? '', percent }
    const key = `quotes.invoice.${quote.deposit_kind}${percent ? '_percent' : ''}`
    const lines = depositLines(parts, part =>
      parts.length > 1
        ? t('quotes.invoice.at_rate', { label: t(key, gaps), rate: say.rate(part.vat_category, part.vat_rate) })
        : t(key, gaps)
    )
    const invoice_id = await make(running, quote, { ...whole, kind: 'deposit', lines, deduct_deposits: false })
    await ask('invoices.issue', { running, invoice_id })
    tell('quotes.changed', { quote_id: id })
    return { id, client_id: quote.client_id, invoice_id }
  }
})

/** Makes the draft of the final invoice: what was accepted, less the deposits that were issued. */
export const invoiceFinal = action({
  name: 'quotes.invoice_final',
  permission: 'quotes.write',
  input: QuoteIdForm,
  about: ({ id, client_id, invoice_id }: { id: number; client_id: number; invoice_id: number }) => ({
    quote: id,
    client: client_id,
    invoice: invoice_id
  }),
  async run(running, { id }) {
    const quote = await accepted(running, id)
    if ((await invoicesOf(running, id)).some(({ kind }) => kind === 'invoice'))
      throw refuse({ '': 'quotes.errors.final_made' })
    const all = await listLines(running.db, id)
    const lines = all
      .filter(line => line.kind !== 'line' || isCounted(line))
      .map(({ id: _id, position: _position, optional: _optional, chosen: _chosen, net_cents: _net, ...line }) => line)
    const { discount_bp, discount_cents, discount_label } = quote
    const invoice_id = await make(running, quote, {
      kind: 'invoice',
      lines,
      deduct_deposits: true,
      discount_bp,
      discount_cents,
      discount_label
    })
    running.tell('quotes.changed', { quote_id: id })
    return { id, client_id: quote.client_id, invoice_id }
  }
})

/** Makes a project of it, where somebody keeps projects. */
export const makeProject = action({
  name: 'quotes.make_project',
  permission: 'quotes.write',
  input: QuoteIdForm,
  about,
  async run(running, { id }) {
    const quote = await accepted(running, id)
    const { client_id, rounds_included } = quote
    const title = quote.title ?? quote.number ?? ''
    const session_ids = (await sessionsOf(running.db, id)).map(session => session.id)
    const asked = { running, quote_id: id, client_id, title, session_ids, rounds_included }
    const [project] = await running.ask('quotes.make-project', asked)
    if (!project) throw refuse({ '': 'quotes.errors.no_projects' })
    running.tell('quotes.changed', { quote_id: id })
    return { ...quote, href: project.href }
  }
})

/** Once nothing is left to pay of a deposit, the sessions are firm, if the quote says so; what is in the way is noted. */
export async function depositSettled(hearing: Hearing, { invoice_id }: { invoice_id: number }): Promise<void> {
  const { db, tell, did } = hearing
  const quote_id = await quoteOfDeposit(db, invoice_id)
  const quote = quote_id === undefined ? undefined : await findQuote(db, quote_id)
  if (!quote || quote.state !== 'accepted' || quote.confirm_on !== 'deposit') return
  for (const { id: session_id } of await sessionsOf(db, quote.id)) {
    if (await confirmAside(hearing, session_id)) continue
    await markBlocked(db, quote.id, session_id, 'taken')
    await did('quotes.session_blocked', { quote: quote.id, session: session_id, client: quote.client_id })
    tell('quotes.session-blocked', { quote_id: quote.id, session_id })
  }
  tell('quotes.changed', { quote_id: quote.id })
}

/** Makes a session firm, or leaves everything as it was: false when something is in the way. */
async function confirmAside(hearing: Hearing, session_id: number): Promise<boolean> {
  const told: (() => unknown)[] = []
  try {
    await hearing.db.transaction(async db => {
      // what is told and noted of it holds only once it is done
      const running: Running = {
        ...hearing,
        db,
        person: { ...hearing.by, role: 'owner' },
        from: { ip: null, agent: null },
        can: () => true,
        changed: () => undefined,
        hint: () => undefined,
        tell: (fact, ids) => void told.push(() => hearing.tell(fact, ids)),
        did: async (...note) => void told.push(() => hearing.did(...note))
      }
      await hearing.ask('sessions.confirm', { running, session_id }, db)
    })
  } catch (error) {
    if (!isInTheWay(error)) throw error
    return false
  }
  for (const tell of told) await tell()
  return true
}

/** @throws refuse for a quote that is not accepted. */
async function accepted({ db }: Running, id: number): Promise<Quote> {
  const quote = await lockQuote(db, id)
  if (!quote) throw notFound()
  if (quote.state !== 'accepted') throw refuse({ '': 'quotes.errors.not_accepted' })
  return quote
}

/** What was invoiced of it. */
const invoicesOf = async ({ ask }: Running, id: number): Promise<InvoiceOfSource[]> =>
  (await ask('invoices.of-source', { source: documentOf(id) })).flat()

const whole = { discount_bp: 0, discount_cents: 0, discount_label: null }

type Made = Pick<
  DraftWanted,
  'kind' | 'lines' | 'deduct_deposits' | 'discount_bp' | 'discount_cents' | 'discount_label'
>

async function make(running: Running, quote: Quote, made: Made): Promise<number> {
  const sessions = (await sessionsOf(running.db, quote.id)).map(({ starts_at, ends_at }) => ({ starts_at, ends_at }))
  const days = sessions.flatMap(({ starts_at, ends_at }) => [starts_at, ends_at]).map(at => running.fmt.field(at).day)
  const [draft] = await running.ask('invoices.make', {
    running,
    ...made,
    client_id: quote.client_id,
    source: documentOf(quote.id),
    title: quote.title,
    order_number: quote.order_number,
    service_from: quote.service_from ?? days.toSorted()[0] ?? null,
    service_to: quote.service_to ?? days.toSorted().at(-1) ?? null
  })
  if (!draft) throw new Error('nobody answers invoices.make')
  return draft.invoice_id
}
