import { action, conflict, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { newToken } from '@patchbay/core/secrets'
import { randomUUID } from 'node:crypto'
import { AgainForm, LinkForm, PlatformForm, SendForm, SendManyForm } from './forms.ts'
import { findPlatform, forgetPlatform, keepPlatform } from './platform-queries.ts'
import { addDelivery, changeDelivery, changeLink, findSendable, lockDelivery } from './queries.ts'
import type { Sendable } from './queries.ts'

/** Gives an issued invoice out: mails are written after the commit, the platform is called by a job. */
export const sendInvoice = action({
  name: 'invoices.send',
  permission: 'invoices.issue',
  input: SendForm,
  constraints: { invoice_deliveries_platform: ['channel', 'invoices.delivery.errors.deposited'] },
  async run(running, { id, channel, recipients, subject, message }) {
    const invoice = await findSendable(running.db, id)
    if (!invoice) throw notFound()
    if (channel === 'platform') await toPlatform(running, invoice)
    else await toPeople(running, invoice, { recipients, subject, message })
    return { id, client_id: invoice.client_id }
  },
  about: ({ id, client_id }) => ({ invoice: id, client: client_id })
})

/** Mails several, each to its client in the usual words. Those that nobody can be written to are told. */
export const sendInvoices = action({
  name: 'invoices.send_many',
  permission: 'invoices.issue',
  input: SendManyForm,
  async run(running, { ids }) {
    const invoices = []
    for (const id of ids) {
      const invoice = await findSendable(running.db, id)
      if (!invoice) throw notFound()
      invoices.push(invoice)
    }
    const without = invoices.filter(invoice => addressees(invoice).length === 0).map(({ number }) => number)
    if (invoices.length === 0) throw refuse({ ids: 'fields.required' })
    if (without.length > 0)
      throw refuse({ ids: { key: 'invoices.delivery.errors.nobody_of', values: { numbers: without.join(', ') } } })
    for (const invoice of invoices) await toPeople(running, invoice, { recipients: [], subject: null, message: null })
    return { ids }
  },
  about: ({ ids }) => ({ invoice: ids })
})

/** Tries a delivery again: a mail that waits, to another address if one is given; one that was sent is sent anew. */
export const deliverAgain = action({
  name: 'invoices.deliver_again',
  permission: 'invoices.issue',
  input: AgainForm,
  async run(running, { id, invoice_id, recipient }) {
    const { db, mailAgain, person, tell } = running
    const delivery = await lockDelivery(db, { id, invoice_id })
    if (!delivery) throw notFound()
    if (delivery.channel === 'platform') {
      if (delivery.state === 'done') throw conflict('invoices.delivery.errors.deposited')
      await changeDelivery(db, id, { state: 'waiting', attempts: 0, error: null, next_try_at: null })
      tell('invoices.delivery-asked', { delivery_id: id, invoice_id })
    } else if (await mailAgain(delivery.mail_key ?? '', recipient ?? undefined)) {
      await changeDelivery(db, id, { recipient: recipient ?? delivery.recipient })
    } else {
      const { subject, message } = delivery
      const to = recipient ?? delivery.recipient
      const delivery_id = await addDelivery(db, {
        ...mailRow(invoice_id, to),
        subject,
        message,
        created_by: whoOf(running, person.id)
      })
      tell('invoices.delivery-asked', { delivery_id, invoice_id })
    }
    return { invoice_id }
  },
  about: ({ invoice_id }) => ({ invoice: invoice_id })
})

/** A new private link: the one that was sent, and that of the paper, lead nowhere from now on. */
export const renewLink = action({
  name: 'invoices.renew_link',
  permission: 'invoices.issue',
  confirm: true,
  input: LinkForm,
  async run({ db, sealed }, { id }) {
    const { token, hash } = newToken()
    if ((await changeLink(db, id, { token_hash: hash, token_sealed: sealed.seal(token, `link:${id}`) })) === 0)
      throw notFound()
    return { id }
  },
  about: ({ id }) => ({ invoice: id })
})

/** Which platform takes the studio's invoices; none when the address is empty. */
export const changePlatform = action({
  name: 'invoices.change_platform',
  permission: 'invoices.close',
  input: PlatformForm,
  secret: ['token'],
  about: () => ({}),
  async run({ db, sealed, changed }, { base_url, token, auto }) {
    const before = await findPlatform(db)
    changed({ base_url: before?.base_url ?? null, auto: before?.auto ?? false }, { base_url, auto })
    if (base_url === null) {
      await forgetPlatform(db)
      return { base_url }
    }
    // a key is not shown to whoever points it elsewhere
    if (!token && (!before || before.base_url !== base_url)) throw refuse({ token: 'invoices.delivery.errors.token' })
    const token_sealed = token ? sealed.seal(token, 'platform') : (before?.token_sealed ?? '')
    await keepPlatform(db, { base_url, token_sealed, auto, problem: null })
    return { base_url }
  }
})

export const deliveryActions = [sendInvoice, sendInvoices, deliverAgain, renewLink, changePlatform]

interface Words {
  recipients: readonly string[]
  subject: string | null
  message: string | null
}

async function toPeople(running: Running, invoice: Sendable, { recipients, subject, message }: Words): Promise<void> {
  const { db, person, tell } = running
  const to = recipients.length > 0 ? recipients : addressees(invoice)
  if (to.length === 0) throw refuse({ recipients: 'invoices.delivery.errors.nobody' })
  for (const recipient of to) {
    const row = { ...mailRow(invoice.id, recipient), subject, message, created_by: whoOf(running, person.id) }
    tell('invoices.delivery-asked', { delivery_id: await addDelivery(db, row), invoice_id: invoice.id })
  }
}

async function toPlatform(running: Running, invoice: Sendable): Promise<void> {
  if (!(await findPlatform(running.db))) throw refuse({ channel: 'invoices.delivery.errors.no_platform' })
  if (!invoice.document.buyer.is_business) throw refuse({ channel: 'invoices.delivery.errors.private' })
  const row = { invoice_id: invoice.id, channel: 'platform', created_by: whoOf(running, running.person.id) } as const
  const delivery_id = await addDelivery(running.db, row)
  running.tell('invoices.delivery-asked', { delivery_id, invoice_id: invoice.id })
}

const mailRow = (invoice_id: number, recipient: string | null) =>
  ({ invoice_id, channel: 'mail', recipient, mail_key: `invoice-${invoice_id}-${randomUUID()}` }) as const

/** Whoever is of this studio; nobody for others, such as the command line. */
const whoOf = ({ db }: Running, id: number | null) =>
  db('people')
    .where({ id: id ?? 0 })
    .select('id')

/** To whom it goes when nobody says otherwise: its own addresses, else those it was issued with. */
export const addressees = ({ recipients, document }: Pick<Sendable, 'recipients' | 'document'>): readonly string[] =>
  recipients.length > 0 ? recipients : document.buyer.recipients
