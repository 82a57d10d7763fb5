import type { Seller } from '../../legal/contract.ts'
import type { Buyer } from '../contract.ts'
import { legalLine } from '@patchbay/core/documents/letterhead'
import type { Translate } from '@patchbay/core/i18n'
import { leaf, node, nothing } from './xml.ts'
import type { Xml } from './xml.ts'

/** Outside the scope of VAT nobody has a VAT number on the document (BR-O-02). */
interface Scope {
  taxed: boolean
}

/** BG-4: SIREN (0002), SIRET (0009) that begins with it, address of electronic invoices (0225). */
export function sellerXml(seller: Seller, { taxed }: Scope, t: Translate, locale: 'fr' | 'en'): Xml {
  const { siren, siret, vat_number } = seller
  return node(
    'ram:SellerTradeParty',
    leaf('ram:GlobalID schemeID="0009"', siret),
    leaf('ram:Name', seller.name),
    leaf('ram:Description', legalLine(seller, { t, locale })),
    node(
      'ram:SpecifiedLegalOrganization',
      leaf('ram:ID schemeID="0002"', siren),
      leaf('ram:TradingBusinessName', seller.trade_name)
    ),
    node(
      'ram:DefinedTradeContact',
      leaf('ram:PersonName', seller.phone || seller.email ? (seller.trade_name ?? seller.name) : null),
      node('ram:TelephoneUniversalCommunication', leaf('ram:CompleteNumber', seller.phone)),
      node('ram:EmailURIUniversalCommunication', leaf('ram:URIID', seller.email))
    ),
    addressXml(seller),
    node('ram:URIUniversalCommunication', leaf('ram:URIID schemeID="0225"', seller.electronic_address ?? siren)),
    // who has no VAT number is registered for taxes by the SIREN (BR-E-02)
    taxed ? registration(vat_number ? ['VA', vat_number] : ['FC', siren]) : nothing
  )
}

/** BG-7. Private persons have an address of electronic mail, if any; businesses of France one in scheme 0225. */
export function buyerXml(buyer: Buyer, { taxed }: Scope): Xml {
  const { is_business, siren, siret, vat_number } = buyer
  const [scheme, address] = electronicAddress(buyer)
  return node(
    'ram:BuyerTradeParty',
    is_business ? leaf('ram:GlobalID schemeID="0009"', siret) : nothing,
    leaf('ram:Name', buyer.name),
    is_business ? node('ram:SpecifiedLegalOrganization', leaf('ram:ID schemeID="0002"', siren)) : nothing,
    node('ram:DefinedTradeContact', leaf('ram:PersonName', buyer.contact === buyer.name ? null : buyer.contact)),
    addressXml(buyer),
    node('ram:URIUniversalCommunication', leaf(`ram:URIID schemeID="${scheme}"`, address)),
    taxed && vat_number ? registration(['VA', vat_number]) : nothing
  )
}

/** BG-13: where goods go, which deliveries inside the EU must say (BR-IC-12). */
export const shipToXml = (buyer: Buyer): Xml =>
  node('ram:ShipToTradeParty', leaf('ram:Name', buyer.name), addressXml(buyer))

function electronicAddress({
  is_business,
  country,
  electronic_address,
  siren,
  recipients
}: Buyer): [string, string | null] {
  if (is_business && electronic_address) return ['0225', electronic_address]
  if (is_business && country === 'FR' && siren) return ['0225', siren]
  return ['EM', recipients[0] ?? null]
}

function addressXml({ address, postal_code, city, country }: Seller | Buyer): Xml {
  const [one, two, ...more] = address
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
  return node(
    'ram:PostalTradeAddress',
    leaf('ram:PostcodeCode', postal_code),
    leaf('ram:LineOne', one),
    leaf('ram:LineTwo', two),
    leaf('ram:LineThree', more.join(', ')),
    leaf('ram:CityName', city),
    leaf('ram:CountryID', country || 'FR')
  )
}

const registration = ([scheme, number]: [string, string | null]): Xml =>
  node('ram:SpecifiedTaxRegistration', leaf(`ram:ID schemeID="${scheme}"`, number))
