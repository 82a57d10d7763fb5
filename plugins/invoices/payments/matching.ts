import { rowsAfresh } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { Payable } from '../contract.ts'

/**
 * Open invoices that money of a bank line could be for. Its text is that of the bank: a number of ours in it, however it
 * is spaced, is nearly proof; the amount and the client's or payer's name speak for it; an order number too. The likeliest
 * first, at most 10, none below 25 points.
 */
export async function payableBy(
  db: Db,
  { cents, currency, text }: { cents: number; currency: string; text: string }
): Promise<Payable[]> {
  if (cents <= 0) return []
  const candidates = await listCandidates(db, { cents, currency, text })
  const exact = candidates.filter(({ open_cents }) => open_cents === cents).length
  return candidates
    .map(({ client_names, order_number, ...invoice }) => {
      const reasons = reasonsOf({ ...invoice, client_names, order_number }, cents, text, exact === 1)
      const score = Math.min(
        100,
        reasons.reduce((sum, reason) => sum + points[reason], 0)
      )
      return { ...invoice, score, reasons: reasons.map(reason => `invoices.match.${reason}`) }
    })
    .filter(({ score }) => score >= 25)
    .toSorted((a, b) => b.score - a.score || (a.due_date < b.due_date ? -1 : 1))
    .slice(0, 10)
}

const points = {
  /** Its number, and what is open of it. */
  number: 60,
  amount: 35,
  /** No other open invoice has that amount. */
  only: 15,
  name: 30,
  order: 25
} as const
type Reason = keyof typeof points

interface Candidate extends Omit<Payable, 'score' | 'reasons'> {
  client_names: string[]
  order_number: string | null
}

/** Those whose amount it is, or whose number, order number or client stands in the text. Indexed: by what is open. */
const listCandidates = (db: Db, { cents, currency, text }: { cents: number; currency: string; text: string }) =>
  rowsAfresh<Candidate>(
    db,
    `select i.id as invoice_id, i.number, i.client_id, coalesce(c.artist_name, c.name) as client_name, i.issue_date,
       i.due_date, i.open_cents, i.currency, i.order_number,
       array_remove(array[c.name, c.artist_name, c.legal_name, i.buyer->>'name'], null) as client_names
     from invoices i join clients c on c.id = i.client_id
     where i.state = 'issued' and i.kind <> 'credit_note' and i.open_cents > 0 and i.currency = ?
       and (i.open_cents = ?
         or ? like '%' || regexp_replace(lower(i.number), '[^a-z0-9]', '', 'g') || '%'
         or (length(i.order_number) > 3
           and ? like '%' || regexp_replace(lower(i.order_number), '[^a-z0-9]', '', 'g') || '%')
         or words_of(?) like '%' || words_of(c.name) || '%'
         or words_of(?) like '%' || words_of(coalesce(c.artist_name, c.name)) || '%'
         or words_of(?) like '%' || words_of(coalesce(c.legal_name, c.name)) || '%')
     order by (i.open_cents = ?) desc, i.due_date limit 200`,
    [currency, cents, squeezed(text), squeezed(text), text, text, text, cents]
  )

function reasonsOf(candidate: Candidate, cents: number, text: string, only: boolean): Reason[] {
  const whole = squeezed(text)
  const reasons: Reason[] = []
  if (whole.includes(squeezed(candidate.number))) reasons.push('number')
  if (candidate.open_cents === cents) reasons.push('amount', ...(only ? (['only'] as const) : []))
  if (candidate.client_names.some(name => named(name, text))) reasons.push('name')
  const order = squeezed(candidate.order_number ?? '')
  if (order.length > 3 && whole.includes(order)) reasons.push('order')
  return reasons
}

/** All words of a name of three letters or more stand in the text: banks turn names around and leave out the small ones. */
function named(name: string, text: string): boolean {
  const there = new Set(wordsOf(text))
  const words = wordsOf(name).filter(word => word.length >= 3)
  return words.length > 0 && words.every(word => there.has(word))
}

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
const wordsOf = (text: string) => plain(text).split(/[^a-z0-9]+/)
/** Only letters and figures: banks take out signs, and break lines in the middle of numbers. */
const squeezed = (text: string) => plain(text).replace(/[^a-z0-9]/g, '')
