import type { Hearing, Working } from '@patchbay/core'
import type { Carried, Carrying, Delivery } from './adapter.ts'
import { byMail } from './mail.ts'
import {
  addCashIns,
  addStatus,
  findPlatform,
  lockUntold,
  notePlatform,
  noteTold,
  openDeposits,
  untoldCashIns
} from './platform-queries.ts'
import { byPlatform, platformOf, statusesFrom, tellCashIn } from './platform.ts'
import type { Platform } from './platform.ts'
import {
  addDelivery,
  changeDelivery,
  dueDeliveries,
  findSendable,
  lockDelivery,
  nextDelivery,
  noteSent
} from './queries.ts'
import type { Channel, DeliveryRow } from './queries.ts'

/** As a file: whoever takes it has it. */
const byHand: Delivery = { channel: 'file', carryOut: async () => ({ state: 'done' }) }

const ways: Record<Channel, Delivery> = { file: byHand, mail: byMail, platform: byPlatform }

/** Minutes until the next try: 1, 2, 4 … at most 12 hours; after 20 tries, four days on, a person must look. */
const mostTries = 20
const pauseMinutes = (attempts: number) => Math.min(2 ** attempts, 720)

/** Somebody asked for a delivery: mails are written at once, in the transaction that notes it. */
export async function hearDelivery(hearing: Hearing, { delivery_id }: { delivery_id: number }): Promise<void> {
  const delivery = await lockDelivery(hearing.db, { id: delivery_id })
  if (delivery?.state !== 'waiting' || delivery.channel === 'platform') return
  await carry(hearing, delivery)
}

/** An invoice of a business goes to the platform by itself, where the studio wants that. */
export async function hearIssued({ db, tell, by }: Hearing, { invoice_id }: { invoice_id: number }): Promise<void> {
  const platform = await findPlatform(db)
  const invoice = platform?.auto ? await findSendable(db, invoice_id) : undefined
  if (!invoice?.document.buyer.is_business) return
  const created_by = by.id === null ? null : db('people').where({ id: by.id }).select('id')
  const delivery_id = await addDelivery(db, { invoice_id, channel: 'platform', created_by })
  tell('invoices.delivery-asked', { delivery_id, invoice_id })
}

/** Each cash-in, and each refund, is a status of its own. */
export async function hearPayment({ db, tell }: Hearing, { payment_id }: { payment_id: number }): Promise<void> {
  for (const invoice_id of await addCashIns(db, payment_id)) tell('invoices.status-changed', { invoice_id })
}

/**
 * Posts what waits for the platform, tells it of cash-ins, asks what became of the rest. Gives when the next of what waits
 * is due.
 */
export async function workPlatform(working: Working): Promise<Date | undefined> {
  const { db } = working
  const due = await dueDeliveries(db)
  for (const { id } of due) {
    await db.transaction(async trx => {
      const delivery = await lockDelivery(trx, { id })
      if (delivery && isDue(delivery)) await carry({ ...working, db: trx }, delivery)
    })
  }
  const platform = await platformOf(working)
  if (platform) await hearPlatform(working, platform, due.length > 0)
  return platform ? nextDelivery(db) : undefined
}

/** Still: another run may have tried it since it was found. */
const isDue = ({ state, next_try_at }: DeliveryRow) => state === 'waiting' && Number(next_try_at ?? 0) <= Date.now()

async function hearPlatform(working: Working, platform: Platform, told: boolean): Promise<void> {
  await tellCashIns(working, platform)
  const row = await findPlatform(working.db)
  // statuses change over days: every quarter of an hour is soon enough
  if (!told && row?.asked_at && Date.now() - +row.asked_at < 15 * 60_000) return
  await askStatuses(working, platform)
}

async function carry(carrying: Carrying & Pick<Hearing, 'tell'>, delivery: DeliveryRow): Promise<void> {
  const { db, tell } = carrying
  const { id, invoice_id, channel, attempts } = delivery
  const invoice = await findSendable(db, invoice_id)
  if (!invoice) return
  const carried = await ways[channel].carryOut(carrying, invoice, delivery)
  await changeDelivery(db, id, { attempts: attempts + 1, ...outcome(carried, attempts + 1) })
  if (channel === 'platform') await notePlatform(db, { problem: carried.state === 'done' ? null : carried.error })
  if (carried.state !== 'done') return
  await noteSent(db, invoice_id)
  if (channel === 'platform') await addStatus(db, { invoice_id, code: 200, told_at: new Date() })
  tell('invoices.sent', { invoice_id })
}

function outcome(carried: Carried, attempts: number): Record<string, unknown> {
  if (carried.state === 'done')
    return {
      state: 'done',
      done_at: new Date(),
      error: null,
      ...(carried.external_id && { external_id: carried.external_id })
    }
  const over = carried.state === 'failed' || attempts >= mostTries
  const next_try_at = new Date(Date.now() + pauseMinutes(attempts) * 60_000)
  return { state: over ? 'failed' : 'waiting', error: carried.error, next_try_at }
}

/** Until one cannot be told: the platform is away then. */
async function tellCashIns({ db }: Working, platform: Platform): Promise<void> {
  for (const cash of await untoldCashIns(db)) {
    const goesOn = await db.transaction(async trx => {
      if (!(await lockUntold(trx, cash.id))) return true
      if (!(await tellCashIn(platform, cash))) return false
      await noteTold(trx, cash.id)
      return true
    })
    if (!goesOn) return
  }
}

async function askStatuses({ db, tell }: Working, platform: Platform): Promise<void> {
  for (const { invoice_id, external_id } of await openDeposits(db)) {
    const statuses = await statusesFrom(platform, external_id)
    if (!statuses) return notePlatform(db, { problem: 'statuses', asked_at: new Date() }).then(() => undefined)
    for (const { id, code, message } of statuses) {
      // what we say ourselves comes back with the rest
      if (code === 200 || code === 212) continue
      const status = { invoice_id, code, message: message ?? null, external_id: id, told_at: new Date() }
      if (await addStatus(db, status)) tell('invoices.status-changed', { invoice_id })
    }
  }
  await notePlatform(db, { asked_at: new Date(), problem: null })
}
