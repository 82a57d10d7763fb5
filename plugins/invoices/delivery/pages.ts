import { notFound } from '@patchbay/core'
import type { Asking, Section } from '@patchbay/core'
import { codePng, transferCode } from '@patchbay/core/documents/codes'
import { addressLines, groupedIban, issuerParty, legalLine } from '@patchbay/core/documents/letterhead'
import { words } from '@patchbay/core/documents/priced-words'
import { hashToken } from '@patchbay/core/secrets'
import type { FastifyRequest } from 'fastify'
import type { IssuedDocument } from '../issuing/document.ts'
import { printedNotes } from '../issuing/notes.ts'
import { addressees } from './actions.ts'
import { letterOf } from './mail.ts'
import { findPlatform } from './platform-queries.ts'
import { deliveriesOf, findByToken, findSendable, noteSeen } from './queries.ts'
import type { Sendable } from './queries.ts'

const styles = ['/static/invoices/delivery.css']

/** The part of an issued invoice's page that says how it was given out. One statement, and one for its mails. */
export async function deliverySection({ db, letters }: Asking, invoice_id: number): Promise<Section | undefined> {
  const found = await deliveriesOf(db, invoice_id)
  if (!found) return undefined
  const mails = await letters(found.deliveries.flatMap(({ mail_key }) => mail_key ?? []))
  const deliveries = found.deliveries.map(one => ({ ...one, letter: mails.find(({ key }) => key === one.mail_key) }))
  return { view: 'invoices/delivery/_card', data: { ...found, deliveries, invoice_id } }
}

/** The mail before it is sent, in its own language, to be changed. */
export async function mailPage(request: FastifyRequest, failed?: Failed) {
  const invoice = await findSendable(request.db, request.recordId())
  if (!invoice) throw notFound()
  const { t, fmt } = request.wordsIn(invoice.language)
  const values = { recipients: addressees(invoice).join('\n'), ...letterOf(invoice, request.studio.name, { t, fmt }) }
  const title = request.words().t('invoices.delivery.send.title', { number: invoice.number })
  return { styles, title, invoice, errors: {}, values, ...failed }
}

export async function platformPage(request: FastifyRequest, failed?: Failed) {
  const platform = await findPlatform(request.db)
  const { base_url = '', auto = false } = platform ?? {}
  const title = request.words().t('invoices.delivery.platform.title')
  return { styles, title, platform, errors: {}, values: { base_url, auto }, ...failed }
}

interface Failed {
  errors: Record<string, string>
  values: Record<string, unknown>
}

/** The invoice of a private link. @throws notFound for one that is unknown or was taken back */
export async function invoiceByLink(request: FastifyRequest): Promise<Sendable> {
  const { token } = request.params as { token: string }
  const invoice = await findByToken(request.db, hashToken(token))
  if (!invoice) throw notFound()
  return invoice
}

/** An invoice for whom it is: what it says, what is open, how to pay it. Looking at it is noted, once. */
export async function openPage(request: FastifyRequest) {
  const invoice = await invoiceByLink(request)
  const { token } = request.params as { token: string }
  await noteSeen(request.db, invoice.id)
  const { document, open_cents } = invoice
  const voice = request.words()
  const payable = invoice.kind !== 'credit_note' && open_cents > 0
  const ways = payable
    ? await request.ask('invoices.ways-to-pay', { invoice_id: invoice.id, token, cents: open_cents })
    : []
  const { t } = request.wordsIn(document.language)
  const locale = document.language
  return {
    styles,
    title: `${voice.t(`invoices.issuing.paper.kind_${document.kind}`)} ${document.number}`,
    invoice,
    document,
    token,
    ways,
    payable,
    say: words(voice.t, voice.locale, document.currency),
    deposits: document.deposits,
    settled: invoice.kind === 'credit_note' ? 0 : invoice.total_cents - depositsOf(document) - open_cents,
    seller: issuerParty(document.seller, { t, locale }),
    buyer: { name: document.buyer.name, lines: addressLines(document.buyer, locale) },
    legal: legalLine(document.seller, { t, locale }),
    notes: printedNotes(document, t),
    iban: document.seller.iban && groupedIban(document.seller.iban).replaceAll('\u00a0', ' '),
    code: payable && codeOf(invoice) !== undefined
  }
}

/** The square of a transfer of what is open. @throws notFound when there is nothing to pay by it */
export async function transferPng(request: FastifyRequest): Promise<Buffer> {
  const code = codeOf(await invoiceByLink(request))
  if (code === undefined) throw notFound()
  return codePng(code)
}

function codeOf({ kind, open_cents: cents, currency, number, document: { seller } }: Sendable): string | undefined {
  const { iban, bic, account_holder, name } = seller
  if (kind === 'credit_note' || !iban) return undefined
  return transferCode({ name: account_holder ?? name, iban, bic, cents, currency, text: number })
}

/** What deposits brought before. */
const depositsOf = ({ deposits }: IssuedDocument) => deposits.reduce((sum, { cents }) => sum + cents, 0)
