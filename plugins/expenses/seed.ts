import { time } from '@patchbay/core'
import type { Seeding } from '@patchbay/core'
import { listCategories } from './category-queries.ts'
import type { PaymentMethod } from './contract.ts'
import { addPayment, settle } from './paying-queries.ts'
import { priceLines, sumsOf } from './pricing.ts'
import { addExpense, markRecorded } from './queries.ts'
import { addRecurrence } from './recurring-queries.ts'
import { nextDay } from './recurring.ts'
import { matchOrAddSupplier } from './supplier-queries.ts'

/** Supplier, category, cents with VAT, rate, day of the month, how it is paid (null: not yet), every so many months. */
const usual: readonly [string, string, number, number, number, PaymentMethod | null, number][] = [
  ['SCI des Forges', 'rent', 2_160_00, 2000, 1, 'transfer', 1],
  ['Énergies de l’Ouest', 'energy', 318_40, 2000, 8, 'direct_debit', 1],
  ['Fibre Pro Bretagne', 'telecom', 59_88, 2000, 5, 'direct_debit', 1],
  ['Assurances du Spectacle', 'insurance', 412_00, 0, 15, 'direct_debit', 3],
  ['Cabinet Le Goff', 'fees', 264_00, 2000, 20, 'transfer', 1],
  ['Audio Atelier', 'maintenance', 186_00, 2000, 12, 'card', 2],
  ['Comptoir du Son', 'small_gear', 94_90, 2000, 18, 'card', 1],
  ['Le Bon Fournil', 'meals', 68_20, 1000, 23, 'card', 1],
  ['Trains de France', 'travel', 87_00, 1000, 26, 'card', 2]
]

/** Half a year of what a studio spends; the rent recurs, two papers wait to be paid, one to be looked at. */
export async function seed({ db, studio, people, did }: Seeding): Promise<void> {
  const today = time.today(studio.timezone)
  const categories = await listCategories(db)
  const regime = { franchise: false, categories: new Map(categories.map(one => [one.id, one])) }
  const person_id = people[0]?.id ?? null
  const idOf = (code: string) => categories.find(one => one.code === code)?.id ?? null
  let rent: { id: number; day: string } | undefined
  for (let back = 6; back >= 0; back -= 1) {
    const month = time.addMonths(`${today.slice(0, 7)}-01`, -back)
    for (const [at, [name, code, cents, vat_rate, day, method, every]] of usual.entries()) {
      const on = `${month.slice(0, 8)}${String(day).padStart(2, '0')}`
      if (back % every !== 0 || on > today) continue
      const category_id = idOf(code)
      const { id: supplier_id } = await matchOrAddSupplier(db, { name, siren: null, vat_number: null, category_id })
      const amount_cents = code === 'energy' ? cents + ((back * 1733) % 9000) : cents
      const typed = { label: null, category_id, amount_cents, vat_rate, vat_cents: null, recoverable_bp: null }
      const lines = priceLines([typed], true, regime)
      const number = `${name.slice(0, 2).toUpperCase()}-${month.slice(2, 7).replace('-', '')}-${100 + at * 7}`
      const fields = { supplier_id, supplier_name: name, number, issue_date: on, due_date: time.addDays(on, 15) }
      const kind = method === 'card' ? ('receipt' as const) : ('invoice' as const)
      const id = await addExpense(db, { ...fields, kind }, lines, sumsOf(lines, null), person_id)
      await markRecorded(db, id, person_id)
      did('expenses.record', new Date(`${on}T10:00:00Z`), { expense: id }, person_id)
      if (code === 'rent') rent = { id, day: on }
      const waits = back === 0 && (code === 'fees' || code === 'energy')
      if (!method || waits) continue
      const paid = {
        cents: amount_cents,
        eur_cents: amount_cents,
        paid_on: on,
        method,
        reference: number,
        external: null
      }
      await addPayment(db, { expense_id: id, ...paid }, person_id)
      await settle(db, id)
    }
  }
  if (rent) {
    const next_on = nextDay(rent.day, 'month', 1)
    await addRecurrence(db, { expense_id: rent.id, every: 'month', day: 1, next_on, until: null }, person_id)
  }
  const draft = { label: 'Câbles XLR', category_id: idOf('small_gear'), amount_cents: 43_80, vat_rate: 2000 }
  const lines = priceLines([{ ...draft, vat_cents: null, recoverable_bp: null }], true, regime)
  const by = people.at(-1)?.id ?? null
  const id = await addExpense(
    db,
    { supplier_name: 'Comptoir du Son', issue_date: time.addDays(today, -1) },
    lines,
    sumsOf(lines, null),
    by
  )
  did('expenses.add', new Date(Date.now() - 36e5), { expense: id }, by)
}
