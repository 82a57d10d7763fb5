import { isPriced, refuse, splitVat } from '@patchbay/core'
import type { Db, Running, VatShare } from '@patchbay/core'
import type { DocumentLine } from '../contract.ts'
import { amountsOf, totalsOf } from './amounts.ts'
import * as queries from './queries.ts'
import { freeDeposits, replaceDeductions } from './related-queries.ts'
import type { DraftFields } from './queries.ts'

/** A draft as it shall be. */
export interface Wanted {
  fields: DraftFields
  lines: DocumentLine[]
  /** Deposit invoices it deducts. */
  deposits: readonly number[]
}

/**
 * Writes a new draft (`id` null) or one that is there, whole: its amounts, its lines, what it bills and what it deducts.
 * Refuses on `lines`, `discount` and `deposits`, and when what a line was made from is on another document.
 */
export async function writeDraft(
  running: Pick<Running, 'db' | 'person' | 't'>,
  id: number | null,
  { fields, lines, deposits }: Wanted
): Promise<number> {
  const { db, person } = running
  const made = totalsOf(lines, fields)
  if (fields.discount_cents > Math.max(0, made.line_cents)) throw refuse({ discount: 'fields.discount_too_large' })
  if (made.total_cents < 0) throw refuse({ lines: 'invoices.drafts.errors.negative' })
  const deductions = await deduct(db, fields, deposits, id)
  const prepaid_cents = deductions.reduce((sum, { cents }) => sum + cents, 0)
  if (prepaid_cents > made.total_cents) throw refuse({ deposits: 'invoices.drafts.errors.deposits_too_large' })
  const amounts = amountsOf(made, { ...fields, prepaid_cents })
  const at = id ?? (await queries.insertDraft(db, { ...fields, ...amounts, created_by: person.id }))
  if (id !== null) await queries.updateDraft(db, id, { ...fields, ...amounts })
  if (fields.kind === 'invoice') await claim(running, at, lines)
  let priced = 0
  const netOf = (line: DocumentLine) => (isPriced(line) ? (made.lines[priced++]?.net_cents ?? 0) : 0)
  await queries.replaceItems(
    db,
    at,
    lines.map(line => ({ ...line, net_cents: netOf(line) }))
  )
  await replaceDeductions(db, at, deductions)
  return at
}

async function deduct(
  db: Db,
  { kind, client_id, currency }: DraftFields,
  ids: readonly number[],
  but: number | null
): Promise<{ deposit_id: number; cents: number; vat: VatShare[] }[]> {
  if (ids.length === 0) return []
  if (kind !== 'invoice') throw refuse({ deposits: 'invoices.drafts.errors.no_deposits_here' })
  const found = await freeDeposits(db, client_id, currency, { ids, ...(but !== null && { but }) })
  if (found.length < ids.length) throw refuse({ deposits: 'invoices.drafts.errors.deposit_taken' })
  return found
    .filter(({ left_cents }) => left_cents > 0)
    .map(({ id, left_cents, vat }) => ({ deposit_id: id, cents: left_cents, vat: splitVat(left_cents, vat) }))
}

/** What its lines were made from is billed by it, and by it alone. */
async function claim({ db, t }: Pick<Running, 'db' | 't'>, id: number, lines: readonly DocumentLine[]): Promise<void> {
  const sources = [...new Set(lines.flatMap(({ source }) => (source && isClaimed(source) ? [source] : [])))]
  const [other] = await queries.claimSources(db, id, sources)
  if (!other) return
  const number = other.number ?? t('invoices.drafts.draft_number', { id: other.invoice_id })
  const values = { what: sourceName(other.source, t), number }
  throw refuse({ '': { key: 'invoices.drafts.errors.billed', values } })
}

/** Lines of quotes and of what is credited only say where they come from. */
const isClaimed = (source: string): boolean => source.startsWith('session:')

const sourceName = (source: string, t: Running['t']): string =>
  t('invoices.drafts.session_source', { id: source.slice('session:'.length) })
