import type { FastifyRequest } from 'fastify'
import type { Shown } from '../queries.ts'
import { settingsOf } from '../settings.ts'
import { depositOf, feeAt } from './policies.ts'
import { vatOf } from './vat.ts'
import { feeWords, stepWords } from './words.ts'

/** What a session's page says of its price and of what calling it off costs, now and by its policy. No statement. */
export function pricesOf(request: FastifyRequest, session: Shown) {
  const { t, fmt } = request.words()
  const settings = settingsOf(request.switched.settings('sessions'))
  const { price_lines: lines, price_cents, price_override: override, policy } = session
  const fee = session.state === 'confirmed' ? feeAt(session, new Date(), request.studio.timezone) : undefined
  const how = session.cancel_fee_how
  return {
    vat: price_cents === null ? undefined : vatOf({ lines, cents: price_cents, override }, settings.prices_include_vat),
    deposit_cents: depositOf(session),
    fee: fee && { ...fee, words: feeWords(fee.how, { t, fmt }) },
    fee_words: how ? feeWords(how, { t, fmt }) : '',
    policy_words: policy ? stepWords(policy.steps, t) : []
  }
}
