import { action, conflict, refuse } from '@patchbay/core'
import type { Hearing, Running } from '@patchbay/core'
import { newToken } from '@patchbay/core/secrets'
import { filesOf } from './file-queries.ts'
import { DeliveryForm, ReleaseForm } from './forms.ts'
import { aboutDelivery, delivered } from './preparing.ts'
import { changeDelivery, findDelivery } from './queries.ts'
import type { Delivery } from './queries.ts'
import { beginListening, endListening } from './sharing.ts'

/* A package's address: given, mailed, taken back; and its gate, opened and shut by hand. */

/** Gives it an address, to be handed on; a new one in place of one that is there, or was taken back. */
export const openLink = action({
  name: 'deliveries.open_link',
  permission: 'deliveries.write',
  input: DeliveryForm,
  async run(running, { id }) {
    const before = await delivered(running, id)
    await newAddress(running, before)
    running.tell('deliveries.changed', { delivery_id: id, project_id: before.project_id })
    return { id, project_id: before.project_id }
  },
  about: aboutDelivery
})

/** Mails its address to whom it is for; it gets one if it has none. */
export const sendDelivery = action({
  name: 'deliveries.send',
  permission: 'deliveries.write',
  input: DeliveryForm,
  async run(running, { id }) {
    const before = await delivered(running, id)
    if (before.email === null) throw refuse({ email: 'deliveries.errors.no_email' })
    if (before.state === 'expired') throw conflict('deliveries.errors.expired')
    if (before.token_sealed === null || before.state === 'revoked') await newAddress(running, before)
    await changeDelivery(running.db, id, { sent_at: new Date() })
    running.tell('deliveries.sent', { delivery_id: id, project_id: before.project_id })
    return { id, project_id: before.project_id }
  },
  about: aboutDelivery
})

/** Takes its address back: nobody comes in, hears or takes anything by it any more. */
export const revokeLink = action({
  name: 'deliveries.revoke',
  permission: 'deliveries.write',
  input: DeliveryForm,
  async run(running, { id }) {
    const before = await delivered(running, id)
    if (before.token_sealed === null || before.revoked_at !== null) throw conflict('deliveries.errors.no_link')
    await changeDelivery(running.db, id, { revoked_at: new Date() })
    await endListening(running, before)
    running.tell('deliveries.revoked', { delivery_id: id, project_id: before.project_id })
    return { id, project_id: before.project_id }
  },
  about: aboutDelivery
})

/** Opens its gate, whatever it waits for; who, when and why stay on record. */
export const releaseDelivery = action({
  name: 'deliveries.release',
  permission: 'deliveries.release',
  input: ReleaseForm,
  confirm: true,
  async run(running, { id, reason }) {
    const before = await delivered(running, id)
    if (before.opened_at !== null) throw conflict('deliveries.errors.released')
    const { person, changed, db, tell } = running
    const after = { opened_at: new Date(), opened_by: person.id, opened_reason: reason }
    await changeDelivery(db, id, after)
    changed({ opened_reason: null }, { opened_reason: reason })
    tell('deliveries.opened', { delivery_id: id, project_id: before.project_id })
    return { id, project_id: before.project_id }
  },
  about: aboutDelivery
})

/** Shuts again a gate that was opened by hand: from now on it waits for what it waited for. */
export const withholdDelivery = action({
  name: 'deliveries.withhold',
  permission: 'deliveries.release',
  input: DeliveryForm,
  async run(running, { id }) {
    const before = await delivered(running, id)
    if (before.opened_at === null) throw conflict('deliveries.errors.not_released')
    await changeDelivery(running.db, id, { opened_at: null, opened_by: null, opened_reason: null })
    running.changed({ opened_reason: before.opened_reason }, { opened_reason: null })
    running.tell('deliveries.changed', { delivery_id: id, project_id: before.project_id })
    return { id, project_id: before.project_id }
  },
  about: aboutDelivery
})

async function newAddress(running: Running, before: Delivery): Promise<void> {
  const { db, sealed } = running
  if (before.state === 'expired') throw conflict('deliveries.errors.expired')
  if ((await filesOf(db, before.id)).length === 0) throw refuse({ '': 'deliveries.errors.no_files' })
  const { token, hash } = newToken()
  const address = { token_hash: hash, token_sealed: sealed.seal(token, `link:${before.id}`), revoked_at: null }
  await changeDelivery(db, before.id, address)
  await endListening(running, before)
  await beginListening(running, { ...before, ...address })
}

/** Where it is for whom it is for, whole; undefined while it has no address. */
export const addressOf = (
  context: Pick<Running, 'sealed' | 'address'>,
  { id, token_sealed }: Pick<Delivery, 'id' | 'token_sealed'>
): string | undefined =>
  token_sealed === null
    ? undefined
    : context.address(`/deliveries/${context.sealed.open(token_sealed, `link:${id}`)}`, 'open')

/** The key of the mail by which it went out last; undefined when it never did. */
export const mailKey = ({ id, sent_at }: Pick<Delivery, 'id' | 'sent_at'>): string | undefined =>
  sent_at === null ? undefined : `delivery-${id}-${sent_at.getTime()}`

/** Mails the address. What was taken back in the meantime is not mailed. */
export async function mailDelivery(hearing: Hearing, { delivery_id }: { delivery_id: number }): Promise<void> {
  const { db, studio, mail, wordsIn } = hearing
  const delivery = await findDelivery(db, delivery_id)
  const href = delivery && addressOf(hearing, delivery)
  const key = delivery && mailKey(delivery)
  if (!delivery?.email || !href || !key || delivery.state === 'revoked' || delivery.state === 'expired') return
  const { t, fmt } = wordsIn(delivery.language)
  const values = { studio: studio.name, title: delivery.title, name: delivery.recipient ?? '' }
  await mail({
    key,
    ever: true,
    to: delivery.email,
    locale: delivery.language,
    subject: t('deliveries.mail.subject', values),
    lines: [
      delivery.recipient === null ? t('deliveries.mail.hello') : t('deliveries.mail.hello_name', values),
      ...(delivery.message === null ? [t('deliveries.mail.text', values)] : delivery.message.split(/\n{2,}/)),
      ...(delivery.opened_at === null && delivery.gate !== 'none' ? [t(`deliveries.mail.gate_${delivery.gate}`)] : []),
      ...(delivery.password_hash === null ? [] : [t('deliveries.mail.password')])
    ],
    button: { label: t('deliveries.mail.button'), href },
    note:
      delivery.expires_at === null
        ? t('deliveries.mail.note')
        : t('deliveries.mail.note_until', { until: fmt.datetime(lastMinute(delivery.expires_at)) })
  })
}

/** It ends with a day: said as `23:59` of that day, not as midnight of the next. */
const lastMinute = (end: Date): Date => new Date(end.getTime() - 60_000)
