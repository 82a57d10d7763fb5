import { categoryOf, centsOf, rateOf } from './amounts.ts'
import { finish } from './checking.ts'
import type { Announced, ReadInvoice, ReadLine, ReadParty, ReadVat } from './invoice.ts'
import { bicOf, countryOf, dayOf, ibanOf, sirenOf, vatNumberOf } from './parties.ts'
import { all, attribute, first, textOf } from '@patchbay/core/xml'
import type { Element } from '@patchbay/core/xml'

/** OASIS UBL 2.1 to 2.4, Invoice and CreditNote: Peppol, XRechnung, the French subset. `name` is the root's. */
export function readUbl(root: Element, name: string): ReadInvoice {
  const credit = name === 'CreditNote'
  const currency = textOf(root, 'DocumentCurrencyCode')?.toUpperCase() ?? 'EUR'
  const seller = first(root, 'AccountingSupplierParty/Party')
  const accounts = all(root, 'PaymentMeans/PayeeFinancialAccount')
  return finish({
    syntax: 'ubl',
    type_code: credit ? '381' : textOf(root, 'InvoiceTypeCode'),
    number: textOf(root, 'ID'),
    issue_date: dayOf(textOf(root, 'IssueDate')),
    due_date: dayOf(textOf(root, 'DueDate') ?? textOf(root, 'PaymentMeans/PaymentDueDate')),
    currency,
    supplier: {
      ...partyOf(seller),
      iban: ibanOf(accounts.map(one => textOf(one, 'ID'))),
      bic: bicOf(accounts.map(one => textOf(one, 'FinancialInstitutionBranch/ID'))),
      email: textOf(seller, 'Contact/ElectronicMail')
    },
    buyer: partyOf(first(root, 'AccountingCustomerParty/Party')),
    order_number: textOf(root, 'OrderReference/ID'),
    refers_to: textOf(root, 'BillingReference/InvoiceDocumentReference/ID'),
    lines: all(root, credit ? 'CreditNoteLine' : 'InvoiceLine').map(lineOf),
    wholes: all(root, 'AllowanceCharge').map(wholeOf),
    vat: vatTotals(root, currency).flatMap(total => all(total, 'TaxSubtotal').flatMap(vatOf)),
    announced: announcedOf(root, currency)
  })
}

function partyOf(party: Element | undefined): ReadParty {
  const schemes = all(party, 'PartyTaxScheme')
  const vat = schemes.find(one => textOf(one, 'TaxScheme/ID')?.toUpperCase() === 'VAT')
  const vat_number = vatNumberOf(textOf(vat, 'CompanyID'))
  const ids = [
    textOf(party, 'PartyLegalEntity/CompanyID'),
    ...all(party, 'PartyIdentification/ID').map(id => textOf(id)),
    textOf(party, 'EndpointID')
  ]
  return {
    name: textOf(party, 'PartyLegalEntity/RegistrationName') ?? textOf(party, 'PartyName/Name'),
    siren: sirenOf(ids, vat_number),
    vat_number,
    country: countryOf(textOf(party, 'PostalAddress/Country/IdentificationCode'))
  }
}

function lineOf(line: Element): Omit<ReadLine, 'vat_cents'> {
  const tax = first(line, 'Item/ClassifiedTaxCategory')
  return {
    label: textOf(line, 'Item/Name') ?? textOf(line, 'Item/Description') ?? '',
    base_cents: centsOf(textOf(line, 'LineExtensionAmount')) ?? 0,
    vat_category: categoryOf(textOf(tax, 'ID')),
    vat_rate: rateOf(textOf(tax, 'Percent'))
  }
}

function wholeOf(allowance: Element): Omit<ReadLine, 'vat_cents'> {
  const cents = centsOf(textOf(allowance, 'Amount')) ?? 0
  const tax = first(allowance, 'TaxCategory')
  return {
    label: textOf(allowance, 'AllowanceChargeReason') ?? '',
    base_cents: textOf(allowance, 'ChargeIndicator') === 'true' ? cents : -cents,
    vat_category: categoryOf(textOf(tax, 'ID')),
    vat_rate: rateOf(textOf(tax, 'Percent'))
  }
}

/** VAT may be said again in the currency of the accounts: only what is in the invoice's own counts. */
const vatTotals = (root: Element, currency: string): Element[] =>
  all(root, 'TaxTotal').filter(
    total => (attribute(first(total, 'TaxAmount'), 'currencyID') ?? currency).toUpperCase() === currency
  )

function vatOf(subtotal: Element): ReadVat[] {
  const base_cents = centsOf(textOf(subtotal, 'TaxableAmount'))
  if (base_cents === null) return []
  const tax = first(subtotal, 'TaxCategory')
  return [
    {
      vat_category: categoryOf(textOf(tax, 'ID')),
      vat_rate: rateOf(textOf(tax, 'Percent') ?? textOf(subtotal, 'Percent')),
      base_cents,
      vat_cents: centsOf(textOf(subtotal, 'TaxAmount')) ?? 0
    }
  ]
}

function announcedOf(root: Element, currency: string): Announced {
  const sums = first(root, 'LegalMonetaryTotal')
  return {
    net_cents: centsOf(textOf(sums, 'TaxExclusiveAmount')),
    vat_cents: centsOf(textOf(vatTotals(root, currency)[0], 'TaxAmount')),
    total_cents: centsOf(textOf(sums, 'TaxInclusiveAmount')),
    prepaid_cents: centsOf(textOf(sums, 'PrepaidAmount')) ?? 0,
    rounding_cents: centsOf(textOf(sums, 'PayableRoundingAmount')) ?? 0,
    due_cents: centsOf(textOf(sums, 'PayableAmount'))
  }
}
