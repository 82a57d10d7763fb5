import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import pg from 'pg'
import t from 'tap'
import type { Running, VatShare } from '@patchbay/core'
import { filesOf } from '@patchbay/core/storage'
import { openStudio } from '../../../test/helper.ts'
import { catalogue } from '../../catalogue/plugin.ts'
import { clients } from '../../clients/plugin.ts'
import { legal } from '../../legal/plugin.ts'
import { sessions } from '../../sessions/plugin.ts'
import { closePeriods } from '../journal/closing.ts'
import { verify } from '../journal/verify.ts'
import { useCredit } from '../payments/credit.ts'
import { useCreditNote } from '../payments/credit-notes.ts'
import { correctPayment, recordRefund } from '../payments/taking-back.ts'
import { invoices } from '../plugin.ts'
import { makeClient, makeInvoice, makePayment } from './make.ts'
import { desk } from './running.ts'

t.setTimeout(240_000)
const house = await openStudio(t, { plugins: [clients, legal, catalogue, sessions, invoices] })
const { db, studio, owner, manager } = house
const folder = filesOf(house.host.env, studio)
const today = new Date().toISOString().slice(0, 10)
const run = <T>(work: (running: Running) => Promise<T>) => desk(house, work)
const person = { id: owner.id, name: owner.name }
const faultsOf = async () =>
  (await verify({ db, folder })).checks.flatMap(({ check, findings }) =>
    findings.map(({ key, values }) => `${check}.${key} ${values['name'] ?? ''}`)
  )

/** What the database refuses, done all the same: as somebody with the keys to the server would. */
async function tamper(sql: string, bindings: readonly unknown[] = []): Promise<void> {
  const [{ database }] = (await db.raw('select current_database() as database')).rows
  const server = new pg.Client({ ...house.connection, database })
  await server.connect()
  await server.query('set session_replication_role = replica')
  await server.query(sql, [...bindings])
  await server.end()
}

t.test('whatever is done in whatever order, at once or not: chains, numbers, sums and VAT hold', async t => {
  const client = await makeClient(db, 'Hasard')
  const step = fc.record({
    what: fc.constantFrom('issue', 'pay', 'refund', 'credit', 'note', 'correct'),
    cents: fc.integer({ min: 1, max: 30_000 }),
    which: fc.nat({ max: 50 })
  })
  const pick = <T>(rows: readonly T[], which: number) => rows[which % Math.max(1, rows.length)]
  const perform = async ({ what, cents, which }: { what: string; cents: number; which: number }) => {
    const bills = await db('invoices').where({ client_id: client, kind: 'invoice' }).orderBy('id').pluck('id')
    const id = pick(bills, which)
    if (what === 'issue' || id === undefined) {
      return makeInvoice(house, {
        client_id: client,
        lines: [
          [cents, 2000],
          [(cents % 977) + 1, 550]
        ]
      })
    }
    const payments = await db('payments').where({ client_id: client, kind: 'payment' }).orderBy('id').pluck('id')
    const back = { paid_on: today, reference: null, external: null, reason: 'x', method: null }
    if (what === 'pay') return makePayment(db, owner.id, id, cents)
    if (what === 'credit') return run(running => useCredit(running, { invoice_id: id, cents: null }))
    if (what === 'note') {
      const note = await makeInvoice(house, {
        client_id: client,
        kind: 'credit_note',
        lines: [[cents, 2000]],
        refers_to: [id]
      })
      const { open_cents } = await db('invoices').where({ id }).first('open_cents')
      const off = Math.min(open_cents, Math.floor(note.due_cents / 2))
      const deduct = off > 0 ? [{ invoice_id: id, cents: off }] : []
      const rest = note.due_cents - off
      return run(running =>
        useCreditNote(running, note.id, { deduct, refund_cents: Math.floor(rest / 2), credit_cents: 1 })
      )
    }
    const payment = pick(payments, which)
    if (payment === undefined) return undefined
    if (what === 'correct') return run(running => correctPayment(running, { payment: { id: payment }, reason: 'x' }))
    return run(running => recordRefund(running, { payment: { id: payment }, cents, ...back }))
  }
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12 }), fc.boolean(), async (steps, together) => {
      if (together) await Promise.allSettled(steps.map(perform))
      else for (const one of steps) await perform(one).catch(refused)
      const found = await faultsOf()
      if (found.length > 0) throw new Error(found.join('\n'))
      await vatIsWhole()
    }),
    { numRuns: 12 }
  )
  t.pass('no counterexample')
})

/** What is not an expected refusal is a fault of ours. */
function refused(error: unknown): void {
  if (!(error instanceof Error) || !['Refusal', 'Failure'].includes(error.constructor.name)) throw error
}

/** Of what is paid in full, VAT of the payments and of the credit notes set against it is that of the invoice. */
async function vatIsWhole(): Promise<void> {
  const settled = await db('invoices').where({ state: 'issued', open_cents: 0 }).whereNot({ kind: 'credit_note' })
  for (const { id, number, vat_cents } of settled) {
    const rows = await db('payment_transactions').where({ invoice_id: id }).pluck('vat')
    const said = (rows as VatShare[][]).flat().reduce((sum, share) => sum + share.vat_cents, 0)
    if (said !== vat_cents) throw new Error(`${number}: ${said} of VAT said, ${vat_cents} there`)
  }
}

t.test('a day that is over is closed once, with its totals, and takes nothing more', async t => {
  await db.transaction(trx => closePeriods({ db: trx, studio, person }))
  t.same(await db('closings'), [], 'today is not over')
  // the chain is of the past: its rows are moved two days back and chained anew, as they would have been then
  await rewind(2)
  const closed = await db.transaction(trx => closePeriods({ db: trx, studio, person }))
  t.ok(closed >= 2)
  t.equal(await db.transaction(trx => closePeriods({ db: trx, studio, person })), 0, 'once')
  const [first] = await db('closings').where({ period: 'day' }).orderBy('id')
  const sum = await db('payments').sum({ n: 'eur_cents' }).first()
  t.equal(first.totals.period_cents, Number(sum?.['n']))
  t.equal(first.totals.perpetual_cents, first.totals.period_cents)
  t.equal(
    first.totals.documents.count,
    Number((await db('invoices').where({ state: 'issued' }).count().first())?.['count'])
  )
  const method = first.totals.by_method.reduce((all: number, one: { cents: number }) => all + one.cents, 0)
  t.equal(method, first.totals.period_cents)
  t.same(await faultsOf(), [])
  const past = db('payment_transactions').insert({
    ...(await db('payment_transactions').orderBy('position').first()),
    id: undefined,
    position: 99_999,
    hash: Buffer.alloc(32, 1),
    vat: '[]',
    eur_vat: '[]'
  })
  await t.rejects(past, /closed/)
  t.equal((await owner.post('/invoices/compliance/closings')).statusCode, 303)
  t.equal((await manager.post('/invoices/compliance/closings')).statusCode, 403)
})

/** Moves the journal so many days back, as if it had been entered then. */
async function rewind(days: number): Promise<void> {
  const { journalRows } = await import('../journal/queries.ts')
  const { journalContent } = await import('../payments/posting.ts')
  const { linkHash } = await import('../chain.ts')
  let previous: Buffer = Buffer.alloc(0)
  for await (const batch of journalRows(db, 1, 1_000_000)) {
    for (const row of batch) {
      const at = new Date(row.at.getTime() - days * 864e5)
      const hash = linkHash(previous, journalContent({ ...row, at }, row.payment))
      await tamper('update payment_transactions set at = $1, previous_hash = $2, hash = $3 where position = $4', [
        at.toISOString(),
        previous,
        hash,
        row.position
      ])
      previous = hash
    }
  }
  await db('payment_chain').update({ hash: previous })
  await db.raw(`update payment_chain set at = at - interval '${days} days'`)
  await tamper(`update invoices set issued_at = issued_at - interval '${days} days'`)
}

t.test('what somebody changes behind the application’s back is found and named', async t => {
  const invoice = await makeInvoice(house)
  await makePayment(db, owner.id, invoice.id, 5000)
  const last = await db('payment_transactions').orderBy('position', 'desc').first()
  t.same(await faultsOf(), [], 'nothing to find before')
  const tries: [change: string, back: string, found: RegExp][] = [
    [
      `update payment_transactions set cents = 4000 where id = ${last.id}`,
      `update payment_transactions set cents = 5000 where id = ${last.id}`,
      /journal\.changed/
    ],
    [
      `update payments set method = 'cash' where id = ${last.payment_id}`,
      `update payments set method = 'transfer' where id = ${last.payment_id}`,
      /journal\.changed/
    ],
    [
      `update invoices set document = document || '{"slipped_in":"x"}' where id = ${invoice.id}`,
      `update invoices set document = document - 'slipped_in' where id = ${invoice.id}`,
      new RegExp(`documents\\.changed ${invoice.number}`)
    ],
    [
      `update invoices set paid_cents = 4999 where id = ${invoice.id}`,
      `update invoices set paid_cents = 5000 where id = ${invoice.id}`,
      new RegExp(`balances\\.paid ${invoice.number}`)
    ],
    [
      `update invoices set sequence = 900000 where id = ${invoice.id}`,
      `update invoices set sequence = ${Number(invoice.number.slice(-6))} where id = ${invoice.id}`,
      /numbers\.gap/
    ],
    [
      `update closings set totals = jsonb_set(totals, '{period_cents}', '1') where id = (select min(id) from closings)`,
      '',
      /closings\.(changed|totals)/
    ]
  ]
  const before = await db('closings').orderBy('id').first()
  for (const [change, back, found] of tries) {
    await tamper(change)
    t.match((await faultsOf()).join('\n'), found, change)
    if (back) await tamper(back)
    else await tamper('update closings set totals = $1 where id = $2', [JSON.stringify(before.totals), before.id])
    t.same(await faultsOf(), [], 'whole again')
  }
  const file = await db('files')
    .join('invoices', 'files.id', 'invoices.pdf_file_id')
    .where('invoices.id', invoice.id)
    .first('key')
  const path = folder.disk.path(file.key) ?? ''
  const bytes = readFileSync(path)
  writeFileSync(path, 'x')
  t.match((await faultsOf()).join('\n'), new RegExp(`files\\.file_changed ${invoice.number}`))
  rmSync(path)
  t.match((await faultsOf()).join('\n'), new RegExp(`files\\.no_file ${invoice.number}`))
  writeFileSync(path, bytes)
  await tamper(`update payment_transactions set day = day - 1 where id = ${last.id}`)
  t.equal((await owner.post('/invoices/compliance/verification')).statusCode, 303)
  const page = await owner.get('/invoices/compliance')
  t.match(page.body, /Quelque chose ne concorde pas/)
  t.match(page.body, /le contenu a été modifié après coup/)
  t.match(page.body, /Que faire/)
  await tamper(`update payment_transactions set day = day + 1 where id = ${last.id}`)
  await owner.post('/invoices/compliance/verification')
  t.match((await owner.get('/invoices/compliance')).body, /Tout concorde/)
  t.match((await manager.get('/invoices/compliance', { 'accept-language': 'en' })).statusCode, 200)
  t.equal((await house.engineer.get('/invoices/compliance')).statusCode, 403)
})

t.test('the archive of a year is checked by its own checker, which finds what was changed', async t => {
  const year = today.slice(0, 4)
  const zip = await owner.get(`/invoices/compliance/archive.zip?year=${year}`)
  t.equal(zip.statusCode, 200)
  const at = mkdtempSync(join(tmpdir(), 'patchbay-archive-'))
  t.teardown(() => rmSync(at, { recursive: true, force: true }))
  writeFileSync(join(at, 'a.zip'), zip.rawPayload)
  const sh = promisify(execFile)
  await sh('python3', ['-m', 'zipfile', '-e', join(at, 'a.zip'), at])
  const check = () => sh(process.execPath, [join(at, 'verify.mjs')])
  t.match((await check()).stdout, /Tout concorde/)
  const journal = readFileSync(join(at, 'journal.json'), 'utf8')
  writeFileSync(join(at, 'journal.json'), journal.replace('"cents":5000', '"cents":4000'))
  const failed = await check().then(
    () => undefined,
    (error: { stdout: string; code: number }) => error
  )
  t.equal(failed?.code, 1)
  t.match(failed?.stdout, /journal \d+ : le contenu a été modifié/)
  t.equal((await owner.get('/invoices/compliance/archive.zip?year=1999')).statusCode, 404)
  t.equal((await manager.get(`/invoices/compliance/archive.zip?year=${year}`)).statusCode, 403)
  const attestation = await owner.get('/invoices/compliance/attestation.pdf')
  t.equal(attestation.headers['content-type'], 'application/pdf')
  const kinds = await db('compliance_events').orderBy('position').pluck('kind')
  for (const kind of ['closing', 'verification', 'archive', 'attestation']) t.ok(kinds.includes(kind), kind)
  await t.rejects(db('compliance_events').delete(), /append-only/)
})
