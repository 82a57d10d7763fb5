import type { Knex } from 'knex'
import { totals } from '@patchbay/core'
import { saveFile } from '@patchbay/core/storage'
import type { Folder } from '@patchbay/core/folder'

/** A quote of a test, straight in the database; the rest is as usual. */
export interface MadeQuote {
  client_id: number
  state?: 'draft' | 'sent' | 'accepted' | 'declined'
  title?: string
  /** Without VAT, at 20 %. */
  cents?: number
  session_id?: number
  more?: Record<string, unknown>
}

/** Enters a quote with one line; what was sent has a file that is no PDF. */
export async function makeQuote({ db, folder }: { db: Knex; folder: Folder }, made: MadeQuote): Promise<number> {
  const { client_id, state = 'draft', title = 'Enregistrement', cents = 100_000, session_id, more = {} } = made
  const line = { quantity: 1, unit_micros: cents * 10_000, discount_bp: 0, discount_cents: 0 }
  const vat = { vat_category: 'S' as const, vat_rate: 2000 }
  const { net_cents, vat_cents, total_cents, vat: rates } = totals([{ ...line, ...vat }])
  const sums = { net_cents, vat_cents, total_cents, vat: JSON.stringify(rates) }
  const [row] = await db('quotes')
    .insert({ client_id, title, deposit_bp: 3000, ...sums })
    .returning<{ id: number }[]>('id')
  const id = row?.id ?? 0
  await db('quote_items').insert({ quote_id: id, position: 0, label: 'Forfait', net_cents, ...line, ...vat })
  if (session_id) await db('quote_sessions').insert({ quote_id: id, session_id })
  if (state === 'draft') return id
  const file = await saveFile({ db, folder }, Buffer.from(`%PDF-1.7 ${id}`), {
    name: 'Devis',
    media_type: 'application/pdf'
  })
  const now = new Date()
  await db('quotes')
    .where({ id })
    .update({
      state: 'sent',
      number: `D2026-${String(5000 + id)}`,
      valid_until: new Date(Date.now() + 20 * 864e5).toISOString().slice(0, 10),
      seller: JSON.stringify({ name: 'Studio', wordings: {} }),
      buyer: JSON.stringify({ name: 'Client', recipients: [] }),
      pdf_file_id: file.id,
      sha256: file.sha256,
      sent_at: now,
      recipient_email: 'zoe@example.test',
      ...more
    })
  if (state === 'accepted')
    await db('quotes')
      .where({ id })
      .update({ state, accepted_at: now, accepted_by: 'Zoé', accepted_way: 'paper', paper_file_id: file.id })
  if (state === 'declined')
    await db('quotes').where({ id }).update({ state, declined_at: now, decline_reason: 'Trop cher' })
  return id
}
