import { action, notFound, refuse, share, splitVat, withoutVat } from '@patchbay/core'
import type { Running, VatTotal, WholeDiscount } from '@patchbay/core'
import type { DocumentLine } from '../contract.ts'
import { draftFieldsOf } from './actions.ts'
import { totalsOf } from './amounts.ts'
import { plainDraft } from './from-sessions.ts'
import { DepositForm } from './forms.ts'
import * as queries from './queries.ts'
import type { DraftFields } from './queries.ts'
import { linesOfSessions, pricedAs } from './session-lines.ts'
import { findSessions } from './session-queries.ts'
import { vatFactsOf } from './terms.ts'
import { writeDraft } from './writing.ts'

/** A deposit invoice (386) of what a draft, or a session, will come to: so many per cent, or an amount with VAT. */
export const depositInvoice = action({
  name: 'invoices.deposit',
  permission: 'invoices.write',
  input: DepositForm,
  async run(running, { id, session_id, part, label }) {
    const of = session_id ? await ofSession(running, session_id) : await ofDraft(running, id)
    const cents = depositCents(part, of.total_cents)
    const fields: DraftFields = { ...of.fields, kind: 'deposit', ...noDiscount, source: of.source }
    const called = label ?? running.wordsIn(fields.language).t('invoices.drafts.deposit_of', { what: of.called })
    const lines = depositLines(cents, of.vat, called)
    const deposit = await writeDraft(running, null, { fields, lines, deposits: [] })
    running.tell('invoices.drafted', { invoice_id: deposit })
    return { id: deposit, client_id: fields.client_id, session_id }
  },
  about: ({ id, client_id, session_id }) => ({ invoice: id, client: client_id, session: session_id })
})

/** One line for each rate, whose totals with VAT come to `cents` (but for the one in six that a rate cannot make). */
export function depositLines(cents: number, vat: readonly VatTotal[], label: string): DocumentLine[] {
  return splitVat(cents, vat)
    .filter(part => part.base_cents + part.vat_cents > 0)
    .map(({ vat_category, vat_rate, base_cents, vat_cents }) => ({
      kind: 'line',
      label: label.slice(0, 300),
      description: null,
      ...pricedAs(withoutVat([base_cents + vat_cents], vat_rate)[0] ?? 0, 1),
      unit: 'flat',
      discount_bp: 0,
      discount_cents: 0,
      vat_category,
      vat_rate,
      nature: 'service',
      account: null,
      item_id: null,
      source: null
    }))
}

const noDiscount = { discount_bp: 0, discount_cents: 0, discount_label: null, discount_code: null }

function depositCents({ discount_bp, discount_cents }: WholeDiscount, total_cents: number): number {
  const cents = discount_bp > 0 ? share(total_cents, discount_bp) : discount_cents
  if (cents <= 0) throw refuse({ part: 'fields.required' })
  if (cents > total_cents) throw refuse({ part: 'invoices.drafts.errors.deposit_too_large' })
  return cents
}

async function ofDraft({ db, t }: Running, id: number | null) {
  const draft = id === null ? undefined : await queries.findInvoice(db, id)
  if (!draft) throw notFound()
  if (draft.state !== 'draft' || draft.kind !== 'invoice')
    throw refuse({ '': 'invoices.drafts.errors.deposit_of_draft' })
  const fields = { ...draftFieldsOf(draft), service_from: null, service_to: null, issue_date: null }
  const called = draft.title ?? t('invoices.drafts.draft_number', { id: draft.id })
  return {
    fields,
    vat: draft.vat,
    total_cents: draft.total_cents,
    called,
    source: draft.source ?? `invoice:${draft.id}`
  }
}

async function ofSession(running: Running, session_id: number) {
  const { db, ask, fmt, studio } = running
  const [session] = await findSessions(db, [session_id])
  if (!session) throw notFound()
  const client = session.client_id ? await queries.clientCalled(db, session.client_id, null) : undefined
  if (!client) throw refuse({ '': 'invoices.drafts.errors.no_client_of_session' })
  const facts = await vatFactsOf(running, client.id, client.language)
  const source = `session:${session_id}`
  const lines = (await ask('sessions.billable', { session_id, offered: true })).flat()
  const made = totalsOf(linesOfSessions([{ source, lines }], facts))
  if (made.total_cents <= 0) throw refuse({ '': 'invoices.drafts.errors.no_price' })
  const called = `${session.room_name}, ${fmt.range(session.starts_at, session.ends_at)}`
  const fields = { ...plainDraft(client, studio.currency), title: session.title }
  return { fields, vat: made.vat, total_cents: made.total_cents, called, source }
}
