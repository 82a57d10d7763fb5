import { action, refuse, time } from '@patchbay/core'
import type { Running, TypedLine } from '@patchbay/core'
import { NewQuoteForm, NoteForm, QuoteForm, QuoteIdForm, QuoteSessionsForm } from './forms.ts'
import type { QuoteInput } from './forms.ts'
import { quoteTotals } from './money.ts'
import { addQuote, changeQuote, clientCalled, removeQuote } from './queries.ts'
import type { Quote, QuoteFields } from './queries.ts'
import { aboutSessions, draft, found, usualFields, writeLines } from './writing.ts'

/* Drafts: as many changes as one likes, until they are sent. */

const about = ({ id, client_id }: { id: number; client_id: number }) => ({ quote: id, client: client_id })

/** Begins a quote to a client, with what is usual here; with sessions, about them and with their lines. */
export const draftQuote = action({
  name: 'quotes.draft',
  permission: 'quotes.write',
  input: NewQuoteForm,
  about,
  async run(running, { client_id: given, client_name, title, session_ids }) {
    const { db } = running
    const client_id = await clientOf(running, given, client_name)
    const usual = await usualFields(running, client_id)
    const row = { ...usual, title, client_id, created_by: running.person.id }
    const id = await addQuote(db, row)
    await aboutSessions(running, { ...row, id }, session_ids)
    running.tell('quotes.changed', { quote_id: id })
    return { id, client_id }
  }
})

/** Writes a draft anew, lines and all. A discount code is looked up and says what it takes off. */
export const changeQuoteAction = action({
  name: 'quotes.change',
  permission: 'quotes.write',
  input: QuoteForm,
  about,
  async run(running, input) {
    const { db } = running
    const before = await draft(running, input.id)
    // the button for more empty rows, without script: the form comes back as it is
    if (input.more_rows) throw refuse({})
    if (input.version !== null && input.version !== before.version) throw refuse({ version: 'quotes.errors.stale' })
    const { lines, ...fields } = fieldsOf(input, before)
    const discount = await discountOf(running, before.client_id, fields, lines)
    const after = { ...fields, ...discount }
    await changeQuote(db, before.id, after)
    await writeLines(running, { ...before, ...after }, lines)
    running.changed(before, after)
    running.tell('quotes.changed', { quote_id: before.id })
    return { id: before.id, client_id: before.client_id }
  }
})

/** Says which of the client's sessions a draft is about: lines of new ones are added, those of others go. */
export const setSessions = action({
  name: 'quotes.set_sessions',
  permission: 'quotes.write',
  input: QuoteSessionsForm,
  about,
  async run(running, { id, session_ids }) {
    const quote = await draft(running, id)
    await aboutSessions(running, quote, session_ids)
    running.tell('quotes.changed', { quote_id: id })
    return quote
  }
})

/** Throws a draft away. */
export const removeQuoteAction = action({
  name: 'quotes.remove',
  permission: 'quotes.write',
  input: QuoteIdForm,
  confirm: true,
  about,
  async run(running, { id }) {
    const quote = await draft(running, id)
    await removeQuote(running.db, id)
    running.tell('quotes.removed', { quote_id: id })
    return quote
  }
})

/** Notes something about a quote for the studio's own eyes, whatever its state. */
export const noteQuote = action({
  name: 'quotes.note',
  permission: 'quotes.write',
  input: NoteForm,
  about,
  async run(running, { id, internal_note }) {
    const quote = await found(running, id)
    await changeQuote(running.db, id, { internal_note })
    running.tell('quotes.changed', { quote_id: id })
    return quote
  }
})

async function clientOf({ db }: Running, id: number | null, name: string | null): Promise<number> {
  if (id === null && name === null) throw refuse({ client_name: 'quotes.errors.nobody' })
  const client_id = await clientCalled(db, id, name)
  if (client_id === undefined)
    throw refuse({ client_name: { key: 'quotes.errors.no_such_client', values: { name: name ?? String(id) } } })
  return client_id
}

/** What was typed, over what there was where nothing is said. */
function fieldsOf(input: QuoteInput, before: Quote): QuoteFields & { lines: TypedLine[] } {
  const { id: _id, version: _version, more_rows: _more, discount, deposit, ...typed } = input
  return {
    ...typed,
    language: typed.language ?? before.language,
    currency: typed.currency ?? before.currency,
    valid_days: typed.valid_days ?? before.valid_days,
    deposit_kind: typed.deposit_kind ?? before.deposit_kind,
    confirm_on: typed.confirm_on ?? before.confirm_on,
    discount_bp: discount.discount_bp,
    discount_cents: discount.discount_cents,
    deposit_bp: deposit.discount_bp,
    deposit_cents: deposit.discount_cents
  }
}

type Discounted = Pick<QuoteFields, 'discount_bp' | 'discount_cents' | 'discount_label'>

/** What a code takes off comes before what was typed. */
async function discountOf(
  { ask, studio }: Running,
  client_id: number,
  { discount_code: code, discount_bp, discount_cents, discount_label }: QuoteFields,
  lines: readonly TypedLine[]
): Promise<Discounted> {
  const { net_cents } = quoteTotals(lines, { discount_bp: 0, discount_cents: 0 })
  if (code === null) {
    if (discount_cents > net_cents) throw refuse({ discount: 'fields.discount_too_large' })
    return { discount_bp, discount_cents, discount_label }
  }
  const on = time.today(studio.timezone)
  const [taken] = await ask('catalogue.discount', { code, client_id, on, net_cents, use: null })
  if (!taken) throw refuse({ discount_code: 'quotes.errors.code' })
  if (taken.refused !== null) throw refuse({ discount_code: taken.refused })
  return { discount_bp: taken.discount_bp, discount_cents: taken.discount_cents, discount_label: taken.label }
}
