import type { Accounts, Purchase } from '../../legal/contract.ts'
import { balanced } from './entry.ts'
import type { Entry } from './entry.ts'
import { treasury } from './money.ts'

/** Whose account it is, of those under 401. */
const supplierAccount = ({ supplier }: Purchase) => ({
  number: supplier.id === null ? 'FDIVERS' : `F${String(supplier.id).padStart(6, '0')}`,
  label: supplier.name
})

/** What was bought: the studio owes the supplier. */
export function purchaseEntry(purchase: Purchase, accounts: Accounts): Entry {
  const { day, piece, label } = purchase
  const vat = purchase.vat.reduce((sum, { vat_cents }) => sum + vat_cents, 0)
  return balanced({
    journal: 'AC',
    day,
    piece,
    piece_day: day,
    label,
    lines: [
      ...purchase.lines.map(({ account, cents }) => ({
        account: account ?? accounts.expenses,
        auxiliary: null,
        label,
        cents
      })),
      { account: accounts.vat_deductible, auxiliary: null, label, cents: vat },
      { account: accounts.suppliers, auxiliary: supplierAccount(purchase), label, cents: -purchase.total_cents }
    ]
  })
}

/** What was paid of it, an entry a payment. */
export function purchasePaid(purchase: Purchase, accounts: Accounts): Entry[] {
  return purchase.payments.map(({ day, cents, method }) => {
    const { journal, account } = treasury(method, accounts)
    const { piece, label } = purchase
    return balanced({
      journal,
      day,
      piece,
      piece_day: day,
      label,
      lines: [
        { account: accounts.suppliers, auxiliary: supplierAccount(purchase), label, cents },
        { account, auxiliary: null, label, cents: -cents }
      ]
    })
  })
}
