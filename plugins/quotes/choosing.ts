import { isPriced, lineTotal } from '@patchbay/core'
import type { Asking, Section } from '@patchbay/core'
import { chosenOf, quoteIdOf } from './accepting.ts'
import { depositParts, depositTotal, quoteTotals } from './money.ts'
import { findQuote, listLines } from './queries.ts'

/** What the client reads above the form: the quote's lines, its options to tick, and what it comes to with them. */
export async function choicesPart(
  { db }: Asking,
  { document, values }: { document: string; values: Record<string, string> }
): Promise<Section | undefined> {
  const id = quoteIdOf(document)
  const quote = id === undefined ? undefined : await findQuote(db, id)
  if (!quote || quote.state === 'draft') return undefined
  const stored = await listLines(db, quote.id)
  // before the first choice what stands is what the studio proposes
  const asked = Object.keys(values).length > 0
  const chosen = asked ? chosenOf(values) : stored.filter(line => line.chosen).map(line => line.id)
  const open = quote.state === 'sent'
  const lines = stored.map(line => ({ ...line, chosen: line.optional && chosen.includes(line.id) }))
  const totals = quoteTotals(lines, quote)
  return {
    view: 'quotes/_choices',
    data: {
      quote,
      lines: lines.map(line => ({ ...line, net_cents: isPriced(line) ? lineTotal(line).net_cents : 0 })),
      optional: lines.some(({ optional }) => optional),
      open,
      unsaved: stored.some(line => line.optional && line.chosen !== chosen.includes(line.id)),
      totals,
      deposit_cents: depositTotal(depositParts(totals, quote))
    }
  }
}
