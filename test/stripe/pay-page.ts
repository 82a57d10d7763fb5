import type { ServerResponse } from 'node:http'
import type { Ledger } from './ledger.ts'

/** The hosted page of a checkout session: an amount and a button; POST pays and goes back to the studio. */
export async function payPage(
  ledger: Ledger,
  url: URL,
  method: string,
  body: string,
  response: ServerResponse
): Promise<void> {
  const session = ledger.session(url.pathname.split('/')[2] ?? '')
  if (!session || (session['status'] !== 'open' && method === 'GET')) {
    return void response
      .writeHead(404, { 'content-type': 'text/html; charset=utf-8' })
      .end('<h1>This link has expired</h1>')
  }
  if (method === 'GET') {
    const amount = (Number(session['amount_total']) / 100).toFixed(2)
    return void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(
      `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Pay</title>
<h1>${amount} ${String(session['currency']).toUpperCase()}</h1>
<form method="post"><button name="how" value="card">Pay</button> <button name="how" value="debit">Pay by debit</button>
<button name="how" value="back">Back</button></form></html>`
    )
  }
  const how = new URLSearchParams(body).get('how') ?? 'card'
  if (how !== 'back') await ledger.pay(session.id, { later: how === 'debit' })
  const back = String(session[how === 'back' ? 'cancel_url' : 'success_url'])
  response.writeHead(303, { location: back.replace('{CHECKOUT_SESSION_ID}', session.id) }).end()
}
