import { action, allow, fields, form, notFound, refuse, time } from '@patchbay/core'
import type { Hearing } from '@patchbay/core'
import { csvLines, csvMark } from '@patchbay/core/csv'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { refundCreditAction } from './actions.ts'
import { decimal } from './export.ts'
import { invoicesStyles, methodChoices, typedCents } from './pages.ts'
import type { Filled } from './pages.ts'
import { lineInWords, statementPdf } from './paper.ts'
import { clientNamed, creditsOf } from './reading.ts'
import type { NamedClient } from './reading.ts'
import { printingFor } from './receipt.ts'
import { StatementQuery, addSent, currenciesOf, findSent, listSent, statementOf } from './statement.ts'
import type { Statement } from './statement.ts'

/** A client's account, on a page, as a file, by mail. */
export function statementRoutes(app: FastifyInstance): void {
  app.get('/statement/:client_id', allow('invoices.read'), async (request, reply) => {
    return reply.page('invoices/payments/statement', await statementPage(request))
  })

  app.get('/statement/:client_id/statement.pdf', allow('invoices.read'), async (request, reply) => {
    const { client, statement } = await asked(request)
    const printing = await printingFor(request, client.language)
    return reply
      .type('application/pdf')
      .header('content-disposition', `inline; filename="${fileName(printing.t, statement)}.pdf"`)
      .header('cache-control', 'no-store')
      .send(await statementPdf(printing, client, statement))
  })

  app.get('/statement/:client_id/statement.csv', allow('invoices.read'), async (request, reply) => {
    const { statement } = await asked(request)
    const { t } = request.words()
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="${fileName(t, statement)}.csv"`)
      .send(statementCsv(t, statement))
  })

  app.post('/statement/:client_id/mail', allow('invoices.write'), async (request, reply) => {
    const sent = await request.act(sendStatement, { client_id: request.recordId('client_id') })
    if (!sent.ok)
      return reply.code(422).page('invoices/payments/statement', await statementPage(request, { mail: sent }))
    return reply.flash('invoices.payments.flash.statement_sent').redirect(pageOf(request), 303)
  })

  app.post('/statement/:client_id/refund', allow('invoices.pay'), async (request, reply) => {
    const back = await request.act(refundCreditAction, { client_id: request.recordId('client_id') })
    if (!back.ok)
      return reply.code(422).page('invoices/payments/statement', await statementPage(request, { refund: back }))
    return reply.flash('invoices.payments.flash.refunded').redirect(pageOf(request), 303)
  })
}

const StatementMailForm = form({
  client_id: fields.id(),
  currency: z.string().regex(/^[A-Z]{3}$/, 'invoices.payments.errors.unknown_currency'),
  from: fields.day(),
  to: fields.day(),
  recipient: fields.email(),
  message: fields.optionalText(2000)
})

/** Has a client's account mailed to them as a PDF. The paper is made when the mail is written. */
export const sendStatement = action({
  name: 'invoices.send_statement',
  permission: 'invoices.write',
  input: StatementMailForm,
  async run({ db, person, tell }, { client_id, currency, from, to, recipient, message }) {
    if (to < from) throw refuse({ to: 'invoices.payments.errors.ends_before' })
    const client = await clientNamed(db, client_id, null)
    if (!client) throw notFound()
    const statement_id = await addSent(db, {
      client_id,
      currency,
      begins_on: from,
      ends_on: to,
      recipient,
      message,
      language: client.language,
      created_by: person.id
    })
    tell('invoices.statement-asked', { statement_id })
    return { statement_id }
  },
  about: (_result, { client_id }) => ({ client: client_id })
})

/** The mail itself, after the commit. */
export async function mailStatement(hearing: Hearing, { statement_id }: { statement_id: number }): Promise<void> {
  const { db, ask, mail, wordsIn, studio } = hearing
  const sent = await findSent(db, statement_id)
  const client = sent && (await clientNamed(db, sent.client_id, null))
  if (!sent || !client) return
  const { begins_on: from, ends_on: to, currency, client_id, language } = sent
  const printing = await printingFor({ wordsIn: locale => ({ ...wordsIn(locale), locale }), ask, studio }, language)
  const statement = await statementOf(db, { client_id, currency, from, to })
  const { t, fmt } = printing
  const values = { studio: studio.name, from: fmt.date(from), to: fmt.date(to) }
  const balance = fmt.money(Math.abs(statement.closing_cents), currency)
  const balanceKey = statement.closing_cents > 0 ? 'owes' : statement.closing_cents < 0 ? 'has' : 'even'
  await mail({
    key: `statement:${statement_id}`,
    ever: true,
    to: sent.recipient,
    locale: language,
    from: studio.name,
    subject: t('invoices.payments.mail.statement_subject', values),
    lines: [
      ...(sent.message ? [sent.message] : [t('invoices.payments.mail.statement', values)]),
      t(`invoices.payments.paper.${balanceKey}`, { amount: balance })
    ],
    attachments: [
      {
        name: `${fileName(t, statement)}.pdf`,
        type: 'application/pdf',
        content: await statementPdf(printing, client, statement)
      }
    ]
  })
}

async function asked(
  request: FastifyRequest
): Promise<{ client: NamedClient; statement: Statement; currencies: string[] }> {
  const client = await clientNamed(request.db, request.recordId('client_id'), null)
  if (!client) throw notFound()
  const query = StatementQuery.parse(request.query)
  const currencies = await currenciesOf(request.db, client.id)
  const today = time.today(request.studio.timezone)
  const to = query.to ?? today
  const from = query.from && query.from <= to ? query.from : `${to.slice(0, 4)}-01-01`
  const currency = query.currency ?? currencies[0] ?? request.studio.currency
  return { client, currencies, statement: await statementOf(request.db, { client_id: client.id, currency, from, to }) }
}

async function statementPage(request: FastifyRequest, filled: { mail?: Filled; refund?: Filled } = {}) {
  const { client, statement, currencies } = await asked(request)
  const { t } = request.words()
  const { from, to, currency } = statement
  const credits = await creditsOf(request.db, client.id)
  const credit = credits.find(one => one.currency === currency)?.cents ?? 0
  const sent = await listSent(request.db, client.id)
  const letters = await request.letters(sent.map(({ id }) => `statement:${id}`))
  return {
    title: t('invoices.payments.statement.title', { client: client.name }),
    styles: invoicesStyles,
    client,
    statement,
    currencies,
    credit,
    lineInWords: (line: Statement['lines'][number]) => lineInWords(t, line),
    search: `?from=${from}&to=${to}&currency=${currency}`,
    sent: sent.map(one => ({ ...one, letter: letters.find(({ key }) => key === `statement:${one.id}`) })),
    methods: methodChoices(request),
    mail: filled.mail ?? { values: { recipient: client.email ?? '', from, to, currency }, errors: {} },
    refund: filled.refund ?? {
      values: {
        cents: typedCents(request, credit),
        currency,
        method: 'transfer',
        paid_on: time.today(request.studio.timezone)
      },
      errors: {}
    }
  }
}

function statementCsv(
  t: ReturnType<FastifyRequest['words']>['t'],
  { lines, from, to, opening_cents, closing_cents }: Statement
): string {
  const say = (key: string) => t(`invoices.payments.paper.${key}`)
  const amounts = (cents: number) => [cents > 0 ? decimal(cents) : '', cents < 0 ? decimal(-cents) : '']
  return (
    csvMark +
    csvLines([
      ['day', 'what', 'debit', 'credit_column', 'balance'].map(say),
      [from, say('opening'), '', '', decimal(opening_cents)],
      ...lines.map(line => [line.day, lineInWords(t, line), ...amounts(line.cents), decimal(line.balance_cents)]),
      [to, say('closing'), '', '', decimal(closing_cents)]
    ])
  )
}

const fileName = (t: (key: string) => string, { client_id, from, to }: Statement): string =>
  `${t('invoices.payments.statement_file')}-${client_id}-${from}-${to}`

const pageOf = (request: FastifyRequest) => `${request.base}/invoices/statement/${request.recordId('client_id')}`
