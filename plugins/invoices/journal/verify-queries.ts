import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

/** The heads of both chains, and the day of the first thing in them. */
export async function chainHeads(db: Db): Promise<{
  documents: { position: number; hash: Buffer }
  journal: { position: number; hash: Buffer }
  since: string | null
}> {
  const [row] = await rowsOf<{ d: number; dh: Buffer; j: number; jh: Buffer; since: string | null }>(
    db,
    `select d.position as d, d.hash as dh, j.position as j, j.hash as jh,
       least((select min(at) from payment_transactions), (select min(issued_at) from invoices))::date as since
     from invoice_chain d, payment_chain j`
  )
  if (!row) throw new Error('a chain has no head')
  return {
    documents: { position: row.d, hash: row.dh },
    journal: { position: row.j, hash: row.jh },
    since: row.since
  }
}

interface Fault {
  key: string
  [value: string]: string | number
}

/** Each series of a year: without a gap, ending where its counter stands, its dates never going back. */
export async function numberFaults(db: Db): Promise<{ series: { count: number }[]; faults: Fault[] }> {
  const series = await rowsOf<{ series: string; year: number; count: number; highest: number; counter: number | null }>(
    db,
    `select i.series, i.year, count(*)::integer as count, max(i.sequence) as highest, s.last_sequence as counter
     from invoices i left join invoice_series s on s.series = i.series and s.year = i.year
     where i.state = 'issued' group by i.series, i.year, s.last_sequence order by 1, 2`
  )
  const missing = await rowsOf<{ series: string; year: number; from: number; to: number }>(
    db,
    `select series, year, before + 1 as from, sequence - 1 as to from (
       select series, year, sequence, coalesce(lag(sequence) over (partition by series, year order by sequence), 0) as before
       from invoices where state = 'issued') g
     where sequence <> before + 1 order by 1, 2, 3 limit 100`
  )
  const back = await rowsOf<{ name: string }>(
    db,
    `select number as name from (
       select number, issue_date, lag(issue_date) over (partition by series order by year, sequence) as before
       from invoices where state = 'issued') g
     where issue_date < before limit 100`
  )
  return {
    series,
    faults: [
      ...missing.map(({ series: name, year, from, to }) => ({ key: 'gap', name: `${name} ${year}`, from, to })),
      ...series
        .filter(({ highest, counter }) => highest !== counter)
        .map(({ series: name, year, highest, counter }) => ({
          key: 'counter',
          name: `${name} ${year}`,
          highest,
          counter: counter ?? 0
        })),
      ...back.map(({ name }) => ({ key: 'back', name }))
    ]
  }
}

/** What pages show of invoices, credit notes, clients' credits and payments is what the journal comes to. */
export async function balanceFaults(db: Db): Promise<{ looked: number; faults: Fault[] }> {
  const invoices = await rowsOf<{ name: string; stored: number; summed: number }>(
    db,
    `select i.number as name, i.paid_cents as stored, coalesce(t.cents, 0)::bigint as summed
     from invoices i left join (select invoice_id, sum(cents) as cents from payment_transactions
       where kind <> 'credit_note' group by 1) t on t.invoice_id = i.id
     where i.state = 'issued' and i.paid_cents <> coalesce(t.cents, 0) limit 100`
  )
  const credited = await rowsOf<{ name: string; stored: number; summed: number }>(
    db,
    `select i.number as name, i.credited_cents as stored, coalesce(t.cents, 0)::bigint as summed
     from invoices i left join (
       select case when n.kind = 'credit_note' and i.id = n.id then n.id else t.invoice_id end as id, sum(t.cents) as cents
       from payment_transactions t join invoices n on n.id = t.credit_note_id
         join invoices i on i.id = t.invoice_id or (i.id = n.id and n.kind = 'credit_note')
       where t.kind = 'credit_note' group by 1) t on t.id = i.id
     where i.state = 'issued' and i.credited_cents <> coalesce(t.cents, 0) limit 100`
  )
  const credits = await rowsOf<{ name: string; stored: number; summed: number }>(
    db,
    `select coalesce(c.artist_name, c.name) as name, coalesce(k.cents, 0)::bigint as stored, coalesce(t.cents, 0)::bigint as summed
     from (select client_id, currency, sum(cents) as cents from payment_transactions where invoice_id is null group by 1, 2) t
       full join client_credits k on k.client_id = t.client_id and k.currency = t.currency
       join clients c on c.id = coalesce(t.client_id, k.client_id)
     where coalesce(k.cents, 0) <> coalesce(t.cents, 0) limit 100`
  )
  const payments = await rowsOf<{ name: string; stored: number; summed: number }>(
    db,
    `select p.id::text as name, p.cents as stored, coalesce(t.cents, 0)::bigint as summed
     from payments p left join (select payment_id, sum(cents) as cents from payment_transactions group by 1) t
       on t.payment_id = p.id
     where p.cents <> coalesce(t.cents, 0) limit 100`
  )
  const [counted] = await rowsOf<{ n: number }>(
    db,
    `select ((select count(*) from invoices where state = 'issued') + (select count(*) from payments)
       + (select count(*) from client_credits))::integer as n`
  )
  const faults = (key: string, rows: { name: string; stored: number; summed: number }[]) =>
    rows.map(row => ({ key, ...row }))
  return {
    looked: counted?.n ?? 0,
    faults: [
      ...faults('paid', invoices),
      ...faults('credited', credited),
      ...faults('credit', credits),
      ...faults('payment', payments)
    ]
  }
}
