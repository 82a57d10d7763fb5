import type { VatCategory, VatTotal } from '@patchbay/core'
import type { Translate } from '@patchbay/core/i18n'
import type { PaymentMethod } from '../contract.ts'
import { prepaidOf } from './document.ts'
import type { IssuedDocument, Named } from './document.ts'
import { exemptionsOf } from './notes.ts'
import type { Exemption } from './notes.ts'
import { amount, day102, leaf, node, nothing, percent } from './xml.ts'
import type { Xml } from './xml.ts'

/** How it is paid and what it comes to. */
export function settlementXml(document: IssuedDocument, t: Translate): Xml {
  const { currency, totals, service_from, service_to, due_date, number } = document
  const exemptions = exemptionsOf(document)
  return node(
    'ram:ApplicableHeaderTradeSettlement',
    leaf('ram:PaymentReference', number),
    currency === 'EUR' ? nothing : leaf('ram:TaxCurrencyCode', 'EUR'),
    leaf('ram:InvoiceCurrencyCode', currency),
    meansXml(document),
    totals.vat.map(group => vatXml(group, exemptions.get(group.vat_category), dueDateCode(document))),
    service_from && service_to && service_from < service_to
      ? node(
          'ram:BillingSpecifiedPeriod',
          day102('ram:StartDateTime', service_from),
          day102('ram:EndDateTime', service_to)
        )
      : nothing,
    totals.vat.map(group => discountXml(document, group, t)),
    node('ram:SpecifiedTradePaymentTerms', day102('ram:DueDateDateTime', due_date)),
    sumsXml(document),
    referencesOf(document).map(referenceXml)
  )
}

function sumsXml(document: IssuedDocument): Xml {
  const { currency, totals, eur_vat_cents, payable_cents } = document
  const prepaid = prepaidOf(document)
  return node(
    'ram:SpecifiedTradeSettlementHeaderMonetarySummation',
    amount('ram:LineTotalAmount', totals.line_cents),
    totals.discount_cents === 0 ? nothing : amount('ram:AllowanceTotalAmount', totals.discount_cents),
    amount('ram:TaxBasisTotalAmount', totals.net_cents),
    amount(`ram:TaxTotalAmount currencyID="${currency}"`, totals.vat_cents),
    currency !== 'EUR' && eur_vat_cents !== null
      ? amount('ram:TaxTotalAmount currencyID="EUR"', eur_vat_cents)
      : nothing,
    amount('ram:GrandTotalAmount', totals.total_cents),
    prepaid === 0 ? nothing : amount('ram:TotalPrepaidAmount', prepaid),
    amount('ram:DuePayableAmount', payable_cents)
  )
}

function vatXml(group: VatTotal, exemption: Exemption | undefined, due: string | null): Xml {
  const { vat_category, vat_rate, base_cents, vat_cents } = group
  const [type = nothing, category = nothing, rate = nothing] = taxXml(vat_category, vat_rate)
  return node(
    'ram:ApplicableTradeTax',
    amount('ram:CalculatedAmount', vat_cents),
    type,
    leaf('ram:ExemptionReason', exemption?.text),
    amount('ram:BasisAmount', base_cents),
    category,
    leaf('ram:ExemptionReasonCode', exemption?.code),
    vat_category === 'S' ? leaf('ram:DueDateTypeCode', due) : nothing,
    rate
  )
}

/** BT-8: VAT falls due with the invoice (5) by the option for débits, for services else when they are paid (72). */
function dueDateCode({ seller, framework }: IssuedDocument): '5' | '72' | null {
  if (seller.vat_regime !== 'normal') return null
  if (seller.vat_on_debits) return '5'
  return framework.startsWith('S') ? '72' : null
}

/** The discount of the whole, for each rate its part (BG-20). */
function discountXml({ discount_bp, discount_label }: IssuedDocument, group: VatTotal, t: Translate): Xml {
  if (group.discount_cents === 0) return nothing
  return node(
    'ram:SpecifiedTradeAllowanceCharge',
    node('ram:ChargeIndicator', leaf('udt:Indicator', 'false')),
    discount_bp > 0 ? percent('ram:CalculationPercent', discount_bp) : nothing,
    discount_bp > 0 ? amount('ram:BasisAmount', group.line_cents) : nothing,
    amount('ram:ActualAmount', group.discount_cents),
    leaf('ram:ReasonCode', '95'),
    leaf('ram:Reason', discount_label ?? t('papers.whole_discount')),
    node('ram:CategoryTradeTax', taxXml(group.vat_category, group.vat_rate))
  )
}

/** Codes of UNTDID 4461. */
const means: Record<PaymentMethod, string> = {
  transfer: '30',
  card: '48',
  cash: '10',
  cheque: '20',
  direct_debit: '49',
  stripe: '68',
  other: 'ZZZ'
}

/** BG-16: by transfer to the studio's account; or as it was paid already. Where nothing is left to pay, nothing is asked for. */
function meansXml({ kind, seller, currency, paid, payable_cents }: IssuedDocument): Xml {
  const { iban, bic } = seller
  if (kind === 'credit_note') return nothing
  // a transfer would want its account (BR-61), which such a paper does not print
  if (paid && paid.method !== 'transfer') {
    return node('ram:SpecifiedTradeSettlementPaymentMeans', leaf('ram:TypeCode', means[paid.method]))
  }
  if (!iban || payable_cents <= 0) return nothing
  return node(
    'ram:SpecifiedTradeSettlementPaymentMeans',
    leaf('ram:TypeCode', currency === 'EUR' ? '58' : '30'),
    node(
      'ram:PayeePartyCreditorFinancialAccount',
      leaf('ram:IBANID', iban.replace(/\s/g, '')),
      leaf('ram:AccountName', seller.account_holder ?? seller.name)
    ),
    node('ram:PayeeSpecifiedCreditorFinancialInstitution', leaf('ram:BICID', bic))
  )
}

/** BG-3. A corrected invoice names exactly one, the one it replaces (BR-FR-CO-03); a final one its deposits. */
const referencesOf = ({ refers_to, deposits }: IssuedDocument): readonly Named[] =>
  refers_to.length > 0 ? refers_to : deposits

const referenceXml = ({ number, issue_date }: Named): Xml =>
  node(
    'ram:InvoiceReferencedDocument',
    leaf('ram:IssuerAssignedID', number),
    day102('ram:FormattedIssueDateTime', issue_date, 'qdt')
  )

/** Category and rate; outside the scope there is no rate at all (BR-O-05). */
export const taxXml = (category: VatCategory, rate: number): Xml[] => [
  leaf('ram:TypeCode', 'VAT'),
  leaf('ram:CategoryCode', category),
  category === 'O' ? nothing : percent('ram:RateApplicablePercent', rate)
]
