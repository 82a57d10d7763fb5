import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { once } from 'node:events'
import t from 'tap'
import type { Test } from 'tap'
import { work } from '../../../core/events.ts'
import { countQueries, openStudio } from '../../../test/helper.ts'
import { openSmtp } from '../../../test/smtp.ts'
import { addClient, addDraft, fillCard, issue, line, privately } from './drafting.ts'
import { makePayment } from './make.ts'

t.test('an invoice goes out by mail, and the link in it shows it', async t => {
  const { url, received } = await openSmtp(t, to => (to.startsWith('gone') ? '550 no such mailbox' : undefined))
  const house = await openStudio(t, { env: { SMTP_URL: url } })
  const { db, manager, owner, visitor, engineer, settle, studio } = house
  await fillCard(db)
  const client = await addClient(db, { name: 'Les Œillets & Cie' })
  const row = await issue(owner, db, await addDraft(db, client, { lines: [line(2, 45)] }))

  await t.test('to several people, in words that can be changed', async t => {
    const page = await manager.get(`/invoices/${row.id}/mail`)
    t.ok(
      page.body.includes('compta@oeillets.example') && page.body.includes(row.number),
      'the client and the usual words'
    )
    const fields = {
      recipients: 'a@example.test, b@example.test',
      subject: 'Notre facture',
      message: 'Chers amis,\n\nla voici.'
    }
    t.equal((await manager.post(`/invoices/${row.id}/mail`, fields)).statusCode, 303)
    await settle()
    t.same(received.flatMap(({ to }) => to).toSorted(), ['a@example.test', 'b@example.test'])
    const [mail] = received
    t.ok(mail?.raw.includes('Notre facture'))
    const pdf = mail?.parts.find(({ name }) => name === `${row.number}.pdf`)
    t.ok(pdf?.content.subarray(0, 5).equals(Buffer.from('%PDF-')), 'the paper is attached')
    t.ok((await db('invoices').where({ id: row.id }).first<{ sent_at: Date | null }>())?.sent_at instanceof Date)
    t.ok((await manager.get(`/invoices/${row.id}`)).body.includes('b@example.test'), 'its card says to whom')
    const link =
      /\/o\/[a-z-]+\/invoices\/[\w-]{43}/.exec(
        mail?.parts.map(({ content }) => content.toString()).join('\n') ?? ''
      )?.[0] ?? ''
    const open = await visitor.get(`/${link}`)
    t.equal(open.statusCode, 200)
    for (const words of [row.number, 'Les Œillets &amp; Cie', '108,00', 'FR76']) t.ok(open.body.includes(words), words)
    t.equal(open.headers['cache-control'], 'no-store')
    t.ok(
      (await db('invoices').where({ id: row.id }).first<{ seen_at: Date | null }>())?.seen_at instanceof Date,
      'noted as seen'
    )
    t.equal((await visitor.get(`/${link}/pdf`)).headers['content-type'], 'application/pdf')
    t.equal((await visitor.get(`/${link}/transfer.png`)).headers['content-type'], 'image/png')
    t.ok((await countQueries(house, () => visitor.get(`/${link}`))) <= 8)

    t.equal((await manager.post(`/invoices/${row.id}/link`)).statusCode, 303)
    t.equal((await visitor.get(`/${link}`)).statusCode, 404, 'a link taken back leads nowhere')
    t.equal((await visitor.get(`//o/${studio.slug}/invoices/${'x'.repeat(43)}`)).statusCode, 404)
  })

  await t.test('what a mail server refuses is shown, and goes to another address', async t => {
    t.equal((await manager.post(`/invoices/${row.id}/mail`, { recipients: 'gone@example.test' })).statusCode, 303)
    await settle()
    const card = await manager.get(`/invoices/${row.id}`)
    t.ok(card.body.includes('no such mailbox') && card.body.includes('Réessayer'))
    const delivery = await db('invoice_deliveries').where({ recipient: 'gone@example.test' }).first<{ id: number }>()
    const again = await manager.post(`/invoices/${row.id}/deliveries/${delivery?.id}`, {
      recipient: 'here@example.test'
    })
    t.equal(again.statusCode, 303)
    await settle()
    t.ok(received.some(({ to }) => to.includes('here@example.test')))
  })

  await t.test('many at once; those with nobody to write to are named', async t => {
    const nobody = await addClient(db, { ...privately, email: null })
    const other = await issue(owner, db, await addDraft(db, nobody, { lines: [line(1, 10)] }))
    const before = received.length
    t.equal((await manager.post('/invoices/sending', { ids: [row.id, other.id] })).statusCode, 422)
    t.equal((await manager.post('/invoices/sending', { ids: [row.id] })).statusCode, 303)
    await settle()
    t.equal(received.length, before + 1)
    t.equal((await engineer.post('/invoices/sending', { ids: [row.id] })).statusCode, 403)
    const zip = await manager.get(`/invoices/files/${row.id},${other.id}`)
    t.equal(zip.rawPayload.subarray(0, 2).toString(), 'PK')
    t.ok(zip.rawPayload.includes(`${other.number}.pdf`))
    t.equal((await manager.get('/invoices/files/x')).statusCode, 404)
  })
})

t.test('an approved platform takes invoices, says what became of them, and hears of payments', async t => {
  const platform = await openPlatform(t)
  const house = await openStudio(t, { env: { INVOICE_PLATFORM_BASE: platform.url } })
  const { db, owner, manager, host, studio, settle } = house
  await fillCard(db)
  const client = await addClient(db)
  const invoice = async (of = client) => issue(owner, db, await addDraft(db, of, { lines: [line(1, 100)] }))
  const job = () => work(host, studio, 'invoices', 'platform')
  const first = await invoice()
  t.equal((await owner.post(`/invoices/${first.id}/deposit-platform`)).statusCode, 422, 'there is none yet')
  t.equal((await manager.post('/invoices/platform', { base_url: platform.url, token: 'key' })).statusCode, 403)
  t.equal(
    (await owner.post('/invoices/platform', { base_url: 'https://platform.example' })).statusCode,
    422,
    'its key is missing'
  )
  t.equal(
    (await owner.post('/invoices/platform', { base_url: 'https://platform.example', token: 'the key' })).statusCode,
    303
  )
  t.notOk((await owner.get('/invoices/platform')).body.includes('the key'), 'which is never shown')
  const kept = await db('invoice_platform').first<{ token_sealed: string }>()
  t.notOk(kept?.token_sealed.includes('the key'))

  await t.test('it is tried again until it is taken, once', async t => {
    platform.answers(503)
    t.equal((await owner.post(`/invoices/${first.id}/deposit-platform`)).statusCode, 303)
    t.equal((await owner.post(`/invoices/${first.id}/deposit-platform`)).statusCode, 422, 'twice is once')
    await settle()
    const waiting = { state: 'waiting', error: 'http_503', attempts: 1 }
    t.match(await db('invoice_deliveries').where({ invoice_id: first.id }).first(), waiting)
    await job()
    t.equal(platform.posted.length, 1, 'not before its time')
    platform.answers(202)
    await db('invoice_deliveries').update({ next_try_at: new Date(0) })
    await job()
    t.match(await db('invoice_deliveries').where({ invoice_id: first.id }).first(), {
      state: 'done',
      external_id: 'flow-2'
    })
    const last = platform.posted.at(-1)
    t.equal(last?.key, 'Bearer the key')
    t.ok(last?.body.includes('factur-x.xml') && last.body.includes('"flowSyntax":"Factur-X"'))
    t.match(await db('invoices').where({ id: first.id }).first(), { platform_status: 200 })
  })

  await t.test('each payment is a 212 of its own, told to the platform once', async t => {
    await makePayment(db, owner.id, first.id, 5000)
    const [payment] = await db('payments').orderBy('id', 'desc')
    await db.transaction(trx =>
      trx('outbox').insert({
        fact: 'invoices.payment-recorded',
        ids: JSON.stringify({ payment_id: payment.id }),
        by_id: null,
        by_name: 'Test'
      })
    )
    await settle()
    const { addCashIns } = await import('../delivery/platform-queries.ts')
    await addCashIns(db, payment.id)
    await addCashIns(db, payment.id)
    const cash = await db('invoice_statuses').where({ invoice_id: first.id, code: 212 })
    t.match(cash, [{ cents: 5000 }])
    t.equal(cash.length, 1)
    await Promise.all([job(), job()])
    t.same(
      platform.told.map(({ code, cents }) => [code, cents]),
      [[212, 5000]]
    )
  })

  await t.test('what it says is kept with its history, once', async t => {
    platform.says = [
      { id: 's1', code: 202, at: null },
      { id: 's2', code: 210, message: 'Montant contesté' }
    ]
    await db('invoice_platform').update({ asked_at: new Date(0) })
    await job()
    await db('invoice_platform').update({ asked_at: new Date(0) })
    await job()
    t.same(
      (await db('invoice_statuses').where({ invoice_id: first.id }).orderBy('id')).map(row => row.code),
      [200, 212, 202, 210]
    )
    t.match(await db('invoices').where({ id: first.id }).first(), { platform_status: 210 })
    t.ok((await owner.get(`/invoices/${first.id}`)).body.includes('Montant contesté'))
  })

  await t.test('what it refuses for good waits for a person; private persons stay out', async t => {
    const second = await invoice()
    platform.answers(400)
    await owner.post(`/invoices/${second.id}/deposit-platform`)
    await job()
    t.match(await db('invoice_deliveries').where({ invoice_id: second.id }).first(), {
      state: 'failed',
      error: 'http_400'
    })
    t.ok((await owner.get(`/invoices/${second.id}`)).body.includes('La plateforme a refusé (400)'))
    const third = await invoice(await addClient(db, privately))
    t.equal((await owner.post(`/invoices/${third.id}/deposit-platform`)).statusCode, 422)
  })

  await t.test('by itself, where the studio wants that', async t => {
    platform.answers(202)
    await owner.post('/invoices/platform', { base_url: 'https://platform.example', auto: 'on' })
    const row = await invoice()
    await settle()
    await job()
    t.match(await db('invoice_deliveries').where({ invoice_id: row.id }).first(), {
      channel: 'platform',
      state: 'done'
    })
  })
})

/** A platform on loopback: takes flows, keeps what it is told, says what it is to say. */
async function openPlatform(t: Test) {
  const posted: { key: string | undefined; body: string }[] = []
  const told: { code: number; cents: number }[] = []
  const state = { status: 202, says: [] as object[] }
  const server = createServer((request, response) => void answer(request, response))
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await bodyOf(request)
    const send = (status: number, content: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content))
    if (request.url === '/v1/flows') {
      posted.push({ key: request.headers.authorization, body: body.toString('latin1') })
      send(state.status, { flowId: `flow-${posted.length}` })
    } else if (request.method === 'POST') {
      told.push(JSON.parse(body.toString()) as (typeof told)[number])
      send(202, {})
    } else send(200, state.says)
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    posted,
    told,
    answers: (status: number) => void (state.status = status),
    set says(statuses: object[]) {
      state.says = statuses
    }
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
  return Buffer.concat(parts)
}
