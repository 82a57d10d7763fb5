import { action, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { AsideForm, LineIdForm, MatchForm, SureForm } from './forms.ts'
import type { MatchInput } from './forms.ts'
import { expensesFor, sure, wantedOf } from './proposing.ts'
import { addMatches, changeLine, findInvoices, listMatches, lockLine, removeMatches } from './queries.ts'
import type { Line, Match } from './queries.ts'

/** Says what a line paid: invoices or expenses, one or several. The payment is recorded with it, once. */
export const matchLine = action({
  name: 'bank.match',
  permission: 'bank.write',
  confirm: true,
  input: MatchForm,
  async run(running, { id, ...input }) {
    await matchOne(running, await openLine(running, id), input)
    return id
  },
  about: id => ({ bank_line: id })
})

/** Confirms the likeliest of several lines at once: only those that are as sure now as they were on the page. */
export const matchSure = action({
  name: 'bank.match_sure',
  permission: 'bank.write',
  confirm: true,
  input: SureForm,
  async run(running, { ids }) {
    const done: number[] = []
    for (const id of ids.toSorted((a, b) => a - b).slice(0, 100)) {
      const line = await lockLine(running.db, id)
      const target = line?.state === 'open' ? await sureOf(running, line) : undefined
      if (!line || !target) continue
      await matchOne(running, line, { targets: [{ target, amount_cents: null }], invoice_number: null })
      done.push(id)
    }
    if (done.length === 0) throw refuse({ '': 'bank.errors.none_sure' })
    return done
  },
  about: ids => ({ bank_line: ids })
})

/** A line that pays neither an invoice nor an expense. */
export const setAside = action({
  name: 'bank.set_aside',
  permission: 'bank.write',
  input: AsideForm,
  async run(running, { id, category, note }) {
    await openLine(running, id)
    await changeLine(running.db, id, { state: 'aside', category, note })
    running.tell('bank.changed', { line_id: id })
    return id
  },
  about: id => ({ bank_line: id })
})

/** What was said of a line was wrong: the payments it made are taken back, and it is open again. */
export const undoMatch = action({
  name: 'bank.undo',
  permission: 'bank.write',
  confirm: true,
  input: LineIdForm,
  async run(running, { id }) {
    const { db, ask, t, tell } = running
    const line = await lockLine(db, id)
    if (!line) throw notFound()
    if (line.state === 'open') throw refuse({ '': 'bank.errors.is_open' })
    const matches = await listMatches(db, [id])
    const reason = t('bank.undone', { day: line.booked_on })
    for (const external of new Set(matches.filter(one => one.invoice_id).map(one => one.external)))
      await ask('invoices.correct-payment', { running, payment: { external }, reason })
    for (const { external } of matches.filter(one => one.expense_id))
      await ask('bank.unpay-expense', { running, external })
    await removeMatches(db, id)
    await changeLine(db, id, { state: 'open', category: null, note: null, attempt: line.attempt + 1 })
    tell('bank.changed', { line_id: id })
    return id
  },
  about: id => ({ bank_line: id })
})

/** The line, locked: of two who match it at once the second finds it done. */
async function openLine({ db }: Running, id: number): Promise<Line> {
  const line = await lockLine(db, id)
  if (!line) throw notFound()
  if (line.state !== 'open') throw refuse({ '': 'bank.errors.done' })
  return line
}

/** What a line is sure to have paid, looked for anew. */
async function sureOf(
  { ask, db }: Running,
  line: Line
): Promise<{ kind: 'invoice' | 'expense'; id: number } | undefined> {
  if (line.cents > 0) {
    const [best, second] = (await ask('invoices.payable-by', wantedOf(line))).flat()
    const alone = best && best.score >= sure && best.open_cents === line.cents && !(second && second.score >= sure)
    return alone ? { kind: 'invoice', id: best.invoice_id } : undefined
  }
  const payable = (await ask('bank.payable-expenses', { from: line.booked_on, until: line.booked_on }, db)).flat()
  const [best, second] = expensesFor(line, payable)
  const alone = best && best.score >= sure && best.cents === -line.cents && !(second && second.score >= sure)
  return alone ? { kind: 'expense', id: best.id } : undefined
}

async function matchOne(
  running: Running,
  line: Line,
  { targets, invoice_number }: Omit<MatchInput, 'id'>
): Promise<void> {
  const ids = (kind: 'invoice' | 'expense') => targets.filter(({ target }) => target.kind === kind)
  const [invoices, expenses] = [ids('invoice'), ids('expense')]
  if (invoices.length + expenses.length === 0 && !invoice_number) throw refuse({ '': 'bank.errors.no_target' })
  if (expenses.length > 0 && (invoices.length > 0 || invoice_number)) throw refuse({ '': 'bank.errors.mixed' })
  if (line.cents < 0 && expenses.length === 0) throw refuse({ '': 'bank.errors.money_out' })
  const matches =
    expenses.length > 0
      ? await payExpenses(running, line, expenses)
      : await payInvoices(running, line, invoices, invoice_number)
  await addMatches(running.db, matches, running.person.id)
  await changeLine(running.db, line.id, { state: 'matched', proposal: null, score: null })
  running.tell('bank.changed', { line_id: line.id })
}

type Targets = MatchInput['targets']

/** The name a payment is told by: another once a match was undone, and one for each when a line makes several. */
const externalOf = ({ id, attempt }: Line, part: number): string =>
  ['bank', id, ...(attempt || part ? [attempt] : []), ...(part ? [part] : [])].join(':')

/** Money that came in: a payment for each client, of all that is said; what is left over becomes the client's credit. */
async function payInvoices(
  running: Running,
  line: Line,
  targets: Targets,
  number: string | null
): Promise<Omit<Match, 'id'>[]> {
  const found = await findInvoices(
    running.db,
    targets.map(({ target }) => target.id),
    number
  )
  if (number && !found.some(one => one.number.toLowerCase() === number.toLowerCase()))
    throw refuse({ invoice_number: 'bank.errors.no_invoice' })
  if (found.length < targets.length) throw notFound()
  if (found.some(one => one.currency !== line.currency)) throw refuse({ '': 'bank.errors.currency' })
  const shares = sharesOf(line, found, targets)
  const clients = [...new Set(found.map(({ client_id }) => client_id))]
  const matches: Omit<Match, 'id'>[] = []
  for (const [part, client_id] of clients.entries()) {
    const own = shares.filter(share => share.client_id === client_id)
    const sum = own.reduce((all, { cents }) => all + cents, 0)
    const rest = clients.length === 1 ? line.cents - sum : 0
    const external = externalOf(line, part)
    await running.ask('invoices.record-payment', {
      running,
      client_id,
      cents: sum + rest,
      currency: line.currency,
      method: 'transfer',
      paid_on: line.booked_on,
      reference: (line.reference ?? line.label).slice(0, 200),
      payer: line.counterparty,
      external,
      allocate: own.map(({ id, cents }) => ({ invoice_id: id, cents }))
    })
    matches.push(
      ...own.map(one => ({
        line_id: line.id,
        invoice_id: one.id,
        expense_id: null,
        label: one.number,
        cents: one.cents,
        external
      }))
    )
  }
  const given = shares.reduce((all, { cents }) => all + cents, 0)
  if (clients.length > 1 && given !== line.cents) throw refuse({ '': 'bank.errors.rest' })
  return matches
}

/** How much of a line each invoice gets: what was typed, else what is open of it, in order, as long as there is some. */
function sharesOf<Open extends { id: number; open_cents: number }>(
  line: Line,
  found: readonly Open[],
  targets: Targets
) {
  let left = line.cents
  return found.map(invoice => {
    const typed = targets.find(({ target }) => target.id === invoice.id)?.amount_cents ?? null
    const cents = typed ?? Math.min(invoice.open_cents, left)
    if (cents <= 0 || cents > left) throw refuse({ '': 'bank.errors.too_much' })
    if (cents > invoice.open_cents) throw refuse({ '': 'bank.errors.more_than_open' })
    left -= cents
    return { ...invoice, cents }
  })
}

/** Money that left: all of it must be for something. */
async function payExpenses(running: Running, line: Line, targets: Targets): Promise<Omit<Match, 'id'>[]> {
  const until = line.booked_on
  const payable = (await running.ask('bank.payable-expenses', { from: until, until })).flat()
  const sign = -Math.sign(line.cents)
  let left = Math.abs(line.cents)
  const matches: Omit<Match, 'id'>[] = []
  for (const [part, { target, amount_cents }] of targets.entries()) {
    const expense = payable.find(({ expense_id }) => expense_id === target.id)
    if (!expense) throw refuse({ '': 'bank.errors.no_expense' })
    const same = expense.currency === line.currency
    const cents = amount_cents ?? (same ? Math.min(Math.abs(expense.open_cents), left) : left)
    if (cents <= 0 || cents > left) throw refuse({ '': 'bank.errors.too_much' })
    left -= cents
    const external = externalOf(line, part)
    const paid = { paid_on: line.booked_on, reference: (line.reference ?? line.label).slice(0, 200), external }
    await running.ask('bank.pay-expense', { running, expense_id: target.id, cents: sign * cents, ...paid })
    matches.push({ line_id: line.id, invoice_id: null, expense_id: target.id, label: expense.label, cents, external })
  }
  if (left > 0) throw refuse({ '': 'bank.errors.rest' })
  return matches
}
