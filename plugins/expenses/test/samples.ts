/** Electronic invoices as suppliers write them, for tests: what differs between syntaxes, profiles and programs. */

export interface Sample {
  number?: string
  type?: string
  currency?: string
  seller?: { name: string; siren?: string; vat?: string; iban?: string; country?: string }
  buyer?: { name: string; siren: string }
  lines?: { name: string; net: string; rate: string; category?: string }[]
  wholes?: { reason: string; amount: string; charge: boolean; rate: string }[]
  vat?: { base: string; tax: string; rate: string; category?: string }[]
  net: string
  tax: string
  total: string
  prepaid?: string
  due?: string
  order?: string
  refers_to?: string
}

const usualSeller = {
  name: 'Comptoir & Fils',
  siren: '732829320',
  vat: 'FR44732829320',
  iban: 'FR1420041010050500013M02606',
  country: 'FR'
}
const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** Two lines and an allowance over two rates: 100 + 40 − 10 at 20 %, 50 at 5.5 %. */
export const mixed: Sample = {
  number: 'FA-2026-118',
  lines: [
    { name: 'Préampli', net: '100.00', rate: '20.00' },
    { name: 'Câbles', net: '40.00', rate: '20' },
    { name: 'Livre', net: '50.00', rate: '5.50' }
  ],
  wholes: [{ reason: 'Remise', amount: '10.00', charge: false, rate: '20' }],
  vat: [
    { base: '130.00', tax: '26.00', rate: '20.00' },
    { base: '50.00', tax: '2.75', rate: '5.50' }
  ],
  net: '180.00',
  tax: '28.75',
  total: '208.75',
  order: 'BC-77'
}

/** CII with the prefixes of a program: `a` for the root, `b` for its parts. */
export function cii(sample: Sample, [rsm, ram, udt] = ['rsm', 'ram', 'udt']): string {
  const { seller = usualSeller, buyer = { name: 'Studio', siren: '552100554' }, currency = 'EUR' } = sample
  const date = (day: string) => `<${udt}:DateTimeString format="102">${day}</${udt}:DateTimeString>`
  const tag = (name: string, text: string | undefined) =>
    text === undefined ? '' : `<${ram}:${name}>${escape(text)}</${ram}:${name}>`
  const tax = (rate: string, category = 'S') =>
    `${tag('TypeCode', 'VAT')}${tag('CategoryCode', category)}${tag('RateApplicablePercent', rate)}`
  return `<?xml version="1.0" encoding="UTF-8"?>
<${rsm}:CrossIndustryInvoice xmlns:${rsm}="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100" xmlns:${ram}="urn:ram" xmlns:${udt}="urn:udt">
<${rsm}:ExchangedDocument>${tag('ID', sample.number ?? 'F-1')}${tag('TypeCode', sample.type ?? '380')}<${ram}:IssueDateTime>${date('20261105')}</${ram}:IssueDateTime></${rsm}:ExchangedDocument>
<${rsm}:SupplyChainTradeTransaction>
${(sample.lines ?? []).map(line => `<${ram}:IncludedSupplyChainTradeLineItem><${ram}:SpecifiedTradeProduct>${tag('Name', line.name)}</${ram}:SpecifiedTradeProduct><${ram}:SpecifiedLineTradeSettlement><${ram}:ApplicableTradeTax>${tax(line.rate, line.category)}</${ram}:ApplicableTradeTax><${ram}:SpecifiedTradeSettlementLineMonetarySummation>${tag('LineTotalAmount', line.net)}</${ram}:SpecifiedTradeSettlementLineMonetarySummation></${ram}:SpecifiedLineTradeSettlement></${ram}:IncludedSupplyChainTradeLineItem>`).join('\n')}
<${ram}:ApplicableHeaderTradeAgreement><${ram}:SellerTradeParty>${tag('Name', seller.name)}${seller.siren ? `<${ram}:SpecifiedLegalOrganization><${ram}:ID schemeID="0002">${seller.siren}</${ram}:ID></${ram}:SpecifiedLegalOrganization>` : ''}<${ram}:PostalTradeAddress>${tag('CountryID', seller.country ?? 'FR')}</${ram}:PostalTradeAddress>${seller.vat ? `<${ram}:SpecifiedTaxRegistration><${ram}:ID schemeID="VA">${seller.vat}</${ram}:ID></${ram}:SpecifiedTaxRegistration>` : ''}</${ram}:SellerTradeParty>
<${ram}:BuyerTradeParty>${tag('Name', buyer.name)}<${ram}:SpecifiedLegalOrganization><${ram}:ID schemeID="0002">${buyer.siren}</${ram}:ID></${ram}:SpecifiedLegalOrganization></${ram}:BuyerTradeParty>${sample.order ? `<${ram}:BuyerOrderReferencedDocument>${tag('IssuerAssignedID', sample.order)}</${ram}:BuyerOrderReferencedDocument>` : ''}</${ram}:ApplicableHeaderTradeAgreement>
<${ram}:ApplicableHeaderTradeSettlement>${tag('InvoiceCurrencyCode', currency)}${seller.iban ? `<${ram}:SpecifiedTradeSettlementPaymentMeans><${ram}:PayeePartyCreditorFinancialAccount>${tag('IBANID', seller.iban)}</${ram}:PayeePartyCreditorFinancialAccount></${ram}:SpecifiedTradeSettlementPaymentMeans>` : ''}
${(sample.vat ?? []).map(group => `<${ram}:ApplicableTradeTax>${tag('CalculatedAmount', group.tax)}${tag('BasisAmount', group.base)}${tax(group.rate, group.category)}</${ram}:ApplicableTradeTax>`).join('')}
${(sample.wholes ?? []).map(whole => `<${ram}:SpecifiedTradeAllowanceCharge><${ram}:ChargeIndicator><${udt}:Indicator>${whole.charge}</${udt}:Indicator></${ram}:ChargeIndicator>${tag('ActualAmount', whole.amount)}${tag('Reason', whole.reason)}<${ram}:CategoryTradeTax>${tax(whole.rate)}</${ram}:CategoryTradeTax></${ram}:SpecifiedTradeAllowanceCharge>`).join('')}
<${ram}:SpecifiedTradePaymentTerms><${ram}:DueDateDateTime>${date('20261205')}</${ram}:DueDateDateTime></${ram}:SpecifiedTradePaymentTerms>
<${ram}:SpecifiedTradeSettlementHeaderMonetarySummation>${tag('TaxBasisTotalAmount', sample.net)}<${ram}:TaxTotalAmount currencyID="${currency}">${sample.tax}</${ram}:TaxTotalAmount>${tag('GrandTotalAmount', sample.total)}${tag('TotalPrepaidAmount', sample.prepaid)}${tag('DuePayableAmount', sample.due ?? sample.total)}</${ram}:SpecifiedTradeSettlementHeaderMonetarySummation>
${sample.refers_to ? `<${ram}:InvoiceReferencedDocument>${tag('IssuerAssignedID', sample.refers_to)}</${ram}:InvoiceReferencedDocument>` : ''}</${ram}:ApplicableHeaderTradeSettlement>
</${rsm}:SupplyChainTradeTransaction></${rsm}:CrossIndustryInvoice>`
}

/** UBL; `root` without a prefix, its parts with those given. */
export function ubl(sample: Sample, [cbc, cac] = ['cbc', 'cac'], kind: 'Invoice' | 'CreditNote' = 'Invoice'): string {
  const { seller = usualSeller, buyer = { name: 'Studio', siren: '552100554' }, currency = 'EUR' } = sample
  const tag = (name: string, text: string | undefined, more = '') =>
    text === undefined ? '' : `<${cbc}:${name}${more}>${escape(text)}</${cbc}:${name}>`
  const money = (name: string, text: string | undefined) => tag(name, text, ` currencyID="${currency}"`)
  const scheme = `<${cac}:TaxScheme>${tag('ID', 'VAT')}</${cac}:TaxScheme>`
  const tax = (rate: string, category = 'S') => `${tag('ID', category)}${tag('Percent', rate)}${scheme}`
  return `<${kind} xmlns="urn:oasis:names:specification:ubl:schema:xsd:${kind}-2" xmlns:${cac}="urn:cac" xmlns:${cbc}="urn:cbc">
${tag('ID', sample.number ?? 'U-1')}${tag('IssueDate', '2026-11-05')}${kind === 'Invoice' ? tag('DueDate', '2026-12-05') + tag('InvoiceTypeCode', sample.type ?? '380') : tag('CreditNoteTypeCode', '381')}${tag('DocumentCurrencyCode', currency)}
${sample.order ? `<${cac}:OrderReference>${tag('ID', sample.order)}</${cac}:OrderReference>` : ''}${sample.refers_to ? `<${cac}:BillingReference><${cac}:InvoiceDocumentReference>${tag('ID', sample.refers_to)}</${cac}:InvoiceDocumentReference></${cac}:BillingReference>` : ''}
<${cac}:AccountingSupplierParty><${cac}:Party><${cac}:PartyName>${tag('Name', 'enseigne')}</${cac}:PartyName><${cac}:PostalAddress><${cac}:Country>${tag('IdentificationCode', seller.country ?? 'FR')}</${cac}:Country></${cac}:PostalAddress>${seller.vat ? `<${cac}:PartyTaxScheme>${tag('CompanyID', seller.vat)}${scheme}</${cac}:PartyTaxScheme>` : ''}<${cac}:PartyLegalEntity>${tag('RegistrationName', seller.name)}${tag('CompanyID', seller.siren)}</${cac}:PartyLegalEntity></${cac}:Party></${cac}:AccountingSupplierParty>
<${cac}:AccountingCustomerParty><${cac}:Party><${cac}:PartyLegalEntity>${tag('RegistrationName', buyer.name)}${tag('CompanyID', buyer.siren)}</${cac}:PartyLegalEntity></${cac}:Party></${cac}:AccountingCustomerParty>
${seller.iban ? `<${cac}:PaymentMeans><${cac}:PayeeFinancialAccount>${tag('ID', seller.iban)}</${cac}:PayeeFinancialAccount></${cac}:PaymentMeans>` : ''}
${(sample.wholes ?? []).map(whole => `<${cac}:AllowanceCharge>${tag('ChargeIndicator', String(whole.charge))}${tag('AllowanceChargeReason', whole.reason)}${money('Amount', whole.amount)}<${cac}:TaxCategory>${tax(whole.rate)}</${cac}:TaxCategory></${cac}:AllowanceCharge>`).join('')}
<${cac}:TaxTotal>${money('TaxAmount', sample.tax)}${(sample.vat ?? []).map(group => `<${cac}:TaxSubtotal>${money('TaxableAmount', group.base)}${money('TaxAmount', group.tax)}<${cac}:TaxCategory>${tax(group.rate, group.category)}</${cac}:TaxCategory></${cac}:TaxSubtotal>`).join('')}</${cac}:TaxTotal>
<${cac}:LegalMonetaryTotal>${money('TaxExclusiveAmount', sample.net)}${money('TaxInclusiveAmount', sample.total)}${money('PrepaidAmount', sample.prepaid)}${money('PayableAmount', sample.due ?? sample.total)}</${cac}:LegalMonetaryTotal>
${(sample.lines ?? []).map((line, at) => `<${cac}:${kind}Line>${tag('ID', String(at + 1))}${money('LineExtensionAmount', line.net)}<${cac}:Item>${tag('Name', line.name)}<${cac}:ClassifiedTaxCategory>${tax(line.rate, line.category)}</${cac}:ClassifiedTaxCategory></${cac}:Item></${cac}:${kind}Line>`).join('')}
</${kind}>`
}

/** A PDF with an attachment, as PDF/A-3 programs embed it; `plain`: without. */
export async function pdf(xml: string | null, name = 'factur-x.xml'): Promise<Buffer> {
  const { AFRelationship, PDFDocument } = await import('@cantoo/pdf-lib')
  const document = await PDFDocument.create()
  document.addPage([200, 200])
  if (xml !== null)
    await document.attach(Buffer.from(xml), name, { mimeType: 'text/xml', afRelationship: AFRelationship.Alternative })
  return Buffer.from(await document.save())
}

/** A mail as it is saved, with attachments in base64. */
export function mail(attachments: { name: string; type: string; content: Buffer }[]): Buffer {
  const parts = attachments.map(
    ({ name, type, content }) =>
      `--=_x.1\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment;\r\n filename*=UTF-8''${encodeURIComponent(name)}\r\n\r\n${content.toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`
  )
  return Buffer.from(
    `Return-Path: <compta@example.test>\r\nFrom: =?UTF-8?Q?Comptoir_=C3=A9lectrique?= <compta@example.test>\r\nSubject: Votre\r\n facture\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary="=_x.1"\r\n\r\npréambule\r\n--=_x.1\r\nContent-Type: multipart/alternative; boundary=in\r\n\r\n--in\r\nContent-Type: text/plain\r\n\r\nBonjour\r\n--in--\r\n${parts.join('')}--=_x.1--\r\n`
  )
}
