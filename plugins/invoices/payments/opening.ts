import { rowsOf } from '@patchbay/core'
import type { Context } from '@patchbay/core'
import { hashToken } from '@patchbay/core/secrets'
import type { OpenInvoice } from '../contract.ts'

/**
 * What whoever lets an invoice be paid may know of it: by its id, or by the token of its open page, which only those who
 * were sent it have. Undefined when there is none; a credit note is none.
 */
export async function openInvoice(
  { db, address, sealed }: Pick<Context, 'db' | 'address' | 'sealed'>,
  by: { invoice_id: number } | { token: string }
): Promise<OpenInvoice | undefined> {
  const byToken = 'token' in by
  const [row] = await rowsOf<Omit<OpenInvoice, 'href'> & { token_sealed: string | null }>(
    db,
    `select i.id as invoice_id, i.number, i.kind, i.state, i.client_id, coalesce(c.artist_name, c.name) as client_name,
       coalesce(i.recipients[1], b.recipients[1], c.email) as email, i.language, i.currency, i.total_cents, i.open_cents,
       i.title, i.token_sealed
     from invoices i join clients c on c.id = i.client_id left join client_billing b on b.client_id = i.client_id
     where i.kind <> 'credit_note' and ${byToken ? `i.token_hash = ? and i.state = 'issued'` : 'i.id = ?'}`,
    [byToken ? hashToken(by.token) : by.invoice_id]
  )
  if (!row) return undefined
  const { token_sealed, ...invoice } = row
  // a draft has it only while it is being issued, when its paper asks where to pay
  const token = token_sealed === null ? null : sealed.open(token_sealed, `link:${row.invoice_id}`)
  return { ...invoice, href: token && address(`/invoices/${token}`, 'open') }
}
