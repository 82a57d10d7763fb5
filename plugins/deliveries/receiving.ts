import { action, conflict, forbidden, notFound } from '@patchbay/core'
import { checkPassword } from '@patchbay/core/people/passwords'
import { hashToken, newToken } from '@patchbay/core/secrets'
import { EnterForm, TakeForm } from './forms.ts'
import { filesOf } from './file-queries.ts'
import { gateOf } from './gate.ts'
import { deliveryOf } from './queries.ts'
import type { Delivery } from './queries.ts'
import { addRefusal, addTaking, addVisit, countVisit, isTriedTooOften, visitOf } from './visits.ts'

/** What came of coming in. A wrong password is no failure, for its try must be counted. */
export interface Entered {
  /** What the browser keeps; null when it was not let in. */
  key: string | null
  why: null | 'revoked' | 'expired' | 'password' | 'too_many'
}

/** Lets somebody in to a package, if the password is right. Those who come at once come one after another. */
export const enterDelivery = action({
  name: 'deliveries.enter',
  permission: 'deliveries.receive',
  input: EnterForm,
  secret: ['token', 'password'],
  personal: true,
  oneByOne: true,
  about: () => ({}),
  async run({ db, from }, { token, password }): Promise<Entered> {
    const delivery = await deliveryOf(db, token, true)
    if (!delivery) throw notFound()
    if (isOver(delivery)) return { key: null, why: delivery.state }
    if (delivery.password_hash !== null) {
      if (await isTriedTooOften(db, delivery.id, from.ip)) return { key: null, why: 'too_many' }
      const { right } = await checkPassword(password ?? '', delivery.password_hash)
      if (!right) {
        await addRefusal(db, delivery.id, from)
        return { key: null, why: 'password' }
      }
    }
    const { token: key, hash } = newToken()
    await addVisit(db, delivery.id, hash, from)
    return { key, why: null }
  }
})

/**
 * Somebody who is in takes a file of a package, or the whole. The gate is asked now, and downloads are counted now, one
 * visit after another: a visit counts once, however many files it takes.
 * @throws forbidden when it may only be heard, conflict when it is over, shut, or taken as often as it may be
 */
export const takeDelivery = action({
  name: 'deliveries.take',
  permission: 'deliveries.receive',
  input: TakeForm,
  secret: ['token', 'key'],
  // browsers fetch a file in many parts: the package's own log has one line for all of them
  personal: true,
  oneByOne: true,
  async run({ db, ask, from, tell }, { token, key, file_id }) {
    const delivery = await deliveryOf(db, token, true)
    const visit = delivery && (await visitOf(db, delivery.id, hashToken(key)))
    if (!delivery || !visit) throw notFound()
    if (isOver(delivery)) throw conflict(`deliveries.errors.${delivery.state}`)
    if (delivery.scope !== 'download') throw forbidden('deliveries.errors.listen_only')
    const files = await filesOf(db, delivery.id)
    const file = file_id === null ? undefined : files.find(({ id }) => id === file_id)
    if (file_id !== null && !file) throw notFound()
    if (!(await gateOf({ db, ask }, delivery, files)).open) throw conflict('deliveries.errors.shut')
    if (!visit.counted) {
      if (delivery.most_downloads !== null && delivery.downloads >= delivery.most_downloads)
        throw conflict('deliveries.errors.used_up')
      await countVisit(db, delivery.id, visit.id)
    }
    const taking = await addTaking(db, { delivery_id: delivery.id, visit_id: visit.id, file_id, ...from })
    if (taking.first) tell('deliveries.taken', { delivery_id: delivery.id, project_id: delivery.project_id })
    return { delivery, files, file, taking_id: taking.id }
  },
  about: ({ delivery }) => ({ delivery: delivery.id, project: delivery.project_id })
})

/** Whether nobody is let in any more. */
export const isOver = <Of extends Pick<Delivery, 'state'>>(of: Of): of is Of & { state: 'revoked' | 'expired' } =>
  of.state === 'revoked' || of.state === 'expired'
