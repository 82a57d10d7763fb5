import { allow, time } from '@patchbay/core'
import { readablePhone } from '@patchbay/core/forms'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { changeSheet, sendSheet } from './actions.ts'
import { withFate } from './answers.ts'
import { dayOf, sheetsList } from './list.ts'
import { mailKey } from './mailing.ts'
import { capital, gearLine, linesOf, sheetPdf } from './pdf.ts'
import { listSendings } from './sending-queries.ts'
import { settingsOf } from './settings.ts'
import { nameOf, recipientsOf, sheetOf } from './sheet.ts'
import type { Sheet } from './sheet.ts'

export const styles = ['/static/call-sheets/call-sheets.css']

/** A session's call sheet: to read, print, save, write and send. */
export function sheetRoutes(app: FastifyInstance): void {
  app.get('/', allow('call-sheets.read'), async (request, reply) => {
    const { rows, query } = await request.list(sheetsList)
    const day = dayOf(query.day, request.studio.timezone)
    const title = request.words().t('call-sheets.title')
    return reply.page('call-sheets/list', {
      title,
      rows,
      day,
      before: time.addDays(day, -1),
      after: time.addDays(day, 1)
    })
  })

  app.get('/:id', allow('call-sheets.read'), async (request, reply) => {
    return reply.page('call-sheets/show', await sheetPage(request))
  })

  app.get('/:id/pdf', allow('call-sheets.read'), async (request, reply) => {
    const sheet = await asked(request)
    const { locale, t, fmt } = request.words()
    const name = encodeURIComponent(`${titleOf(request, sheet)}.pdf`).replace(/['()*]/g, '_')
    reply.type('application/pdf').header('content-disposition', `inline; filename*=UTF-8''${name}`)
    return sheetPdf(sheet, request.studio, locale, { t, fmt })
  })

  app.get('/:id/edit', allow('call-sheets.write'), async (request, reply) => {
    const sheet = await asked(request)
    return reply.page('call-sheets/edit', editPage(request, sheet, { values: sheet.session }))
  })

  app.post('/:id', allow('call-sheets.write'), async (request, reply) => {
    const changed = await request.act(changeSheet, { id: request.recordId() })
    if (changed.ok) return reply.flash('call-sheets.flash.saved').redirect(addressOf(request), 303)
    const status = changed.errors['version'] ? 409 : 422
    return reply.code(status).page('call-sheets/edit', editPage(request, await asked(request), changed))
  })

  app.post('/:id/sendings', allow('call-sheets.send'), async (request, reply) => {
    const sent = await request.act(sendSheet, { id: request.recordId() })
    if (!sent.ok) return reply.code(422).page('call-sheets/show', await sheetPage(request, sent))
    return reply.flash('call-sheets.flash.sent').redirect(`${addressOf(request)}#sendings`, 303)
  })
}

const asked = (request: FastifyRequest): Promise<Sheet> =>
  sheetOf(
    { db: request.db, ask: request.ask.bind(request), settings: request.switched.settings('call-sheets') },
    request.recordId()
  )

async function sheetPage(request: FastifyRequest, outcome: object = {}) {
  const sheet = await asked(request)
  const sendings = await listSendings(request.db, sheet.session.id)
  const sent = withFate(sendings, await request.letters(sendings.map(mailKey)))
  const recipients = recipientsOf(sheet)
  const have = new Set(sent.filter(({ outdated }) => !outdated).map(({ email }) => email))
  // who has it as it is need not have it again; the rest is ticked
  const ticked = recipients.filter(({ email }) => email && !have.has(email)).map(({ key }) => key)
  const title = titleOf(request, sheet)
  const values = { recipients: ticked }
  return { styles, title, sheet, recipients, sent, values, capital, linesOf, gearLine, readablePhone, ...outcome }
}

const editPage = (request: FastifyRequest, sheet: Sheet, outcome: object) => ({
  styles,
  title: titleOf(request, sheet),
  sheet,
  defaults: settingsOf(request.switched.settings('call-sheets')),
  ...outcome
})

function titleOf(request: FastifyRequest, sheet: Sheet): string {
  const { t } = request.words()
  return `${t('call-sheets.sheet.title')} – ${nameOf(sheet, t('call-sheets.sheet.untitled'))}`
}

const addressOf = (request: FastifyRequest) => `${request.base}/call-sheets/${request.recordId()}`
