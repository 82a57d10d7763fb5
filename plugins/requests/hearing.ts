import type { Hearing, Plugin } from '@patchbay/core'
import { newToken } from '@patchbay/core/secrets'
import { addLink, changeRequest, findMessage, findRequest, requestOfSession } from './queries.ts'
import type { Request } from './queries.ts'

/** What requests do once something happened: whoever asked is written to, a session that came of it is followed. */
export const hears: NonNullable<Plugin['on']> = {
  'requests.received': async (hearing, { request_id }) => {
    const request = await findRequest(hearing.db, request_id)
    if (request) await letter(hearing, request, 'received', [howItStands(hearing, request)])
  },
  'requests.answered': async (hearing, { request_id, message_id }) => {
    const request = await findRequest(hearing.db, request_id)
    const message = request && (await findMessage(hearing.db, request_id, message_id))
    if (!request || !message) return
    const { fmt, t } = hearing.wordsIn(request.language)
    const { starts_at, ends_at, room_name } = message
    const proposed =
      starts_at && ends_at
        ? [t('requests.mail.proposed', { room: room_name ?? '', when: fmt.range(starts_at, ends_at) })]
        : []
    await letter(hearing, request, message.kind, [...message.body.split(/\n{2,}/), ...proposed])
  },
  'requests.accepted': async (hearing, { request_id }) => {
    const request = await findRequest(hearing.db, request_id)
    if (request) await letter(hearing, request, 'accepted', [howItStands(hearing, request)])
  },
  // confirmed by telephone is answered too
  'sessions.confirmed': async ({ db, tell }, { session_id }) => {
    const request = await requestOfSession(db, session_id)
    if (request?.state !== 'new') return
    await changeRequest(db, request.id, { state: 'answered' })
    tell('requests.changed', { request_id: request.id })
  }
}

/** `Ce créneau vous est réservé en option 1 jusqu’au mar. 24 nov. 14:00.` */
function howItStands(hearing: Hearing, { session, waiting_id, language }: Request): string {
  const { t, fmt } = hearing.wordsIn(language)
  if (waiting_id !== null) return t('requests.mail.waiting')
  if (session?.state !== 'option' || !session.expires_at) return t('requests.mail.asked')
  return t('requests.mail.option', { rank: session.rank ?? 1, until: fmt.datetime(session.expires_at) })
}

type Kind = 'received' | 'answer' | 'proposal' | 'decline' | 'accepted'

/** A mail to whoever asked, with a link of its own: it is nowhere but in the mail. */
async function letter(hearing: Hearing, request: Request, kind: Kind, lines: string[]): Promise<void> {
  const { db, studio, address, mail, wordsIn } = hearing
  const { token, hash } = newToken()
  await addLink(db, request.id, hash)
  const { t, fmt } = wordsIn(request.language)
  const when = fmt.range(request.starts_at, request.ends_at)
  const values = { name: request.name, studio: studio.name, room: request.room_name, when }
  await mail({
    key: `${kind}:${request.id}`,
    to: request.email,
    locale: request.language,
    subject: t(`requests.mail.${kind}_subject`, values),
    lines: [t('requests.mail.hello', values), t(`requests.mail.${kind}_text`, values), ...lines],
    button: { label: t('requests.mail.button'), href: address(`/requests/${token}`, 'open') },
    note: t('requests.mail.note', values)
  })
}
