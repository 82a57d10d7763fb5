import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Ledger, StripeRefusal } from './ledger.ts'
import type { Account } from './ledger.ts'
import { payPage } from './pay-page.ts'
import { readForm } from './wire.ts'

/*
 * As much of the Stripe API as the product uses, on loopback, spoken to by the real SDK: accounts, checkout sessions with
 * their hosted page, payment intents, charges, refunds, events, webhook endpoints. It refuses what Stripe refuses: unknown
 * parameters, wrong amounts, one idempotency key for two bodies.
 */

export interface StandIn {
  /** `http://127.0.0.1:4242`: what STRIPE_API_BASE is. */
  url: string
  ledger: Ledger
  close: () => Promise<void>
}

/** Starts it on loopback; port 0 takes a free one. */
export async function startStandIn(port = 0): Promise<StandIn> {
  const ledger = new Ledger()
  const server = createServer((request, response) => {
    answer(ledger, request, response).catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error))
    })
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  ledger.url = url
  return {
    url,
    ledger,
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    }
  }
}

async function answer(ledger: Ledger, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', ledger.url)
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const body = Buffer.concat(parts).toString()
  if (url.pathname.startsWith('/pay/')) return payPage(ledger, url, request.method ?? 'GET', body, response)
  const send = (status: number, json: unknown, headers: Record<string, string> = {}) =>
    response
      .writeHead(status, { 'content-type': 'application/json', 'request-id': `req_${ledger.next()}`, ...headers })
      .end(JSON.stringify(json))
  try {
    const account = accountOf(ledger, request)
    const given = request.method === 'GET' ? readForm(url.searchParams) : readForm(new URLSearchParams(body))
    const key = request.headers['idempotency-key']
    const run = () => route(ledger, account, `${request.method} ${url.pathname}`, given)
    const result =
      request.method === 'POST' && typeof key === 'string'
        ? ledger.once(account, key, `${url.pathname}?${body}`, run)
        : run()
    if (ledger.failures > 0) {
      ledger.failures -= 1
      return void send(503, { error: { type: 'api_error', message: 'The stand-in fails now.' } })
    }
    send(200, result)
  } catch (error) {
    if (!(error instanceof StripeRefusal)) throw error
    send(error.status, { error: { type: error.type, message: error.message, code: error.code, param: error.param } })
  }
}

/** Whose keys these are; `Stripe-Account` with the platform's acts on a connected account. */
function accountOf(ledger: Ledger, { headers }: IncomingMessage): Account {
  const key = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? ''
  const own = ledger.accounts.find(account => account.secret_key === key)
  if (!own) throw new StripeRefusal(401, 'invalid_request_error', 'Invalid API Key provided')
  const connected = headers['stripe-account']
  if (connected === undefined) return own
  const account = ledger.accounts.find(({ id, connected_to }) => id === connected && connected_to === own.id)
  if (!account)
    throw new StripeRefusal(
      403,
      'invalid_request_error',
      'The account does not exist or is not connected',
      'account_invalid'
    )
  return account
}

type Given = Record<string, unknown>

const routes: [RegExp, (ledger: Ledger, account: Account, given: Given, id: string) => unknown][] = [
  [/^GET \/v1\/account$/, (ledger, account) => ledger.accountJson(account)],
  [/^GET \/v1\/accounts\/(\w+)$/, (ledger, account, _, id) => ledger.accountJson(ledger.connected(account, id))],
  [/^POST \/v1\/accounts$/, (ledger, account, given) => ledger.accountJson(ledger.connect(account, given))],
  [/^POST \/v1\/account_links$/, (ledger, account, given) => ledger.link(account, given)],
  [/^POST \/v1\/checkout\/sessions$/, (ledger, account, given) => ledger.openSession(account, given)],
  [/^GET \/v1\/checkout\/sessions$/, (ledger, account, given) => ledger.list(account, 'checkout.session', given)],
  [
    /^GET \/v1\/checkout\/sessions\/(\w+)$/,
    (ledger, account, given, id) => ledger.find(account, 'checkout.session', id, given)
  ],
  [/^POST \/v1\/checkout\/sessions\/(\w+)\/expire$/, (ledger, account, _, id) => ledger.expire(account, id)],
  [/^GET \/v1\/payment_intents$/, (ledger, account, given) => ledger.list(account, 'payment_intent', given)],
  [
    /^GET \/v1\/payment_intents\/(\w+)$/,
    (ledger, account, given, id) => ledger.find(account, 'payment_intent', id, given)
  ],
  [/^GET \/v1\/charges$/, (ledger, account, given) => ledger.list(account, 'charge', given)],
  [/^GET \/v1\/charges\/(\w+)$/, (ledger, account, given, id) => ledger.find(account, 'charge', id, given)],
  [/^POST \/v1\/refunds$/, (ledger, account, given) => ledger.refund(account, given)],
  [/^GET \/v1\/refunds$/, (ledger, account, given) => ledger.list(account, 'refund', given)],
  [/^GET \/v1\/refunds\/(\w+)$/, (ledger, account, given, id) => ledger.find(account, 'refund', id, given)],
  [/^GET \/v1\/disputes$/, (ledger, account, given) => ledger.list(account, 'dispute', given)],
  [/^GET \/v1\/disputes\/(\w+)$/, (ledger, account, given, id) => ledger.find(account, 'dispute', id, given)],
  [/^GET \/v1\/events$/, (ledger, account, given) => ledger.list(account, 'event', given)],
  [/^GET \/v1\/events\/(\w+)$/, (ledger, account, given, id) => ledger.find(account, 'event', id, given)],
  [/^GET \/v1\/webhook_endpoints$/, (ledger, account, given) => ledger.list(account, 'webhook_endpoint', given)],
  [/^POST \/v1\/webhook_endpoints$/, (ledger, account, given) => ledger.addEndpoint(account, given)],
  [/^DELETE \/v1\/webhook_endpoints\/(\w+)$/, (ledger, account, _, id) => ledger.removeEndpoint(account, id)]
]

function route(ledger: Ledger, account: Account, asked: string, given: Given): unknown {
  for (const [pattern, run] of routes) {
    const match = pattern.exec(asked)
    if (match) return run(ledger, account, given, match[1] ?? '')
  }
  throw new StripeRefusal(404, 'invalid_request_error', `Unrecognized request URL (${asked})`)
}

if (process.argv[1] === import.meta.filename) {
  const { url, ledger } = await startStandIn(Number(process.env['PORT'] ?? 4242))
  const account = ledger.addAccount('Studio démo')
  console.log(`STRIPE_API_BASE=${url}\nsecret key: ${account.secret_key}`)
}
