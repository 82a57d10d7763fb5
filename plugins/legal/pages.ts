import { centsField, fields, time } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { wordingCodes } from './contract.ts'
import type { WordingCode } from './contract.ts'
import { frenchVat, ibanInFours } from './numbers.ts'
import { findCard, listWordings, wordingsOn } from './queries.ts'
import type { Card, Wording } from './queries.ts'
import { legalForms, legalLine, missingOf, sellerOf, wishedOf } from './seller.ts'

export type Tab = 'identity' | 'vat' | 'bank' | 'look' | 'wordings' | 'accounts'

/** What came of the form of a page. */
interface Formed {
  values?: Record<string, unknown>
  errors?: Record<string, string>
}

/** What every tab of the card shows: what is missing, and its own fields. */
export async function cardPage(request: FastifyRequest, tab: Tab, { values, errors }: Formed = {}) {
  const card = await findCard(request.db)
  return {
    styles: ['/static/legal/legal.css'],
    title: request.words().t('legal.title'),
    tab,
    card,
    missing: missingOf(card),
    wished: wishedOf(card),
    legalForms,
    values: { ...typedBack(card, request), ...values, version: values?.['version'] ?? card.version },
    errors: errors ?? {}
  }
}

/** The look with a paper as it will be. */
export async function lookPage(request: FastifyRequest, formed: Formed = {}) {
  const on = time.today(request.studio.timezone)
  const page = await cardPage(request, 'look', formed)
  const { t, fmt } = request.words()
  const { locale } = request.studio
  const seller = sellerOf(page.card, request.studio.name, await wordingsOn(request.db, on, locale))
  const line = legalLine(
    seller,
    cents => fmt.money(cents),
    amount => t('legal.preview.capital', { amount })
  )
  return { ...page, seller, line, on, readablePhone: fields.readablePhone }
}

/** Each sentence with what is printed today, what is to come and what was. */
export async function wordingsPage(request: FastifyRequest) {
  const today = time.today(request.studio.timezone)
  const rows = await listWordings(request.db)
  const sentences = wordingCodes.map(code => ({ code, ...placed(rows, code, today) }))
  return { ...(await cardPage(request, 'wordings')), sentences }
}

/** The sentence of the address, or the first: its form, and all there ever was of it. */
export async function wordingPage(request: FastifyRequest, formed: Formed = {}) {
  const asked = formed.values?.['code'] ?? (request.query as { code?: unknown }).code
  const code = wordingCodes.find(one => one === asked) ?? wordingCodes[0]
  const today = time.today(request.studio.timezone)
  const sentence = { code, ...placed(await listWordings(request.db), code, today) }
  const now = (language: 'fr' | 'en') => sentence.now.find(one => one.language === language)?.text ?? ''
  const first = { valid_from: today, text_fr: now('fr'), text_en: now('en') }
  const page = await cardPage(request, 'wordings')
  return { ...page, sentence, today, values: { ...first, ...formed.values }, errors: formed.errors ?? {} }
}

/** What is printed on a day; what begins later; the rest. */
function placed(rows: readonly Wording[], code: WordingCode, today: string) {
  const all = rows.filter(row => row.code === code)
  const now = (['fr', 'en'] as const).flatMap(
    language =>
      all.find(
        row => row.language === language && row.valid_from <= today && (row.valid_to === null || row.valid_to >= today)
      ) ?? []
  )
  const coming = all.filter(row => row.valid_from > today)
  return { now, coming, before: all.filter(row => !now.includes(row) && !coming.includes(row)) }
}

/** The card as its forms show it. */
function typedBack(card: Card, request: FastifyRequest): Record<string, unknown> {
  const { capital_cents, iban, phone, vat_number, siren } = card
  return {
    ...card,
    capital_cents: capital_cents === null ? '' : centsField(capital_cents, request.studio.locale),
    iban: iban ? ibanInFours(iban) : '',
    phone: phone ? fields.readablePhone(phone) : '',
    // what it must be, to be looked at and saved
    vat_number: vat_number ?? (siren && card.country === 'FR' ? frenchVat(siren) : '')
  }
}
