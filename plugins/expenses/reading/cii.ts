import { categoryOf, centsOf, rateOf } from './amounts.ts'
import type { Announced, ReadInvoice, ReadLine, ReadParty, ReadVat } from './invoice.ts'
import { bicOf, countryOf, dayOf, ibanOf, sirenOf, vatNumberOf } from './parties.ts'
import { finish } from './checking.ts'
import { all, attribute, first, textOf } from '@patchbay/core/xml'
import type { Element } from '@patchbay/core/xml'

/** UN/CEFACT Cross Industry Invoice D16B: Factur-X, ZUGFeRD 2, XRechnung; profiles Minimum to Extended. */
export function readCii(root: Element): ReadInvoice {
  const trade = first(root, 'SupplyChainTradeTransaction')
  const agreement = first(trade, 'ApplicableHeaderTradeAgreement')
  const settlement = first(trade, 'ApplicableHeaderTradeSettlement')
  const currency = textOf(settlement, 'InvoiceCurrencyCode')?.toUpperCase() ?? 'EUR'
  const means = all(settlement, 'SpecifiedTradeSettlementPaymentMeans')
  const seller = first(agreement, 'SellerTradeParty')
  return finish({
    syntax: 'cii',
    type_code: textOf(root, 'ExchangedDocument/TypeCode'),
    number: textOf(root, 'ExchangedDocument/ID'),
    issue_date: dayOf(textOf(root, 'ExchangedDocument/IssueDateTime/DateTimeString')),
    due_date: dayOf(textOf(settlement, 'SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString')),
    currency,
    supplier: {
      ...partyOf(seller),
      iban: ibanOf(means.map(one => textOf(one, 'PayeePartyCreditorFinancialAccount/IBANID'))),
      bic: bicOf(means.map(one => textOf(one, 'PayeeSpecifiedCreditorFinancialInstitution/BICID'))),
      email: textOf(seller, 'DefinedTradeContact/EmailURIUniversalCommunication/URIID')
    },
    buyer: partyOf(first(agreement, 'BuyerTradeParty')),
    order_number: textOf(agreement, 'BuyerOrderReferencedDocument/IssuerAssignedID'),
    refers_to: textOf(settlement, 'InvoiceReferencedDocument/IssuerAssignedID'),
    lines: all(trade, 'IncludedSupplyChainTradeLineItem').flatMap(lineOf),
    wholes: all(settlement, 'SpecifiedTradeAllowanceCharge').flatMap(wholeOf),
    vat: all(settlement, 'ApplicableTradeTax').flatMap(vatOf),
    announced: announcedOf(settlement, currency)
  })
}

function partyOf(party: Element | undefined): ReadParty {
  const registrations = all(party, 'SpecifiedTaxRegistration/ID')
  const vat = registrations.find(one => attribute(one, 'schemeID') === 'VA')
  const legal = first(party, 'SpecifiedLegalOrganization/ID')
  const vat_number = vatNumberOf(textOf(vat))
  return {
    name: textOf(party, 'Name') ?? textOf(party, 'SpecifiedLegalOrganization/TradingBusinessName'),
    siren: sirenOf([textOf(legal), ...all(party, 'GlobalID').map(id => textOf(id))], vat_number),
    vat_number,
    country: countryOf(textOf(party, 'PostalTradeAddress/CountryID'))
  }
}

/** Of the Extended profile, headings and what is only told are no lines to be paid. */
function lineOf(item: Element): Omit<ReadLine, 'vat_cents'>[] {
  const status = textOf(item, 'AssociatedDocumentLineDocument/LineStatusReasonCode')
  if (status === 'GROUP' || status === 'INFORMATION') return []
  const settlement = first(item, 'SpecifiedLineTradeSettlement')
  const tax = first(settlement, 'ApplicableTradeTax')
  return [
    {
      label: textOf(item, 'SpecifiedTradeProduct/Name') ?? '',
      base_cents: centsOf(textOf(settlement, 'SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount')) ?? 0,
      vat_category: categoryOf(textOf(tax, 'CategoryCode')),
      vat_rate: rateOf(textOf(tax, 'RateApplicablePercent'))
    }
  ]
}

function wholeOf(allowance: Element): Omit<ReadLine, 'vat_cents'>[] {
  const cents = centsOf(textOf(allowance, 'ActualAmount')) ?? 0
  const tax = first(allowance, 'CategoryTradeTax')
  return [
    {
      label: textOf(allowance, 'Reason') ?? '',
      base_cents: textOf(allowance, 'ChargeIndicator/Indicator') === 'true' ? cents : -cents,
      vat_category: categoryOf(textOf(tax, 'CategoryCode')),
      vat_rate: rateOf(textOf(tax, 'RateApplicablePercent'))
    }
  ]
}

function vatOf(tax: Element): ReadVat[] {
  const base_cents = centsOf(textOf(tax, 'BasisAmount'))
  if (base_cents === null) return []
  return [
    {
      vat_category: categoryOf(textOf(tax, 'CategoryCode')),
      vat_rate: rateOf(textOf(tax, 'RateApplicablePercent')),
      base_cents,
      vat_cents: centsOf(textOf(tax, 'CalculatedAmount')) ?? 0
    }
  ]
}

function announcedOf(settlement: Element | undefined, currency: string): Announced {
  const sums = first(settlement, 'SpecifiedTradeSettlementHeaderMonetarySummation')
  const taxes = all(sums, 'TaxTotalAmount')
  // VAT may be said again in the currency of the accounts
  const tax = taxes.find(one => (attribute(one, 'currencyID') ?? currency).toUpperCase() === currency)
  return {
    net_cents: centsOf(textOf(sums, 'TaxBasisTotalAmount')),
    vat_cents: centsOf(textOf(tax)),
    total_cents: centsOf(textOf(sums, 'GrandTotalAmount')),
    prepaid_cents: centsOf(textOf(sums, 'TotalPrepaidAmount')) ?? 0,
    rounding_cents: centsOf(textOf(sums, 'RoundingAmount')) ?? 0,
    due_cents: centsOf(textOf(sums, 'DuePayableAmount'))
  }
}
