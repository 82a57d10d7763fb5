import { action, conflict, notFound, refuse } from '@patchbay/core'
import { SendForm, SheetForm } from './forms.ts'
import { findSheet, saveSheet } from './queries.ts'
import { addSendings, countSendings, mostSendings } from './sending-queries.ts'
import type { NewSending } from './sending-queries.ts'
import { recipientsOf, sheetOf } from './sheet.ts'

type Of = { id: number; client_id: number | null }
const about = ({ id, client_id }: Of) => ({ session: id, client: client_id })

/** Writes what stands on a session's sheet. */
export const changeSheet = action({
  name: 'call-sheets.change',
  permission: 'call-sheets.write',
  input: SheetForm,
  // how one gets in is on the sheet and nowhere else
  secret: ['access_code'],
  about,
  async run({ db, tell, changed }, { id, version, ...content }) {
    const before = await findSheet(db, id)
    if (!before) throw notFound()
    const saved = await saveSheet(db, id, content, version)
    if (saved === undefined) throw refuse({ version: 'call-sheets.errors.stale' })
    const { access_code: _before, ...was } = before
    const { access_code: _after, ...is } = content
    changed(was, is)
    tell('call-sheets.changed', { session_id: id })
    return { id, client_id: before.client_id, version: saved }
  }
})

/** Sends the sheet with a PDF and a calendar file, once to each address. */
export const sendSheet = action({
  name: 'call-sheets.send',
  permission: 'call-sheets.send',
  input: SendForm,
  about,
  async run(running, { id, recipients, other_email, message }) {
    const { db, person, tell, studio } = running
    const sheet = await sheetOf(running, id)
    const { session } = sheet
    if (session.state === 'cancelled' || session.state === 'no_show') throw conflict('call-sheets.errors.cancelled')
    const known = new Map(recipientsOf(sheet).map(one => [one.key, one]))
    const to = new Map<string, NewSending>()
    for (const key of recipients) {
      const one = known.get(key)
      if (!one) throw refuse({ recipients: 'call-sheets.errors.not_on_it' })
      if (!one.email) throw refuse({ recipients: { key: 'call-sheets.errors.no_email', values: { name: one.name } } })
      to.set(one.email.toLowerCase(), { kind: one.kind, name: one.name, email: one.email, locale: one.locale, message })
    }
    if (other_email && !to.has(other_email)) {
      to.set(other_email, { kind: 'other', name: other_email, email: other_email, locale: studio.locale, message })
    }
    if (to.size === 0) throw refuse({ recipients: 'call-sheets.errors.nobody' })
    if ((await countSendings(db, id)) + to.size > mostSendings)
      throw refuse({ recipients: 'call-sheets.errors.too_many' })
    const sending_ids = await addSendings(db, session, [...to.values()], person.id)
    tell('call-sheets.sent', { session_id: id, sending_ids })
    return { id, client_id: session.client_id, sent: sending_ids.length }
  }
})
