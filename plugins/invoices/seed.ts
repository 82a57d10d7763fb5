import { time } from '@patchbay/core'
import type { Running, Seeding } from '@patchbay/core'
import { billSessions } from './drafts/from-sessions.ts'
import { findInvoice } from './drafts/queries.ts'
import { findSessions } from './drafts/session-queries.ts'
import { issueInvoice } from './issuing/issue.ts'
import { dateDraft, markSent, sessionsBefore } from './seed-queries.ts'
import type { Billed } from './seed-queries.ts'

/** An invoice of the demo: whose sessions, issued on which day. */
interface Planned {
  issue_date: string
  sessions: Billed[]
}

/**
 * Half a year of invoices: each client's sessions until two months ago, the regular ones' in two goes, and a part of last
 * month's; what is old is paid but for a few that are late. Three drafts wait, and the rest of last month is to be billed.
 */
export async function seed(seeding: Seeding): Promise<void> {
  const { db, studio, people, did } = seeding
  const today = time.today(studio.timezone)
  const running = runningOf(seeding)
  const { issued, drafted } = await plan(seeding, today)
  for (const [index, { issue_date, sessions }] of issued.entries()) {
    const { id, client_id } = await draftOf(running, sessions)
    await dateDraft(db, id, issue_date)
    await issueInvoice(running, id)
    const at = new Date(+time.startOfDay(issue_date, studio.timezone) + 17 * 36e5)
    await markSent(db, id, at)
    did('invoices.issue', at, { invoice: id, client: client_id }, people[1]?.id ?? null)
    await pay(running, did, id, index, today)
  }
  for (const { sessions } of drafted) await draftOf(running, sessions)
}

async function draftOf(running: Running, sessions: readonly Billed[]) {
  const found = await findSessions(
    running.db,
    sessions.map(({ id }) => id)
  )
  return billSessions(running, found)
}

async function plan({ db }: Seeding, today: string): Promise<{ issued: Planned[]; drafted: Planned[] }> {
  const lastMonth = time.addMonths(`${today.slice(0, 7)}-01`, -1)
  const sessions = await sessionsBefore(db, `${today.slice(0, 7)}-01`)
  const issued: Planned[] = []
  const recent: Planned[] = []
  for (const client_id of new Set(sessions.map(session => session.client_id))) {
    const mine = sessions.filter(session => session.client_id === client_id)
    const old = mine.filter(({ month_end }) => month_end < lastMonth)
    const half = old.length >= 9 ? (old[Math.floor(old.length / 2)]?.month_end ?? '') : ''
    for (const part of [old.filter(one => one.month_end <= half), old.filter(one => one.month_end > half)])
      if (part.length > 0) issued.push({ issue_date: part.at(-1)?.month_end ?? '', sessions: part })
    const last = mine.filter(({ month_end }) => month_end > lastMonth)
    if (last.length > 0) recent.push({ issue_date: last[0]?.month_end ?? '', sessions: last })
  }
  issued.sort((a, b) => (a.issue_date < b.issue_date ? -1 : a.issue_date > b.issue_date ? 1 : 0))
  return { issued: [...issued.slice(-most), ...recent.slice(0, 7)], drafted: recent.slice(7, 10) }
}

/** Making a paper takes a while. */
const most = 48

/** Of old ones most are paid, one in nine in part, one in eleven not yet; of the latest, one in three. */
async function pay(running: Running, did: Seeding['did'], id: number, index: number, today: string): Promise<void> {
  const invoice = await findInvoice(running.db, id)
  if (!invoice?.due_date || !invoice.issue_date) return
  const late = index % 11 === 5
  if (late || (invoice.due_date >= today && index % 3 !== 0)) return
  const paid_on = time.addDays(invoice.issue_date, 6 + ((index * 7) % 24))
  if (paid_on >= today || invoice.open_cents <= 0) return
  const cents = index % 9 === 4 ? Math.floor(invoice.open_cents / 2) : invoice.open_cents
  const methods = ['transfer', 'transfer', 'card', 'transfer', 'cheque', 'cash'] as const
  // no more cash than the law lets a business take (1,000 €)
  const chosen = methods[index % methods.length] ?? 'transfer'
  const method = chosen === 'cash' && cents > 1000_00 ? 'transfer' : chosen
  const [recorded] = await running.ask('invoices.record-payment', {
    running,
    client_id: invoice.client_id,
    cents,
    currency: invoice.currency,
    method,
    paid_on,
    reference: method === 'transfer' ? `VIR ${invoice.number}` : null,
    payer: null,
    external: null,
    allocate: [{ invoice_id: id, cents }]
  })
  const at = new Date(+time.startOfDay(paid_on, running.studio.timezone) + 10 * 36e5)
  const about = { payment: recorded?.payment_id ?? null, invoice: id, client: invoice.client_id }
  did('invoices.pay', at, about, running.person.id)
}

/** As an action would be given it; what it tells, nobody hears, for nobody was there yet. */
function runningOf(seeding: Seeding): Running {
  const [owner] = seeding.people
  const nothing = () => undefined
  return {
    ...seeding,
    person: { id: owner?.id ?? null, name: owner?.name ?? seeding.studio.name, role: 'owner' },
    from: { ip: null, agent: null },
    can: () => true,
    tell: nothing,
    changed: nothing,
    hint: nothing,
    did: async () => undefined
  }
}
