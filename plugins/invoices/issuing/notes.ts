import { legalLine } from '@patchbay/core/documents/letterhead'
import type { Translate } from '@patchbay/core/i18n'
import type { VatCategory } from '@patchbay/core'
import { pricedLines } from './document.ts'
import type { IssuedDocument } from './document.ts'

/** A note of the XML (BT-22) with its subject code (BT-21). */
export interface Note {
  code: 'REG' | 'PMT' | 'PMD' | 'AAB' | 'BAR' | 'AAI'
  text: string
}

/** Why no VAT is charged (BT-120, BT-121), by category. */
export interface Exemption {
  text: string
  code: string | null
}

/** The reasons of the categories that a document has and that want one. */
export function exemptionsOf(document: Pick<IssuedDocument, 'lines' | 'seller'>): Map<VatCategory, Exemption> {
  const { wordings, vat_regime } = document.seller
  const exempt: Exemption =
    vat_regime === 'franchise'
      ? { text: wordings.franchise, code: 'VATEX-FR-FRANCHISE' }
      : { text: wordings.exempt, code: null }
  const reasons = new Map<VatCategory, Exemption>([
    ['E', exempt],
    ['AE', { text: wordings.reverse_charge, code: 'VATEX-EU-AE' }],
    ['K', { text: wordings.intra_community, code: 'VATEX-EU-IC' }],
    ['G', { text: wordings.export, code: 'VATEX-EU-G' }],
    ['O', { text: vat_regime === 'franchise' ? wordings.franchise : wordings.exempt, code: 'VATEX-EU-O' }]
  ])
  const used = new Set(pricedLines(document).map(line => line.vat_category))
  return new Map([...reasons].filter(([category]) => used.has(category)))
}

/**
 * The notes of the XML. PMT, PMD and AAB stand exactly once each (BR-FR-05, -06), REG says who the seller is in law, BAR
 * for whom the document is (BR-FR-20).
 */
export function xmlNotes(document: IssuedDocument, t: Translate): Note[] {
  const { seller, buyer, language } = document
  const audience = !buyer.is_business ? 'B2C' : buyer.siren ? 'B2B' : 'B2BINT'
  const notes: Note[] = [
    { code: 'REG', text: legalLine(seller, { t, locale: language }) },
    { code: 'PMT', text: recoveryFee(document, t) },
    { code: 'PMD', text: seller.wordings.late_penalty },
    { code: 'AAB', text: seller.wordings.early_payment },
    { code: 'BAR', text: audience },
    ...[...lawNotes(document), document.note].map((text): Note => ({ code: 'AAI', text: text ?? '' }))
  ]
  return notes.filter(({ text }) => text.trim() !== '')
}

/** The sentences under the paper: the studio's own remark first, then those of law. */
export function printedNotes(document: IssuedDocument, t: Translate): string[] {
  const { seller, note } = document
  // on credit notes too: their XML cannot be without (BR-FR-05), and says nothing that the paper does not
  const payment = [recoveryFee(document, t), seller.wordings.late_penalty, seller.wordings.early_payment]
  const reasons = [...exemptionsOf(document).values()].map(({ text }) => text)
  const nature = t(`invoices.issuing.paper.operation_${document.framework.charAt(0)}`)
  const all = [note ?? '', nature, ...reasons, ...lawNotes(document), ...payment].map(text => text.trim())
  return [...new Set(all.filter(text => text !== ''))]
}

/** The fixed 40 € are for businesses (Code de commerce, art. L441-10 and D441-5). */
function recoveryFee({ seller, buyer }: IssuedDocument, t: Translate): string {
  return buyer.is_business ? seller.wordings.recovery_fee : t('invoices.issuing.paper.no_recovery_fee')
}

function lawNotes({ seller: { wordings, vat_on_debits, vat_regime }, kind }: IssuedDocument): string[] {
  return [
    vat_on_debits && vat_regime === 'normal' ? wordings.debits : '',
    kind === 'deposit' ? wordings.deposit : ''
  ].filter(text => text !== '')
}
