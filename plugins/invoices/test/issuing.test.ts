import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import t from 'tap'
import { filesOf, readStored } from '../../../core/storage.ts'
import { openStudio } from '../../../test/helper.ts'
import { canonical } from '../chain.ts'
import type { IssuedDocument } from '../issuing/document.ts'
import { examine } from '../issuing/examining.ts'
import { issueInvoice } from '../issuing/issue.ts'
import { invoicePdf } from '../issuing/paper.ts'
import { numberOf } from '../issuing/settings.ts'
import { addClient, addDraft, fillCard, issue, line } from './drafting.ts'
import { desk } from './running.ts'

const day = (ago: number) => new Date(Date.now() - ago * 864e5).toISOString().slice(0, 10)

t.test('issuing', async t => {
  const house = await openStudio(t, { env: { CONNECTION_WAIT_MS: '10000' } })
  const { db, owner, manager, engineer, host, studio } = house
  const folder = filesOf(host.env, studio)
  await fillCard(db)
  const client = await addClient(db)
  const draft = (more: Record<string, unknown> = {}) => addDraft(db, client, { lines: [line(1, 45)], ...more })
  const chain = () => db('invoices').where({ state: 'issued' }).orderBy('chain_position')
  const post = (id: number, more: Record<string, unknown> = {}) =>
    owner.api('POST', '/invoices/issue', { id, ...more }, { confirm: 'true' })

  await t.test('what is missing is said, all of it, and nothing is numbered', async t => {
    await db('legal_cards').update({ address: null })
    const nobody = await addClient(db, { address: null, siren: null, vat_number: 'FR83404833048' })
    const id = await addDraft(db, nobody, { lines: [] })
    const answer = await post(id)
    t.equal(answer.statusCode, 422)
    t.match(Object.keys(answer.json<{ errors: object }>().errors ?? {}).toSorted(), ['client_id', 'lines', 'seller'])
    const page = await owner.get(`/invoices/${id}/issue`)
    t.equal(page.statusCode, 200)
    t.ok(page.body.includes('fiche légale du studio est incomplète'))
    t.ok(/href="[^"]*\/legal"/.test(page.body), 'and leads there')
    t.equal(Number((await db('invoices').where({ state: 'issued' }).count('* as n').first())?.['n']), 0)
    await fillCard(db)
  })

  await t.test('who may not, cannot; an issued one is not issued again', async t => {
    const id = await draft()
    t.equal((await engineer.post(`/invoices/${id}/issue`)).statusCode, 403)
    t.equal((await manager.post(`/invoices/${id}/issue`)).statusCode, 303)
    t.equal((await post(id)).statusCode, 409)
    t.equal((await manager.get(`/invoices/${id}/issue`)).statusCode, 409)
    t.equal((await manager.get(`/invoices/${id}/pdf`)).headers['content-type'], 'application/pdf')
    t.equal((await post(999_999)).statusCode, 404)
  })

  await t.test('dates never go back, nor ahead', async t => {
    t.equal((await post(await draft({ issue_date: day(-2) }))).statusCode, 422, 'tomorrow is not yet')
    const late = await post(await draft({ issue_date: day(10) }))
    t.equal(late.statusCode, 422)
    t.ok(late.body.includes('antérieure'))
  })

  await t.test('fifty at once have fifty consecutive numbers, and those that fail leave no gap', async t => {
    const before = (await chain()).length
    const good = await Promise.all(Array.from({ length: 50 }, () => draft()))
    const bad = await Promise.all(Array.from({ length: 25 }, () => draft({ issue_date: day(20) })))
    const mixed = good.flatMap((id, index) => (index % 2 === 0 ? [id, bad[index / 2] ?? 0] : [id]))
    const answers = await Promise.all(mixed.map(id => post(id)))
    t.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 50)
    t.equal(answers.filter(({ statusCode }) => statusCode === 422).length, 25)
    const rows = await chain()
    t.equal(rows.length, before + 50)
    t.same(
      rows.map(row => row.sequence),
      rows.map((_, index) => index + 1),
      'one after another'
    )
  })

  await t.test('fifty at once while connections are killed: those cut off come again, and there is no gap', async t => {
    const before = (await chain()).length
    const ids = await Promise.all(Array.from({ length: 50 }, () => draft()))
    const going = { killed: 0, over: false }
    const issuing = Promise.all(ids.map(id => post(id))).finally(() => (going.over = true))
    while (going.killed < 3 && !going.over) {
      const { rowCount } = await db.raw<{ rowCount: number }>(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
           and pid <> pg_backend_pid() and state = 'idle in transaction' and query ~ 'invoice_series' limit 1`
      )
      going.killed += rowCount
    }
    const answered = (await issuing).map(({ statusCode }) => statusCode)
    const cutOff = ids.filter((_, index) => answered[index] !== 200)
    t.ok(going.killed > 0 && cutOff.length > 0, `${going.killed} were killed, ${cutOff.length} answers lost`)
    for (const id of cutOff) await post(id)
    const rows = await chain()
    t.equal(rows.length, before + 50, 'each is issued once')
    t.same(
      rows.map(row => row.sequence),
      rows.map((_, index) => index + 1)
    )
  })

  await t.test('a crash between the number and the paper leaves nothing', async t => {
    const before = await chain()
    const [head] = await db('invoice_chain')
    const files = readdirSync(folder.disk.name, { recursive: true }).length
    const id = await draft()
    await t.rejects(
      desk(house, async running => {
        await issueInvoice(running, id)
        const { rows } = await running.db.raw<{ rows: { pid: number }[] }>('select pg_backend_pid() as pid')
        await db.raw('select pg_terminate_backend(?)', [rows[0]?.pid ?? 0])
        await running.db.raw('select 1')
      })
    )
    t.match(await db('invoices').where({ id }).first(), { state: 'draft', number: null, hash: null, pdf_file_id: null })
    t.same(await db('invoice_chain').first(), head)
    t.equal(
      readdirSync(folder.disk.name, { recursive: true }).filter(name => String(name).includes('/')).length <= files,
      true,
      'nor a file'
    )
    const row = await issue(owner, db, id)
    t.equal(row.sequence, (before.at(-1)?.sequence ?? 0) + 1, 'the number is given to the next')
  })

  await t.test('what is issued cannot be changed, not even by SQL', async t => {
    const row = (await chain()).at(-1)
    for (const change of [
      { total_cents: 1 },
      { document: '{}' },
      { number: 'F1' },
      { issue_date: day(3) },
      { buyer: '{}' }
    ])
      await t.rejects(db('invoices').where({ id: row.id }).update(change), { code: 'PB001' }, JSON.stringify(change))
    await t.rejects(db('invoices').where({ id: row.id }).delete(), { code: 'PB001' })
    await t.rejects(db('invoice_items').where({ invoice_id: row.id }).update({ label: 'x' }), { code: 'PB001' })
    await t.rejects(db('invoice_items').insert({ invoice_id: row.id, position: 9, label: 'x' }), { code: 'PB001' })
    await t.rejects(db.raw('truncate invoices cascade'))
    await t.resolves(db('invoices').where({ id: row.id }).update({ internal_note: 'ours' }))
  })

  await t.test('the chain holds, each paper is the one that was hashed, and is made again byte by byte', async t => {
    let previous = Buffer.alloc(0)
    for (const row of await chain()) {
      const hash = createHash('sha256').update(previous).update(canonical(row.document)).digest()
      t.ok(hash.equals(row.hash) && previous.equals(row.previous_hash), row.number)
      previous = row.hash
    }
    const row = (await chain()).at(-1)
    const pdf = await readStored({ db, folder }, row.pdf_file_id)
    const { pdf_sha256, ...document } = row.document as IssuedDocument & { pdf_sha256: string }
    t.equal(createHash('sha256').update(pdf).digest('hex'), pdf_sha256)
    const again = await invoicePdf(document, null, host.texts.translator('fr'))
    t.ok(again.equals(pdf), 'the same content gives the same bytes')
    t.same(await examine({ db, folder }), [], 'and the doctor finds nothing')
  })

  await t.test('numbers and the chain hold under any interleaving', async t => {
    const step = fc.constantFrom('issue', 'refused', 'rolled back', 'credit')
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), async steps => {
        const billed = (await chain()).find(row => row.kind === 'invoice')
        const work = steps.map(async what => {
          if (what === 'credit') {
            const lines = [line(1, 0.01)]
            return post(await addDraft(db, client, { kind: 'credit_note', lines, refers_to: [billed.id] }))
          }
          const id = await draft(what === 'refused' ? { issue_date: day(30) } : {})
          if (what !== 'rolled back') return post(id)
          return desk(house, async running => {
            await issueInvoice(running, id)
            throw new Error('the caller fails')
          }).catch(() => undefined)
        })
        await Promise.all(work)
        const rows = await chain()
        const whole = rows.every(
          (row, index) =>
            row.chain_position === index + 1 && (index === 0 || row.previous_hash.equals(rows[index - 1].hash))
        )
        const gapless = ['F', 'A'].every(series => {
          const own = rows
            .filter(row => row.series === series)
            .map(row => row.sequence)
            .toSorted((a, b) => a - b)
          return own.every((sequence, index) => sequence === index + 1)
        })
        return whole && gapless
      }),
      { numRuns: 6 }
    )
    t.pass()
  })

  await t.test('several at once from the list: those that cannot stay drafts and say why', async t => {
    const [one, two] = [await draft(), await addDraft(db, client, { lines: [] })]
    const answer = await manager.post('/invoices/issuing', { ids: [one, two] })
    t.equal(answer.statusCode, 422)
    t.ok(answer.body.includes('au moins une ligne'))
    t.match(await db('invoices').where({ id: one }).first(), { state: 'issued' })
    t.match(await db('invoices').where({ id: two }).first(), { state: 'draft' })
    t.equal((await manager.post('/invoices/issuing', { ids: [await draft()] })).location, `/s/${studio.slug}/invoices`)
  })

  await t.test('a credit note never takes back more than there is, and a draft shows how it will look', async t => {
    const row = await issue(owner, db, await draft())
    const back = (price: number) =>
      addDraft(db, client, { kind: 'credit_note', lines: [line(1, price)], refers_to: [row.id] })
    t.equal((await post(await back(45.01))).statusCode, 422)
    const both = await Promise.all([await back(30), await back(30)].map(id => post(id)))
    t.same(
      both.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b),
      [200, 422],
      'two at once neither'
    )
    const preview = await manager.get(`/invoices/${await draft()}/preview`)
    t.equal(preview.headers['content-type'], 'application/pdf')
    t.equal((await post(await draft(), { paid_method: 'cash', paid_on: day(-3) })).statusCode, 422)
  })
})

t.test('numbers are written as the studio wants, in 35 signs at most', async t => {
  t.equal(numberOf({}, 'F', 2026, 123), 'F2026-000123')
  t.equal(numberOf({}, 'A', 2026, 7), 'A2026-000007')
  t.equal(numberOf({ invoice_number: '{year}/STU-{n}' }, 'F', 2026, 1_000_001), '2026/STU-1000001')
  for (const invoice_number of ['F{n}', 'F{year}', 'F{year}-{n}{n}', 'Été{year}-{n}', `${'F'.repeat(30)}{year}-{n}`])
    t.throws(() => numberOf({ invoice_number }, 'F', 2026, 1), invoice_number)
})
