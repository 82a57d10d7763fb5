import { conflict, notFound, refuse, time } from '@patchbay/core'
import type { Running, Totals } from '@patchbay/core'
import { newToken } from '@patchbay/core/secrets'
import { readStored, saveFile } from '@patchbay/core/storage'
import { linkHash } from '../chain.ts'
import { checkCredit, releaseCredited } from '../drafts/credit-limits.ts'
import { replaceInvoice } from '../payments/credit-notes.ts'
import { draftTotals, problemsOf, withTotals } from './checks.ts'
import type { Ready } from './checks.ts'
import { amountsOf, contentOf } from './content.ts'
import type { Content, PaidBefore } from './content.ts'
import { prepaidOf } from './document.ts'
import type { IssuedDocument } from './document.ts'
import { invoicePdf } from './paper.ts'
import {
  freeze,
  keepChain,
  keepSeries,
  linesOf,
  lockChain,
  lockDeposits,
  lockDraft,
  lockReferences,
  lockSeries,
  prepareDraft,
  saveLineTotals
} from './queries.ts'
import { numberOf } from './settings.ts'

/** What issuing takes of its surroundings: an action's `running`, with this plugin's settings; or a seed. */
export type Issuing = Pick<
  Running,
  'db' | 'folder' | 'person' | 'studio' | 'settings' | 'sealed' | 'wordsIn' | 'address' | 'ask' | 'tell'
>

export interface IssuedNumber {
  number: string
  client_id: number
}

/**
 * Issues a draft, in the transaction it is called in: number, snapshot, chain, PDF with its XML, all or nothing. What takes
 * time is done before the series is locked. Refuses by throwing, with sentences by field; conflict when it is issued
 * already or a later date is in its series.
 */
export async function issueInvoice(issuing: Issuing, id: number, paid?: PaidBefore): Promise<IssuedNumber> {
  const { db, ask, tell, studio } = issuing
  const today = time.today(studio.timezone)
  const ready = await gather(issuing, id, today)
  const { draft } = ready
  const issue_date = draft.issue_date ?? today
  if (issue_date > today) throw refuse({ issue_date: 'invoices.issuing.errors.in_future' })
  const problems = problemsOf(ready)
  if (Object.keys(problems).length > 0) throw refuse(problems)
  if (draft.kind === 'credit_note') await checkCredit({ db, fmt: issuing.wordsIn(studio.locale).fmt }, id)
  if (draft.discount_code) await useCode(issuing, ready, issue_date)

  const content = contentOf(ready, issue_date, paid, issuing.person.name)
  await saveLineTotals(db, withTotals(await linesOf(db, id)))
  const { token, ...link } = newLink(issuing, id)
  await prepareDraft(db, id, { ...amountsOf(content, ready.totals), ...link })
  const [payment_link = null] =
    content.payable_cents > 0 ? await ask('invoices.payment-link', { invoice_id: id, token }) : []
  const logo = await logoOf(issuing, content)

  const numbered = await takeNumber(issuing, { ...content, payment_link })
  const { document } = numbered
  const pdf = await invoicePdf(document, logo, issuing.wordsIn(document.language).t)
  const file = await saveFile(issuing, pdf, { name: document.number, media_type: 'application/pdf' })
  const frozen = { ...document, pdf_sha256: file.sha256.toString('hex') }
  const hash = linkHash(numbered.previous, frozen)
  await freeze(db, id, {
    ...numbered.row,
    document: JSON.stringify(frozen),
    previous_hash: numbered.previous,
    hash,
    pdf_file_id: file.id,
    ...(document.totals.total_cents === prepaidOf({ deposits: document.deposits, paid: null }) && {
      settled_on: issue_date
    })
  })
  await keepSeries(db, numbered.row.series, numbered.row.year, numbered.row.sequence, issue_date)
  await keepChain(db, numbered.row.chain_position, hash)
  tell('invoices.issued', { invoice_id: id })
  await settle(issuing, id, document, paid)
  return { number: document.number, client_id: draft.client_id }
}

/** Everything there is to look at, with the rows locked that it rests on. */
export async function gather({ db, ask }: Pick<Issuing, 'db' | 'ask'>, id: number, today: string): Promise<Ready> {
  const draft = await lockDraft(db, id)
  if (!draft) throw notFound()
  if (draft.state !== 'draft') throw conflict('invoices.issuing.errors.issued_already')
  const { language, client_id } = draft
  const lines = (await linesOf(db, id)).map(withoutId)
  const [seller] = await ask('legal.seller', { on: draft.issue_date ?? today, language })
  const [buyer] = await ask('invoices.buyer', { client_id })
  if (!seller || !buyer) throw refuse({ seller: 'invoices.issuing.errors.seller_missing' })
  const references = await lockReferences(db, id)
  const deposits = await lockDeposits(db, id)
  return { draft, lines, totals: totalsOf(lines, draft), seller, buyer, references, deposits }
}

/** Lines as they are frozen: which rows they were is of no use to whoever reads the document. */
function withoutId<Line extends { id: number }>(line: Line): Omit<Line, 'id'> {
  const { id: _, ...rest } = line
  return rest
}

function totalsOf(lines: Ready['lines'], draft: Ready['draft']): Totals {
  try {
    return draftTotals(lines, draft)
  } catch (error) {
    if (error instanceof RangeError) throw refuse({ lines: 'invoices.issuing.errors.too_large' })
    throw error
  }
}

/** A discount code is counted as used, and must still take off what the draft says. */
async function useCode({ ask }: Issuing, { draft, totals }: Ready, on: string): Promise<void> {
  const { id, client_id, discount_code: code, discount_bp, discount_cents } = draft
  const [found] = await ask('catalogue.discount', {
    code: code ?? '',
    client_id,
    on,
    net_cents: totals.line_cents,
    use: `invoice:${id}`
  })
  if (!found) throw refuse({ discount_code: 'invoices.issuing.errors.code_gone' })
  if (found.refused !== null) throw refuse({ discount_code: found.refused })
  if (found.discount_bp !== discount_bp || found.discount_cents !== discount_cents)
    throw refuse({ discount_code: 'invoices.issuing.errors.code_changed' })
}

/** The private link of the invoice. It is sealed, so that every mail and reminder can name it. */
function newLink({ sealed }: Issuing, id: number): { token: string; token_hash: Buffer; token_sealed: string } {
  const { token, hash } = newToken()
  return { token, token_hash: hash, token_sealed: sealed.seal(token, `link:${id}`) }
}

async function logoOf(issuing: Issuing, { seller }: Content): Promise<Buffer | null> {
  return seller.logo_file_id === null ? null : readStored(issuing, seller.logo_file_id)
}

/** The series and the chain are locked from here to the commit. */
async function takeNumber({ db, settings, person }: Issuing, content: Omit<IssuedDocument, 'number'>) {
  const series = content.kind === 'credit_note' ? 'A' : 'F'
  const year = Number(content.issue_date.slice(0, 4))
  const { sequence, last_date } = await lockSeries(db, series, year)
  if (last_date !== null && content.issue_date < last_date) {
    throw refuse({ issue_date: { key: 'invoices.issuing.errors.before_last', values: { date: last_date } } })
  }
  const chain = await lockChain(db)
  const document: IssuedDocument = { ...content, number: numberOf(settings, series, year, sequence) }
  const { number, issue_date, due_date, framework, seller, buyer, issued_at } = document
  const row = { state: 'issued', number, series, year, sequence, issue_date, due_date, framework, issued_at } as const
  return {
    document,
    previous: chain.hash,
    row: {
      ...row,
      seller: JSON.stringify(seller),
      buyer: JSON.stringify(buyer),
      issued_by: db('people')
        .where({ id: person.id ?? 0 })
        .select('id'),
      chain_position: chain.position + 1
    }
  }
}

/** Nothing left to pay, by deposits or by what was paid before: it is settled at once. */
async function settle(
  issuing: Issuing,
  invoice_id: number,
  document: IssuedDocument,
  paid?: PaidBefore
): Promise<void> {
  const { ask, tell } = issuing
  if (document.paid && paid) {
    const recorded = await ask('invoices.record-payment', {
      running: issuing as Running,
      client_id: document.buyer.client_id,
      cents: document.paid.cents,
      currency: document.currency,
      method: paid.method,
      paid_on: paid.paid_on,
      reference: paid.reference,
      payer: null,
      external: null,
      allocate: [{ invoice_id, cents: document.paid.cents }]
    })
    if (recorded.length === 0) throw new Error('nobody records payments')
  } else if (document.kind === 'corrected') {
    await replaceInvoice(issuing as Running, invoice_id)
  } else if (document.kind === 'credit_note') {
    await releaseCredited(issuing, invoice_id)
  } else if (document.payable_cents === 0) tell('invoices.settled', { invoice_id })
}
