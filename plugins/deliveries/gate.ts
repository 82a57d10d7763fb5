import type { Ask, Db } from '@patchbay/core'
import './contract.ts'
import type { Paid } from './contract.ts'
import { filesOf } from './file-queries.ts'
import type { PackedFile } from './file-queries.ts'
import { sourcesOf } from './queries.ts'
import type { Delivery } from './queries.ts'

/** Whether a package may be taken now, and what it waits for when it may not. */
export interface GateState {
  open: boolean
  /** Somebody opened it, whatever it was to wait for. */
  released: boolean
  /** Titles of which nothing chosen is approved; none when approval is not waited for, or is there. */
  unapproved: string[]
  /** What is billed; undefined when payment is not waited for. */
  paid: Paid | undefined
  /** Payment is waited for and nobody here keeps invoices. */
  nobody_bills: boolean
  /** It waits for the studio to open it. */
  by_hand: boolean
}

/**
 * Asked anew at every request, for what is approved or paid changes without anybody looking at the package: an approval
 * taken back or a payment that bounced shuts it again.
 */
export async function gateOf(
  { db, ask }: { db: Db; ask: Ask },
  delivery: Pick<Delivery, 'id' | 'gate' | 'opened_at' | 'project_id' | 'client_id' | 'quote_id'>,
  known?: readonly PackedFile[]
): Promise<GateState> {
  const { gate, opened_at } = delivery
  const shut = { open: false, released: false, unapproved: [], paid: undefined, nobody_bills: false, by_hand: false }
  if (opened_at !== null) return { ...shut, open: true, released: true }
  if (gate === 'by_hand') return { ...shut, by_hand: true }
  const unapproved = gate.startsWith('approved') ? unapprovedOf(known ?? (await filesOf(db, delivery.id))) : []
  const [paid] = gate.endsWith('paid') ? await ask('deliveries.paid', await billed(db, delivery)) : []
  const nobody_bills = gate.endsWith('paid') && paid === undefined
  const open = unapproved.length === 0 && !nobody_bills && (paid?.paid ?? true)
  return { ...shut, open, unapproved, paid, nobody_bills }
}

/** A revision has to be approved itself; of a further file, a mix of its track. */
export function unapprovedOf(files: readonly Pick<PackedFile, 'track_approved' | 'track_title' | 'name'>[]): string[] {
  const waiting = files.filter(({ track_approved }) => !track_approved)
  return [...new Set(waiting.map(({ track_title, name }) => track_title ?? name))]
}

const billed = async (
  db: Db,
  { project_id, client_id, quote_id }: Pick<Delivery, 'project_id' | 'client_id' | 'quote_id'>
) => ({
  project_id,
  client_id,
  sources: await sourcesOf(db, { project_id, quote_id })
})
