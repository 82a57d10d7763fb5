import type { Knex } from 'knex'
import type { Tenant } from './house.ts'
import { loadOn } from './pages.ts'
import type { Arms } from './pages.ts'
import { table } from './figures.ts'

/**
 * So many issued invoices, as the database keeps them, of the studio's own clients; their papers are one file. A tenth is
 * overdue from the first minute: what is measured is not how their clients are reminded, all at once.
 */
export async function seedInvoices(db: Knex, count: number): Promise<void> {
  await db('plugins').insert({ id: 'dunning', settings: { automatic: false } })
  const [paper] = await db('files')
    .insert({
      key: '0'.repeat(32),
      name: 'bench',
      media_type: 'application/pdf',
      bytes: 1,
      sha256: Buffer.alloc(32, 1)
    })
    .returning<{ id: number }[]>('id')
  // a statement ends after five seconds, here as everywhere
  for (let from = 1; from <= count; from += 10_000)
    await db.raw(
      `insert into invoices (kind, state, client_id, title, net_cents, vat_cents, total_cents, due_cents, vat, number, series,
         year, sequence, framework, seller, buyer, document, chain_position, previous_hash, hash, pdf_file_id, issued_at,
         issue_date, due_date, paid_cents)
       select 'invoice', 'issued', client.ids[1 + i % cardinality(client.ids)], 'Séance ' || i, 10000, 2000, 12000, 12000, '[]',
         'F' || year || '-' || i, 'F', year, i, 'S1', '{}', '{}', '{}', i, '', sha256(int8send(i)), ?, day, day::date,
         day::date + 30, case when i % 10 > 0 then 12000 else 0 end
       from generate_series(?::bigint, ?::bigint) as i
       cross join lateral (select timestamptz '2016-01-01' + i * interval '50 minutes' as day) d
       cross join lateral (select extract(year from day)::int as year) y
       cross join (select array_agg(id order by id) as ids from clients where merged_into is null) client`,
      [paper?.id ?? 0, from, Math.min(count, from + 9999)]
    )
  const last = db('invoices').where({ chain_position: count }).select('hash')
  await db('invoice_chain').update({ position: count, hash: last })
  await db.raw('analyze invoices')
}

/** The list of invoices as people ask it. */
export const invoiceLists: Record<string, string> = {
  invoices: '/invoices',
  invoices_open: '/invoices?tab=open',
  invoices_overdue: '/invoices?tab=overdue&sort=due',
  invoices_search: '/invoices?q=marees',
  invoices_number: '/invoices?q=F2020-31415',
  invoices_total: '/invoices?sort=-total'
}

const drafts = 60

/** Drafts of three lines are issued through the API, four at once: documents a second, and what it takes of memory. */
export async function measureIssuing(
  { app, load, figures, weigh }: Arms,
  { studio, cookie }: Tenant,
  db: Knex
): Promise<void> {
  await db('legal_cards').update({
    name: 'Grand Studio',
    legal_form: 'SARL',
    address: '1 rue du Banc',
    postal_code: '35000',
    city: 'Rennes',
    siren: '732829320',
    siret: '73282932000074',
    vat_number: 'FR44732829320',
    register: 'RCS Rennes',
    capital_cents: 100000,
    iban: 'FR7630006000011234567890189',
    bic: 'AGRIFRPP',
    email: 'compta@banc.example'
  })
  const client = await db('clients').whereNull('siren').whereNull('vat_number').min<{ id: number }[]>('id as id')
  const ids: number[] = []
  for (let nth = 0; nth < drafts; nth++) {
    const [row] = await db('invoices')
      .insert({ kind: 'invoice', client_id: client[0]?.id })
      .returning<{ id: number }[]>('id')
    const lines = [0, 1, 2].map(position => ({
      invoice_id: row?.id,
      position,
      label: `Séance ${position}`,
      unit_micros: 45_500_000,
      quantity: 4
    }))
    await db('invoice_items').insert(lines)
    ids.push(row?.id ?? 0)
  }
  const url = await app.ask<string>('url')
  const issue = async (id: number) => {
    const headers = { cookie, origin: url, 'content-type': 'application/json', confirm: 'true' }
    const answer = await fetch(`${url}/s/${studio.slug}/api/invoices/issue`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ id })
    })
    if (!answer.ok) throw new Error(`issuing answered ${answer.status}: ${await answer.text()}`)
    await answer.arrayBuffer()
  }
  // fonts are parsed once in the life of the process
  for (const id of ids.splice(0, 10)) await issue(id)
  const start = performance.now()
  await Promise.all(
    [0, 1, 2, 3].map(async lane => {
      for (const id of ids.filter((_, at) => at % 4 === lane)) await issue(id)
    })
  )
  const seconds = (performance.now() - start) / 1000
  await weigh('issuing')
  figures.set('issuing.per_second', ids.length / seconds)
  figures.set('issuing.memory_mb', await app.ask<number>('memory'))
  const target = { url, requests: [{ path: `/s/${studio.slug}/invoices/${ids[0]}/pdf`, headers: { cookie } }] }
  const read = await loadOn(load, { ...target, seconds: 1 })
  table(
    ['invoices', ''],
    [
      ['issued with their PDF, a second', ids.length / seconds],
      ['MB after it', figures.get('issuing.memory_mb')],
      ['PDFs read, a second', figures.set('issuing.reads_per_second', read.rps)]
    ]
  )
}
