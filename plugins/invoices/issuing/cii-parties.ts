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

/** BG-7. */
export function buyerXml(buyer: Buyer, seller: Seller, { taxed }: Scope): Xml {
  const { is_business, siren, siret, vat_number } = buyer
  const [scheme, address] = electronicAddress(buyer, seller)
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

/**
 * Where the invoice goes (BT-49), which none may be without (BR-FR-12). A SIREN has an address in scheme 0225; whoever else
 * their mail; for those who have none it goes back to the studio, that hands it over on paper.
 */
function electronicAddress(
  { is_business, electronic_address, siren, recipients }: Buyer,
  seller: Seller
): [string, string | null] {
  if (is_business && siren) return ['0225', electronic_address ?? siren]
  const mail = [...recipients, seller.email].find(address => address !== null && address.length <= longestAddress)
  return mail ? ['EM', mail] : ['0225', seller.electronic_address ?? seller.siren]
}

/** BR-FR-25 */
const longestAddress = 125

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
