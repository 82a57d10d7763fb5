import { activityOf, notFound } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { cancelFee } from '../prices/fees.ts'
import { formParts } from './form-data.ts'
import { findBooking, listMembers } from './queries.ts'
import type { BookingRow, MemberRow } from './queries.ts'
import { ruleInWords } from './words.ts'

interface Outcome {
  values?: Record<string, unknown>
  errors?: Record<string, string>
}

/** A booking's page: its sessions with state and price, what can be done with all of them, its history. */
export async function bookingPage(request: FastifyRequest, { values = {}, errors = {} }: Outcome = {}) {
  const booking = await findBooking(request.db, request.recordId())
  if (!booking) throw notFound()
  const members = await listMembers(request.db, booking.id)
  const activity = await activityOf(request.db, 'booking', booking.id)
  const { t, fmt } = request.words()
  return {
    ...(await formParts(request, { values, errors })),
    title: titleOf(booking, members) ?? t('sessions.untitled'),
    booking,
    members,
    activity,
    words: booking.rule === null ? '' : ruleInWords({ t, fmt }, booking.rule),
    ...sumsOf(members),
    fees: feesOf(request, members),
    values,
    errors
  }
}

const titleOf = ({ title }: BookingRow, members: readonly MemberRow[]) =>
  members[0]?.client_name ?? title ?? members[0]?.title

/** What calling off costs now, from each of the sessions to come on: as `cancelSession` will write it. By their ids. */
function feesOf({ studio }: FastifyRequest, members: readonly MemberRow[]): Record<number, number> {
  let sum = 0
  const fees: Record<number, number> = {}
  for (const session of comingOf(members).toReversed()) {
    sum += cancelFee({ studio }, session).cancel_fee_cents ?? 0
    fees[session.id] = sum
  }
  return fees
}

const comingOf = (members: readonly MemberRow[], now = new Date()) =>
  members.filter(({ state, starts_at }) => starts_at > now && (state === 'option' || state === 'confirmed'))

/** What stands, what is to come of it, and what it comes to. */
function sumsOf(members: readonly MemberRow[]) {
  const standing = members.filter(({ state }) => state !== 'cancelled')
  const coming = comingOf(members)
  const prices = standing.flatMap(({ price_cents }) => price_cents ?? [])
  return {
    standing,
    coming,
    behind: members.filter(session => session.state === 'cancelled' || session.ends_at < new Date()),
    options: coming.filter(({ state }) => state === 'option'),
    next: coming[0],
    total: prices.length > 0 ? prices.reduce((sum, cents) => sum + cents, 0) : null
  }
}
