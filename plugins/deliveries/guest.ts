import { notFound } from '@patchbay/core'
import { Failure } from '@patchbay/core/errors'
import { giveGuestKey, guestKey } from '@patchbay/core/guests'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { filesOf } from './file-queries.ts'
import { gateOf } from './gate.ts'
import { measures, size, whatIs } from './manifest.ts'
import { deliveryOf } from './queries.ts'
import type { Delivery } from './queries.ts'
import { enterDelivery, isOver } from './receiving.ts'
import type { Entered } from './receiving.ts'
import { listeningAddress } from './sharing.ts'
import { visitOf } from './visits.ts'
import type { Visit } from './visits.ts'

/*
 * Who comes by a package's address: in at once, or after a door where there is a password.
 */

/** Somebody who is in. */
export interface Recipient {
  delivery: Delivery
  visit: Visit
}

/** What is shown instead of the package. */
export interface Shut {
  why: Entered['why']
  delivery: Delivery
}

const styles = ['/static/deliveries/deliveries.css']

export const tokenIn = (request: FastifyRequest): string => (request.params as { token: string }).token

/** Who is in by the address of this request; undefined for whom it does not let in (any more). @throws notFound without one */
export async function recipientOf(request: FastifyRequest): Promise<Recipient | undefined> {
  const delivery = await deliveryIn(request)
  const key = guestKey(request)
  if (isOver(delivery) || !key) return undefined
  const visit = await visitOf(request.db, delivery.id, key)
  return visit && { delivery, visit }
}

/** The same for a page: who may come in at once does. `why` is null before a door that can be opened. */
export async function recipientAt(request: FastifyRequest, reply: FastifyReply): Promise<Recipient | Shut> {
  const recipient = await recipientOf(request)
  if (recipient) return recipient
  const delivery = await deliveryIn(request)
  if (isOver(delivery)) return { why: delivery.state, delivery }
  if (delivery.password_hash !== null) return { why: null, delivery }
  request.body = {}
  return letIn(request, reply)
}

/** Opens the door, or says why not. */
export async function letIn(request: FastifyRequest, reply: FastifyReply): Promise<Recipient | Shut> {
  const token = tokenIn(request)
  const delivery = await deliveryIn(request)
  const entered = await request.act(enterDelivery, { token })
  if (!entered.ok) return { why: 'password', delivery }
  const { key, why } = entered.value
  if (key === null) return { why, delivery }
  giveGuestKey(reply, `${request.base}/deliveries/${token}`, key)
  request.cookies['guest'] = key
  const recipient = await recipientOf(request)
  if (!recipient) throw notFound()
  return recipient
}

/** The page before or instead of the package: a door, or whom to ask. */
export function shutPage(request: FastifyRequest, { why, delivery }: Shut) {
  const { t } = request.words()
  const wrong = why === 'password' || why === 'too_many'
  const here = `${request.base}/deliveries/${tokenIn(request)}`
  const errors = wrong ? { password: t(`deliveries.errors.${why}`) } : {}
  // who has no password learns nothing of what is behind it
  const heading = delivery.password_hash === null ? delivery.title : undefined
  return { styles, title: t('deliveries.open.title'), why, heading, here, errors, values: {} }
}

/** A package for whom it is: what is in it, what it waits for, how to hear and take it. */
export async function packagePage(request: FastifyRequest, { delivery, visit }: Recipient) {
  const { db } = request
  const { t, fmt } = request.words()
  const files = await filesOf(db, delivery.id)
  // a method of the request: on its own it would not know whose
  const gate = await gateOf({ db, ask: (question, input, over) => request.ask(question, input, over) }, delivery, files)
  const left = delivery.most_downloads === null ? undefined : Math.max(0, delivery.most_downloads - delivery.downloads)
  const may = delivery.scope === 'download' && gate.open && (visit.counted || left !== 0)
  return {
    styles,
    title: delivery.title,
    delivery,
    files: files.map(file => ({
      id: file.id,
      name: file.name,
      folder: file.folder,
      what: whatIs(file, t),
      track: file.track_title,
      measures: measures(file, { t, fmt })
    })),
    size: size(
      files.reduce((sum, { bytes }) => sum + bytes, 0),
      { t, fmt }
    ),
    gate,
    left,
    counted: visit.counted,
    may,
    listen: listeningAddress(request, delivery),
    here: `${request.base}/deliveries/${tokenIn(request)}`,
    errors: {}
  }
}

/** What somebody who is not in finds: that it is over, or nothing. */
export async function nothingHere(request: FastifyRequest): Promise<Failure> {
  return isOver(await deliveryIn(request)) ? new Failure(410, 'deliveries.errors.closed') : notFound()
}

async function deliveryIn(request: FastifyRequest): Promise<Delivery> {
  const delivery = await deliveryOf(request.db, tokenIn(request))
  if (!delivery) throw notFound()
  return delivery
}
