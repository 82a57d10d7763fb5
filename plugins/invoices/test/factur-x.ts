import { PDFDocument } from '@cantoo/pdf-lib'
import { XmlDocument, XsdValidator } from 'libxml2-wasm'
import type { XmlElement } from 'libxml2-wasm'
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { extractText, getDocumentProxy } from 'unpdf'
import { isCountry, isCurrency, isVatCountry } from '../codes.ts'

const require = createRequire(import.meta.url)
const spaces = {
  rsm: 'urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100',
  ram: 'urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100',
  udt: 'urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100',
  qdt: 'urn:un:unece:uncefact:data:standard:QualifiedDataType:100'
}

let validator: XsdValidator | undefined

/** The schema of Factur-X 1.09, profile EN 16931. */
function schema(): XsdValidator {
  if (validator) return validator
  xmlRegisterFsInputProviders()
  const root = join(dirname(require.resolve('@stackforge-eu/factur-x')), '..')
  const file = join(root, 'schema/en16931/FACTUR-X_EN16931.xsd')
  validator = XsdValidator.fromDoc(XmlDocument.fromBuffer(readFileSync(file), { url: file }))
  return validator
}

/** What is wrong with an XML by its schema; empty when nothing is. */
export function schemaErrors(xml: Uint8Array): string[] {
  const document = XmlDocument.fromBuffer(xml)
  try {
    schema().validate(document)
    return []
  } catch (error) {
    return [(error as Error).message]
  } finally {
    document.dispose()
  }
}

/** The files inside a PDF. */
export async function attachmentsOf(pdf: Uint8Array) {
  const document = await PDFDocument.load(pdf, { updateMetadata: false })
  return document.getAttachments()
}

/** The text of a PDF as one copies it, its spaces plain, as readers give them. */
export async function textOf(pdf: Uint8Array): Promise<string> {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(pdf)), { mergePages: true })
  return plainSpaces(text)
}

/** Readers make plain spaces of hard and narrow ones. */
export const plainSpaces = (text: string): string => text.replace(/\s+/g, ' ')

/** An XML that can be asked: `all('//ram:ChargeAmount')` gives texts, `one` the only one there is. */
export class Cii {
  readonly #document: XmlDocument
  constructor(xml: Uint8Array) {
    this.#document = XmlDocument.fromBuffer(xml)
  }

  nodes(path: string, from?: XmlElement): XmlElement[] {
    const root = from ?? this.#document.root
    return root.find(path, spaces) as XmlElement[]
  }

  all(path: string, from?: XmlElement): string[] {
    return this.nodes(path, from).map(node => node.content)
  }

  one(path: string, from?: XmlElement): string | undefined {
    const found = this.all(path, from)
    if (found.length > 1) throw new Error(`${found.length} of ${path}`)
    return found[0]
  }

  /** An amount with exactly two decimals, in cents. */
  cents(path: string, from?: XmlElement): number | undefined {
    const text = this.one(path, from)
    return text === undefined ? undefined : centsOf(text)
  }
}

export function centsOf(text: string): number {
  const [, sign, units, decimals] = /^(-?)(\d+)\.(\d{2})$/.exec(text) ?? []
  if (units === undefined) throw new Error(`"${text}" has not two decimals`)
  return (sign ? -1 : 1) * (Number(units) * 100 + Number(decimals))
}

const head = '//ram:ApplicableHeaderTradeSettlement'
const sums = `${head}/ram:SpecifiedTradeSettlementHeaderMonetarySummation`
const seller = '//ram:SellerTradeParty'
const buyer = '//ram:BuyerTradeParty'
const own = (category: string) => `[ram:CategoryCode='${category}']`

/**
 * What is wrong with a document by the rules of EN 16931 and of the French reform that domain.md names, each by its name.
 * Sums are exact to the cent, where the official rules allow a euro.
 */
export function broken(xml: Cii): string[] {
  const wrong: string[] = []
  const must = (rule: string, holds: boolean) => void (holds || wrong.push(rule))
  sumRules(xml, must)
  vatRules(xml, must)
  partyRules(xml, must)
  frenchRules(xml, must)
  return wrong
}

type Must = (rule: string, holds: boolean) => void

function sumRules(xml: Cii, must: Must): void {
  const lines = xml.nodes('//ram:IncludedSupplyChainTradeLineItem')
  must('BR-16 a line', lines.length > 0)
  let all = 0
  for (const line of lines) {
    const price = xml.one('.//ram:NetPriceProductTradePrice/ram:ChargeAmount', line) ?? ''
    const quantity = xml.one('.//ram:BilledQuantity', line) ?? ''
    const net = xml.cents('.//ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount', line) ?? 0
    const taken = xml.all('.//ram:SpecifiedTradeAllowanceCharge/ram:ActualAmount', line).map(centsOf)
    must('unit prices have two to six decimals', /^\d+\.\d{2,6}$/.test(price))
    must('quantities have at most four decimals', /^-?\d+(\.\d{1,4})?$/.test(quantity))
    must(
      'CII-DT-031 no currency on a line',
      xml.nodes('.//ram:SpecifiedTradeAllowanceCharge//@currencyID', line).length === 0
    )
    must('a line is quantity × price less its discount', net === product(quantity, price) - sum(taken))
    all += net
  }
  const allowances = xml.all(`${head}/ram:SpecifiedTradeAllowanceCharge/ram:ActualAmount`).map(centsOf)
  const cents = (name: string) => xml.cents(`${sums}/ram:${name}`) ?? 0
  const currency = xml.one(`${head}/ram:InvoiceCurrencyCode`) ?? ''
  const vat = xml.cents(`${sums}/ram:TaxTotalAmount[@currencyID='${currency}']`) ?? 0
  const rates = xml.all(`${head}/ram:ApplicableTradeTax/ram:CalculatedAmount`).map(centsOf)
  must('BR-CO-10', cents('LineTotalAmount') === all)
  must('BR-CO-11', cents('AllowanceTotalAmount') === sum(allowances))
  must('BR-CO-13', cents('TaxBasisTotalAmount') === all - sum(allowances))
  must('BR-CO-14', vat === sum(rates))
  must('BR-CO-15', cents('GrandTotalAmount') === cents('TaxBasisTotalAmount') + vat)
  must('BR-CO-16', cents('DuePayableAmount') === cents('GrandTotalAmount') - cents('TotalPrepaidAmount'))
  must('BR-CO-25', cents('DuePayableAmount') <= 0 || xml.one(`${head}//ram:DueDateDateTime`) !== undefined)
  const ids = lines.map(line => xml.one('.//ram:LineID', line))
  must('lines have ids of their own', new Set(ids).size === ids.length)
}

function vatRules(xml: Cii, must: Must): void {
  const groups = xml.nodes(`${head}/ram:ApplicableTradeTax`)
  const lines = xml.nodes('//ram:IncludedSupplyChainTradeLineItem')
  const keys = new Set<string>()
  for (const group of groups) {
    const category = xml.one('./ram:CategoryCode', group) ?? ''
    const rate = xml.one('./ram:RateApplicablePercent', group)
    const base = xml.cents('./ram:BasisAmount', group) ?? 0
    const vat = xml.cents('./ram:CalculatedAmount', group) ?? 0
    const key = `${category} ${rate}`
    must(`one group for ${key}`, !keys.has(key))
    keys.add(key)
    const same =
      rate === undefined ? own(category) : `[ram:CategoryCode='${category}'][ram:RateApplicablePercent='${rate}']`
    const nets = lines
      .filter(line => xml.nodes(`.//ram:ApplicableTradeTax${same}`, line).length > 0)
      .map(line => xml.cents('.//ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount', line) ?? 0)
    const taken = xml
      .nodes(`${head}/ram:SpecifiedTradeAllowanceCharge[ram:CategoryTradeTax${same}]`)
      .map(one => xml.cents('./ram:ActualAmount', one) ?? 0)
    must(`BR-S-08 base of ${key}`, base === sum(nets) - sum(taken))
    must(`BR-S-09 VAT of ${key}`, vat === roundDiv(BigInt(base) * BigInt(centsOf(rate ?? '0.00')), 10_000n))
    const reason = xml.one('./ram:ExemptionReason', group) ?? xml.one('./ram:ExemptionReasonCode', group)
    must(`BR-${category}-10 reason`, ['S', 'Z'].includes(category) ? reason === undefined : reason !== undefined)
    must(`rate of ${key}`, category === 'O' ? rate === undefined : centsOf(rate ?? '-1.00') > 0 === (category === 'S'))
    must('only rates of France', rate === undefined || frenchRates.has(rate))
  }
  const used = lines.flatMap(line => xml.all('.//ram:ApplicableTradeTax/ram:CategoryCode', line))
  must(
    'every category has its group',
    used.every(one => xml.nodes(`${head}/ram:ApplicableTradeTax${own(one)}`).length > 0)
  )
  const vatNumber = xml.one(`${seller}/ram:SpecifiedTaxRegistration/ram:ID[@schemeID='VA']`)
  const buyerNumber = xml.one(`${buyer}/ram:SpecifiedTaxRegistration/ram:ID[@schemeID='VA']`)
  const taxNumber = xml.one(`${seller}/ram:SpecifiedTaxRegistration/ram:ID[@schemeID='FC']`)
  const has = (category: string) => used.includes(category)
  must('BR-S-02, -E-02, -Z-02', !['S', 'E', 'Z'].some(has) || (vatNumber ?? taxNumber) !== undefined)
  must(
    'BR-AE-02',
    !has('AE') ||
      (vatNumber !== undefined &&
        (buyerNumber ?? xml.one(`${buyer}/ram:SpecifiedLegalOrganization/ram:ID`)) !== undefined)
  )
  must('BR-G-02', !has('G') || vatNumber !== undefined)
  must('BR-IC-02', !has('K') || (vatNumber !== undefined && buyerNumber !== undefined))
  must(
    'BR-IC-11',
    !has('K') || xml.nodes('//ram:ActualDeliverySupplyChainEvent|//ram:BillingSpecifiedPeriod').length > 0
  )
  must('BR-IC-12', !has('K') || xml.one('//ram:ShipToTradeParty/ram:PostalTradeAddress/ram:CountryID') !== undefined)
  must('BR-O-02, -11', !has('O') || (vatNumber === undefined && buyerNumber === undefined && new Set(used).size === 1))
}

function partyRules(xml: Cii, must: Must): void {
  for (const [name, party] of [
    ['seller', seller],
    ['buyer', buyer]
  ] as const) {
    must(`BR-06, -07 name of the ${name}`, xml.one(`${party}/ram:Name`) !== undefined)
    const country = xml.one(`${party}/ram:PostalTradeAddress/ram:CountryID`)
    must(`BR-09, -11, BR-CL-14 country of the ${name}`, isCountry(country ?? ''))
    const vatNumber = xml.one(`${party}/ram:SpecifiedTaxRegistration/ram:ID[@schemeID='VA']`)
    must(`BR-CO-09 VAT number of the ${name}`, vatNumber === undefined || isVatCountry(vatNumber))
    const address = xml.one(`${party}/ram:URIUniversalCommunication/ram:URIID`) ?? ''
    must(`BR-FR-12, -13, -25 electronic address of the ${name}`, address.length > 0 && address.length <= 125)
    must(
      `BR-FR-23 signs of the ${name}'s address`,
      xml.all(`${party}/ram:URIUniversalCommunication/ram:URIID[@schemeID='0225']`).every(one => /^[\w+.-]+$/.test(one))
    )
    must(
      `BR-62, -63 scheme of the ${name}`,
      xml.nodes(`${party}/ram:URIUniversalCommunication/ram:URIID[not(@schemeID)]`).length === 0
    )
  }
  const iban = xml.nodes(`${head}/ram:SpecifiedTradeSettlementPaymentMeans[ram:TypeCode='30' or ram:TypeCode='58']`)
  must(
    'BR-61',
    iban.every(one => xml.one('.//ram:IBANID', one) !== undefined)
  )
  const [from, to] = [
    xml.one('//ram:BillingSpecifiedPeriod/ram:StartDateTime'),
    xml.one('//ram:BillingSpecifiedPeriod/ram:EndDateTime')
  ]
  must('BR-29', from === undefined || to === undefined || from <= to)
}

function frenchRules(xml: Cii, must: Must): void {
  const [number = '', type = ''] = [
    xml.one('//rsm:ExchangedDocument/ram:ID'),
    xml.one('//rsm:ExchangedDocument/ram:TypeCode')
  ]
  const framework = xml.one('//ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID') ?? ''
  const note = (code: string) => xml.all(`//ram:IncludedNote[ram:SubjectCode='${code}']/ram:Content`)
  const [issued = '', due = ''] = [
    xml.one('//rsm:ExchangedDocument/ram:IssueDateTime'),
    xml.one(`${head}//ram:DueDateDateTime`)
  ]
  const siren = xml.one(`${seller}/ram:SpecifiedLegalOrganization/ram:ID[@schemeID='0002']`) ?? ''
  const siret = xml.one(`${seller}/ram:GlobalID[@schemeID='0009']`)
  const currency = xml.one(`${head}/ram:InvoiceCurrencyCode`)
  const references = xml.nodes(`${head}/ram:InvoiceReferencedDocument`)
  must('number', /^[A-Za-z0-9+_/-]{1,35}$/.test(number))
  must('BT-24', xml.one('//ram:GuidelineSpecifiedDocumentContextParameter/ram:ID') === 'urn:cen.eu:en16931:2017')
  must('type', ['380', '386', '381', '384'].includes(type))
  must('BT-23', /^[BSM][124]$/.test(framework))
  for (const code of ['PMT', 'PMD', 'AAB']) must(`${code} once`, note(code).length === 1)
  must('BAR once', note('BAR').length === 1 && ['B2B', 'B2BINT', 'B2C'].includes(note('BAR')[0] ?? ''))
  must('REG', note('REG').length === 1)
  must('seller SIREN', /^\d{9}$/.test(siren))
  must('SIRET begins with it', siret === undefined || (siret.length === 14 && siret.startsWith(siren)))
  must(
    'BT-34',
    xml.one(`${seller}/ram:URIUniversalCommunication/ram:URIID[@schemeID='0225']`)?.startsWith(siren) ?? false
  )
  const buyerSiren = xml.one(`${buyer}/ram:SpecifiedLegalOrganization/ram:ID[@schemeID='0002']`)
  if (note('BAR')[0] === 'B2B') {
    must('buyer SIREN', /^\d{9}$/.test(buyerSiren ?? ''))
    must(
      'BT-49',
      xml.one(`${buyer}/ram:URIUniversalCommunication/ram:URIID[@schemeID='0225']`)?.startsWith(buyerSiren ?? '-') ??
        false
    )
  }
  must('due not before issue', due >= issued || type === '386' || framework.endsWith('2'))
  must('x4 never on a deposit', !(framework.endsWith('4') && type === '386'))
  must(
    'x2 only when all is paid',
    !framework.endsWith('2') || xml.one(`${sums}/ram:TotalPrepaidAmount`) === xml.one(`${sums}/ram:GrandTotalAmount`)
  )
  must('384 has one reference', type !== '384' || references.length === 1)
  must('381 has a reference', type !== '381' || references.length > 0)
  must(
    'references are dated',
    references.every(one => /^\d{8}$/.test(xml.one('./ram:FormattedIssueDateTime', one) ?? ''))
  )
  must('BR-CL-04', isCurrency(currency ?? ''))
  must(
    'BR-53 VAT in euros',
    currency === 'EUR' ||
      (xml.one(`${head}/ram:TaxCurrencyCode`) === 'EUR' &&
        xml.cents(`${sums}/ram:TaxTotalAmount[@currencyID='EUR']`) !== undefined)
  )
  must('one time of VAT', new Set(xml.all(`${head}/ram:ApplicableTradeTax/ram:DueDateTypeCode`)).size <= 1)
}

const frenchRates = new Set('0.00 20.00 10.00 8.50 5.50 2.10 1.75 1.05 0.90'.split(' '))

const sum = (amounts: readonly number[]) => amounts.reduce((all, amount) => all + amount, 0)

/** Quantity × price of decimal texts, in cents, half away from zero. */
function product(quantity: string, price: string): number {
  const whole = (text: string) => {
    const [units = '', decimals = ''] = text.replace('-', '').split('.')
    return { value: BigInt(units + decimals) * (text.startsWith('-') ? -1n : 1n), places: decimals.length }
  }
  const [a, b] = [whole(quantity), whole(price)]
  return roundDiv(a.value * b.value * 100n, 10n ** BigInt(a.places + b.places))
}

function roundDiv(value: bigint, by: bigint): number {
  const half = value < 0n ? -by / 2n : by / 2n
  return Number((value + half) / by)
}
