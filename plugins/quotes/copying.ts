import { action, refuse } from '@patchbay/core'
import type { Running, TypedLine } from '@patchbay/core'
import { QuoteIdForm } from './forms.ts'
import { addQuote, listLines } from './queries.ts'
import type { Quote, QuoteFields } from './queries.ts'
import { linkSessions, sessionsOf } from './session-queries.ts'
import { lastRevision } from './version-queries.ts'
import { blank, found, writeLines } from './writing.ts'

/* Quotes made from others. */

const about = ({ id, client_id }: { id: number; client_id: number }) => ({ quote: id, client: client_id })

/** Copies a quote as a new draft of its own; sessions are not copied, for they are paid once. */
export const duplicateQuote = action({
  name: 'quotes.duplicate',
  permission: 'quotes.write',
  input: QuoteIdForm,
  about,
  async run(running, { id }) {
    const quote = await found(running, id)
    const lines = await listLines(running.db, id)
    return copy(
      running,
      quote,
      lines.map(line => ({ ...line, source: null })),
      {}
    )
  }
})

/** Makes the next version of a quote that was sent and not accepted; the draft of it if there is one already. */
export const reviseQuote = action({
  name: 'quotes.revise',
  permission: 'quotes.write',
  input: QuoteIdForm,
  about,
  async run(running, { id }) {
    const { db } = running
    const quote = await found(running, id)
    if (quote.state === 'draft') return quote
    if (quote.state === 'accepted') throw refuse({ '': 'quotes.errors.accepted' })
    const root_id = quote.root_id ?? quote.id
    const { revision, draft_id } = await lastRevision(db, root_id)
    if (draft_id !== null) return { id: draft_id, client_id: quote.client_id }
    const made = await copy(running, quote, await listLines(db, id), { root_id, revision: revision + 1 })
    const sessions = await sessionsOf(db, id)
    await linkSessions(
      db,
      made.id,
      sessions.map(session => session.id)
    )
    return made
  }
})

async function copy(
  running: Running,
  quote: Quote,
  lines: readonly TypedLine[],
  version: { root_id?: number; revision?: number }
): Promise<{ id: number; client_id: number }> {
  const { client_id } = quote
  const names = [
    ...Object.keys(blank),
    'cancellation',
    'language',
    'currency',
    'valid_days',
    'deposit_bp',
    'deposit_kind',
    'confirm_on'
  ]
  const fields = Object.fromEntries(
    names.map(name => [name, quote[name as keyof QuoteFields]])
  ) as unknown as QuoteFields
  const id = await addQuote(running.db, { ...fields, client_id, created_by: running.person.id, ...version })
  // a new offer begins as the studio made it, whatever was ticked on the old one
  await writeLines(
    running,
    { ...fields, id },
    lines.map(line => ({ ...line, chosen: false }))
  )
  running.tell('quotes.changed', { quote_id: id })
  return { id, client_id }
}
