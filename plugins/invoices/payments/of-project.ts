import { rowsOf } from '@patchbay/core'
import type { Asking, Plugin } from '@patchbay/core'

type Paid = Awaited<ReturnType<NonNullable<NonNullable<Plugin['answers']>['deliveries.paid']>>>

interface Billed {
  id: number
  kind: string
  state: 'draft' | 'issued'
  number: string | null
  open_cents: number
  euro_cents: number
  token_sealed: string | null
}

/**
 * Whether all that was billed from these sources is paid. It is not while a draft of them waits, nor while only deposits
 * were billed: the rest is still to come. What is open in another currency counts at its invoice's rate.
 */
export async function paidFor(
  { db, base, address, sealed }: Asking,
  { sources }: { sources: readonly string[] }
): Promise<Paid> {
  const rows = await rowsOf<Billed>(
    db,
    `select i.id, i.kind, i.state, i.number, i.open_cents, i.token_sealed,
       round(i.open_cents * coalesce(i.exchange_rate, 1))::bigint as euro_cents
     from invoices i where i.kind <> 'credit_note'
       and (i.source = any(?) or i.id in (select invoice_id from invoice_sources where source = any(?))) order by i.id`,
    [[...sources], [...sources]]
  )
  const issued = rows.filter(({ state }) => state === 'issued')
  const open_cents = issued.reduce((sum, { euro_cents }) => sum + Math.max(0, euro_cents), 0)
  const whole = issued.some(({ kind }) => kind !== 'deposit') && issued.length === rows.length
  return {
    paid: whole && open_cents === 0,
    open_cents,
    documents: issued.map(({ id, number, open_cents: open, token_sealed }) => ({
      label: number ?? '',
      href: `${base}/invoices/${id}`,
      open_cents: open,
      // only whoever has the link of a package asks this, and is who owes it
      pay: open > 0 && token_sealed ? address(`/invoices/${sealed.open(token_sealed, `link:${id}`)}`, 'open') : null
    }))
  }
}
