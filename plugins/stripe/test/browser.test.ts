import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { axe, withBrowser } from '../../../test/browser/browser.ts'
import { openStudio } from '../../../test/helper.ts'
import { startStandIn } from '../../../test/stripe/stand-in.ts'
import { plugins } from '../../index.ts'

/** Money in Chromium: a quote is accepted on a phone, its deposit paid at the stand-in, the session firm, the rest billed. */

t.setTimeout(180_000)
const { url: STRIPE_API_BASE, ledger, close } = await startStandIn()
t.teardown(close)
// the stand-in leads payers back to the address we give it, so it has to be known before
const port = await freePort()
const house = await openStudio(t, { env: { STRIPE_API_BASE, PUBLIC_URL: `http://127.0.0.1:${port}` } })
const { db, manager, owner, host, settle, app } = house
const listening = { ...house, listen: () => app.listen({ port, host: '127.0.0.1' }) }
const account = ledger.addAccount('Studio Test')
const hasQuotes = plugins.some(({ id }) => id === 'quotes')

const mailTo = async (to: string, about: RegExp): Promise<string> => {
  await settle()
  const mails = await host.tenants
    .master('mails')
    .where({ recipient: to })
    .orderBy('id', 'desc')
    .select('subject', 'text')
  return (mails as { subject: string; text: string }[]).find(({ text }) => about.test(text))?.text ?? ''
}

t.test('from the quote to the final invoice', { skip: hasQuotes ? false : 'there are no quotes here' }, async t => {
  await withBrowser(t, listening, async (browser, t) => {
    const { client_id, session_id, email } = await people()
    await connectAccount()
    const quote_id = await sendQuote(client_id, session_id)
    await acceptOnPhone(email, quote_id)
    t.match(
      await db('sessions').where({ id: session_id }).first(),
      { state: 'option' },
      'firm only once the deposit is paid'
    )
    const deposit = await billDeposit(quote_id, email)
    t.match(deposit.paper, /\/stripe\/[\w-]{43}/, 'the paper leads there too')
    await payOnPhone(deposit.link)
    await settle()
    t.match(await db('invoices').where({ id: deposit.id }).first(), { open_cents: 0 })
    t.match(await db('sessions').where({ id: session_id }).first(), { state: 'confirmed' }, 'the session is firm')
    await billRest(quote_id, deposit.number)

    /** The owner gives the key on the account's page. */
    async function connectAccount() {
      const page = await browser.open(owner, '/stripe')
      await page.getByRole('link', { name: 'Relier un compte Stripe' }).first().click()
      await page.getByLabel('Clé secrète*').fill(account.secret_key)
      await page.getByRole('button', { name: 'Tester et enregistrer' }).click()
      await page.getByRole('heading', { name: 'Studio Test', exact: true }).waitFor()
      t.same(await axe(page), [])
      await page.context().close()
    }

    async function acceptOnPhone(email: string, quote_id: number) {
      const link = /(\/o\/\S*signatures\/[\w-]{43})/.exec(await mailTo(email, /signatures\//))?.[1] ?? ''
      const page = await browser.open(undefined, `/${link}`, { phone: true })
      await page.getByRole('button', { name: /code/i }).click()
      await page.getByLabel(/^Code/).waitFor()
      const code = /(\d{3} \d{3})/.exec(await mailTo(email, /code[^]*\d{3} \d{3}/i))?.[1] ?? ''
      await page.getByLabel(/^Code/).fill(code)
      for (const box of await page.locator('#signature input[type=checkbox]').all()) await box.check()
      await page.locator('#signature button[type=submit].primary').click()
      // the paper is sealed meanwhile, which takes its time on a busy machine
      await page.getByText('Merci').first().waitFor({ timeout: 45_000 })
      t.match(await db('quotes').where({ id: quote_id }).first(), { state: 'accepted' })
      await page.context().close()
    }

    /** Three times: without scripts and then with them given up on the way, then paid. */
    async function payOnPhone(link: string) {
      const plain = await browser.open(undefined, `/${link}`, { phone: true, javaScriptEnabled: false })
      await plain.getByRole('button', { name: /^Payer .* par carte$/ }).click()
      await plain.waitForURL(`${STRIPE_API_BASE}/pay/**`)
      await plain.getByRole('button', { name: 'Back' }).click()
      await plain.getByRole('heading', { name: /^Payer la facture/ }).waitFor()
      await plain.context().close()
      const page = await browser.open(undefined, `/${link}`, { phone: true })
      t.same(await axe(page), [], 'the invoice and its ways to pay')
      await page.getByRole('button', { name: /^Payer .* par carte$/ }).click()
      await page.waitForURL(`${STRIPE_API_BASE}/pay/**`)
      await page.getByRole('button', { name: 'Back' }).click()
      await page.getByRole('heading', { name: /^Payer la facture/ }).waitFor()
      t.same(await axe(page), [])
      t.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true, 'nothing is too wide')
      ledger.delivery = 'held'
      await page.getByRole('button', { name: /^Payer .* par carte$/ }).click()
      await page.waitForURL(`${STRIPE_API_BASE}/pay/**`)
      await page.getByRole('button', { name: 'Pay', exact: true }).click()
      await page.getByText('Paiement en cours de confirmation').waitFor()
      ledger.delivery = 'at once'
      for (const event of ledger.events(account).slice(-2).toReversed()) t.same(await ledger.deliver(event), [200])
      await page.getByText('Merci, c’est payé').waitFor({ timeout: 45_000 })
      t.equal(
        ledger.things.filter(({ object }) => object === 'checkout.session').length,
        1,
        'the page that was left goes on'
      )
      await page.context().close()
    }

    async function billRest(quote_id: number, deposit: string) {
      t.equal((await manager.post(`/quotes/${quote_id}/final-invoice`)).statusCode, 303)
      const draft = await db('invoices')
        .where({ source: `quote:${quote_id}`, kind: 'invoice' })
        .first()
      const page = await browser.open(manager, `/invoices/${draft.id}/issue`)
      await page.locator('main form button.primary').last().click()
      await page.waitForURL(new RegExp(`/invoices/${draft.id}$`))
      const final = await db('invoices').where({ id: draft.id }).first()
      t.match(final, { state: 'issued', number: /^F/ })
      t.equal(Number(final.due_cents), Number(final.total_cents) - Number(final.prepaid_cents))
      t.ok(Number(final.prepaid_cents) > 0, 'the deposit is taken off')
      t.match(JSON.stringify(final.document), deposit, 'and named')
      await page.context().close()
    }
  })
})

async function people() {
  await db('legal_cards').update({
    name: 'Studio Test SARL',
    legal_form: 'SARL',
    capital_cents: 800_000,
    address: '12 rue du Chapitre',
    postal_code: '35000',
    city: 'Rennes',
    siren: '732829320',
    siret: '73282932000074',
    register: 'RCS Rennes',
    vat_number: 'FR44732829320',
    email: 'studio@example.test'
  })
  const email = 'zoe@example.test'
  const address = { address: '3 rue Haute', postal_code: '35000', city: 'Rennes' }
  const client_id = await idOf('clients', { kind: 'person', name: 'Zoé Marchal', email, ...address })
  const room = { name: 'Studio A', kind: 'live_room', always_open: true, hourly_cents: 5000 }
  const starts_at = new Date(`${new Date(Date.now() + 30 * 864e5).toISOString().slice(0, 10)}T09:00:00Z`)
  const session_id = await idOf('sessions', {
    room_id: await idOf('rooms', room),
    client_id,
    starts_at,
    ends_at: new Date(+starts_at + 4 * 36e5),
    state: 'option',
    rank: 1,
    price_cents: 40_000,
    price_override: true,
    price_note: 'Forfait séance',
    expires_at: new Date(Date.now() + 20 * 864e5)
  })
  return { client_id, session_id, email }
}

async function sendQuote(client_id: number, session_id: number): Promise<number> {
  const begun = await manager.post('/quotes', { client_id, session_ids: [session_id] })
  if (begun.statusCode !== 303) throw new Error(begun.body)
  const id = Number(/quotes\/(\d+)/.exec(begun.location)?.[1])
  const [line] = await db('quote_items').where({ quote_id: id })
  const lines = { 'lines.0.label': line.label, 'lines.0.unit_micros': '400,00', 'lines.0.source': line.source }
  const saved = await manager.post(`/quotes/${id}`, { ...lines, confirm_on: 'deposit', deposit: '30 %' })
  if (saved.statusCode !== 303) throw new Error(saved.body)
  const sent = await manager.post(`/quotes/${id}/sending`, {})
  if (sent.statusCode !== 303) throw new Error(sent.body)
  return id
}

async function billDeposit(
  quote_id: number,
  email: string
): Promise<{ id: number; number: string; link: string; paper: string }> {
  const made = await manager.post(`/quotes/${quote_id}/deposit`)
  if (made.statusCode !== 303) throw new Error(made.body)
  const { id, number, document } = await db('invoices')
    .where({ source: `quote:${quote_id}`, kind: 'deposit' })
    .first()
  await manager.post(`/invoices/${id}/mail`, { recipients: email })
  const link = /(\/o\/\S*invoices\/[\w-]{43})/.exec(await mailTo(email, /\/invoices\//))?.[1] ?? ''
  return { id, number, link, paper: String(document.payment_link) }
}

async function idOf(table: string, row: Record<string, unknown>): Promise<number> {
  const [added] = await db(table).insert(row).returning<{ id: number }[]>('id')
  return added?.id ?? 0
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}
