import { rowsOf, time } from '@patchbay/core'
import type { Seeding } from '@patchbay/core'
import { addAccount, addImport, addLines, changeLine } from './queries.ts'
import { identitiesOf } from './statement.ts'
import type { StatementLine } from './statement.ts'

/** The last weeks of an account: money for open invoices, not all of them exactly, and what the bank takes for itself. */
export async function seed({ db, studio }: Seeding): Promise<void> {
  const today = time.today(studio.timezone)
  const account = await addAccount(db, {
    name: 'Compte courant',
    iban: 'FR7630006000011234567890189',
    currency: 'EUR',
    balance_cents: 18_432_17,
    balance_on: time.addDays(today, -1)
  })
  const open = await rowsOf<{ id: number; number: string; open_cents: number; client_name: string }>(
    db,
    `select i.id, i.number, i.open_cents, c.name as client_name from invoices i join clients c on c.id = i.client_id
     where i.state = 'issued' and i.kind <> 'credit_note' and i.open_cents > 0 and i.currency = 'EUR' order by i.id limit 5`
  )
  const line = (days: number, cents: number, label: string, more: Partial<StatementLine> = {}): StatementLine => ({
    bank_reference: null,
    booked_on: time.addDays(today, -days),
    value_on: time.addDays(today, -days),
    cents,
    currency: 'EUR',
    label,
    counterparty: null,
    counterparty_iban: null,
    reference: null,
    ...more
  })
  const incoming = open.map(({ number, open_cents, client_name }, at) => {
    const named = at % 2 === 0 ? `VIR SEPA ${client_name.toUpperCase()} ${number}` : `VIR ${client_name.toUpperCase()}`
    return line(2 + at * 3, at === 4 ? Math.max(1, open_cents - 1000) : open_cents, named, {
      counterparty: client_name
    })
  })
  const outgoing = [
    line(1, -264_00, 'VIR CABINET LE GOFF CA HONORAIRES'),
    line(4, -14_90, 'COTISATION COMPTE PRO'),
    line(6, -39_90, 'CB DISQUAIRE DU CENTRE'),
    line(9, -1_000_00, 'VIR INTERNE LIVRET')
  ]
  const lines = [...incoming, ...outgoing]
  const import_id = await addImport(db, { account_id: account.id, format: 'camt' }, null)
  const names = identitiesOf(lines)
  const ids = await addLines(
    db,
    { account_id: account.id, import_id, format: 'camt' },
    lines.map((one, at) => ({ ...one, identity: names[at] ?? '' }))
  )
  // as the import would have found it; the seed has nobody to ask
  for (const [at, { id, number, client_name, open_cents }] of open.entries()) {
    const reasons = ['amount', 'only', 'name', ...(at % 2 === 0 ? ['number'] : [])].filter(
      one => at !== 4 || one !== 'amount'
    )
    const proposal = { kind: 'invoice' as const, id, label: `${number} · ${client_name}`, cents: open_cents }
    const said = reasons.map(reason => `invoices.match.${reason}`)
    await changeLine(db, ids[at] ?? 0, {
      proposal: { ...proposal, reasons: said },
      score: at === 4 ? 90 : at % 2 === 0 ? 100 : 80
    })
  }
}
