import { units } from '@patchbay/core'
import type { Translate } from '@patchbay/core/i18n'
import { invoiceKinds } from '../contract.ts'
import { buyerXml, sellerXml, shipToXml } from './cii-parties.ts'
import { settlementXml, taxXml } from './cii-settlement.ts'
import { pricedLines } from './document.ts'
import type { IssuedDocument } from './document.ts'
import { xmlNotes } from './notes.ts'
import { amount, day102, leaf, node, nothing, percent, price, quantityText } from './xml.ts'
import type { Xml } from './xml.ts'

const spaces = {
  rsm: 'urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100',
  ram: 'urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100',
  udt: 'urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100',
  qdt: 'urn:un:unece:uncefact:data:standard:QualifiedDataType:100'
}

/** A document as UN/CEFACT Cross Industry Invoice D22B, profile EN 16931, by the rules of the French reform. */
export function cii(document: IssuedDocument, t: Translate): string {
  const declared = Object.entries(spaces).map(([prefix, space]) => ` xmlns:${prefix}="${space}"`)
  const inside = [contextXml(document), headXml(document, t), transactionXml(document, t)].join('\n')
  return `<?xml version="1.0" encoding="UTF-8"?>\n<rsm:CrossIndustryInvoice${declared.join('')}>\n${inside}\n</rsm:CrossIndustryInvoice>\n`
}

const contextXml = ({ framework }: IssuedDocument): Xml =>
  node(
    'rsm:ExchangedDocumentContext',
    node('ram:BusinessProcessSpecifiedDocumentContextParameter', leaf('ram:ID', framework)),
    node('ram:GuidelineSpecifiedDocumentContextParameter', leaf('ram:ID', 'urn:cen.eu:en16931:2017'))
  )

const headXml = (document: IssuedDocument, t: Translate): Xml =>
  node(
    'rsm:ExchangedDocument',
    leaf('ram:ID', document.number),
    leaf('ram:TypeCode', invoiceKinds[document.kind]),
    day102('ram:IssueDateTime', document.issue_date),
    xmlNotes(document, t).map(({ code, text }) =>
      node('ram:IncludedNote', leaf('ram:Content', text), leaf('ram:SubjectCode', code))
    )
  )

function transactionXml(document: IssuedDocument, t: Translate): Xml {
  const { seller, buyer, language } = document
  const lines = pricedLines(document)
  const scope = { taxed: !lines.some(line => line.vat_category === 'O') }
  const intra = lines.some(line => line.vat_category === 'K')
  return node(
    'rsm:SupplyChainTradeTransaction',
    lines.map((line, index) => lineXml(line, index + 1, t)),
    node(
      'ram:ApplicableHeaderTradeAgreement',
      leaf('ram:BuyerReference', document.buyer_reference),
      sellerXml(seller, scope, t, language),
      buyerXml(buyer, seller, scope),
      node('ram:BuyerOrderReferencedDocument', leaf('ram:IssuerAssignedID', document.order_number))
    ),
    // must be there even when it says nothing
    deliveryXml(document, intra) || ('<ram:ApplicableHeaderTradeDelivery/>' as Xml),
    settlementXml(document, t)
  )
}

/** BT-72 is the last day of the service; deliveries inside the EU always say one (BR-IC-11). */
function deliveryXml({ buyer, service_from, service_to, issue_date }: IssuedDocument, intra: boolean): Xml {
  const day = service_to ?? service_from ?? (intra ? issue_date : null)
  return node(
    'ram:ApplicableHeaderTradeDelivery',
    intra ? shipToXml(buyer) : nothing,
    node('ram:ActualDeliverySupplyChainEvent', day102('ram:OccurrenceDateTime', day))
  )
}

function lineXml(line: ReturnType<typeof pricedLines>[number], number: number, t: Translate): Xml {
  const { gross_cents, net_cents, discount_bp } = line
  const taken = gross_cents - net_cents
  return node(
    'ram:IncludedSupplyChainTradeLineItem',
    node('ram:AssociatedDocumentLineDocument', leaf('ram:LineID', number)),
    node('ram:SpecifiedTradeProduct', leaf('ram:Name', line.label), leaf('ram:Description', line.description)),
    node(
      'ram:SpecifiedLineTradeAgreement',
      node('ram:NetPriceProductTradePrice', leaf('ram:ChargeAmount', price(line.unit_micros)))
    ),
    node(
      'ram:SpecifiedLineTradeDelivery',
      leaf(`ram:BilledQuantity unitCode="${units[line.unit]}"`, quantityText(line.quantity))
    ),
    node(
      'ram:SpecifiedLineTradeSettlement',
      node('ram:ApplicableTradeTax', taxXml(line.vat_category, line.vat_rate)),
      taken === 0
        ? nothing
        : node(
            'ram:SpecifiedTradeAllowanceCharge',
            node('ram:ChargeIndicator', leaf('udt:Indicator', 'false')),
            discount_bp > 0 ? percent('ram:CalculationPercent', discount_bp) : nothing,
            discount_bp > 0 ? amount('ram:BasisAmount', gross_cents) : nothing,
            amount('ram:ActualAmount', taken),
            leaf('ram:ReasonCode', '95'),
            leaf('ram:Reason', t('papers.discount'))
          ),
      node('ram:SpecifiedTradeSettlementLineMonetarySummation', amount('ram:LineTotalAmount', net_cents))
    )
  )
}
