import { divRound, time } from '@patchbay/core'
import type { Translate } from '@patchbay/core/i18n'

/** From so many hours before a session on, calling it off costs so much. */
export interface PolicyStep {
  /** Null: on the day of the session itself, by the studio's calendar, however many hours are left. */
  hours_before: number | null
  percent: number
  of: 'price' | 'deposit'
}

export interface PolicyTerms {
  name: string
  steps: PolicyStep[]
  /** Of the price, when nobody comes. */
  no_show_percent: number
}

/** A policy as it stands on a session from its confirmation on. */
export interface FrozenPolicy extends PolicyTerms {
  policy_id: number
  /** The deposit that the price of that day made; one that is agreed on the session comes before it. */
  deposit_cents: number | null
}

/** What a session has of deposit, policy and fee. */
export interface SessionTerms {
  /** As agreed; null is what its policy has from the day it was confirmed. */
  deposit_cents: number | null
  /** What calling it off costs, as it was on the day it was confirmed. */
  policy: FrozenPolicy | null
  /** What calling it off has cost, and how that was made; waived, it is not due. */
  cancel_fee_cents: number | null
  cancel_fee_how: FeeHow | null
  fee_waived_at: Date | null
  fee_waived_by: number | null
  fee_waived_reason: string | null
}

/** The columns of these. */
export const sessionTerms = [
  'deposit_cents',
  'policy',
  'cancel_fee_cents',
  'cancel_fee_how',
  'fee_waived_at',
  'fee_waived_by',
  'fee_waived_reason'
] as const satisfies (keyof SessionTerms)[]

/** What a fee is worked out from. */
export interface FeeFacts {
  starts_at: Date
  price_cents: number | null
  /** As agreed; null is the policy's own. */
  deposit_cents: number | null
  policy: FrozenPolicy | null
}

/** What calling off costs at an instant, and why. */
export interface Fee {
  cents: number
  how: FeeHow
}

/** How a fee was made, kept with it. */
export interface FeeHow {
  policy: string
  step: PolicyStep
  /** Null when nobody came. */
  hours_left: number | null
  /** The price or deposit the step is a part of. */
  of_cents: number
}

/**
 * The fee for calling a session off at an instant. The step with the most hours among those that are still left holds,
 * exactly so many being enough; on the day itself that day's step, if there is one. Undefined without a policy.
 */
export function feeAt(facts: FeeFacts, at: Date, zone: string): Fee | undefined {
  if (!facts.policy) return undefined
  const ms_left = facts.starts_at.getTime() - at.getTime()
  const steps = inOrder(facts.policy.steps)
  const today = time.localOf(at, zone).day >= time.localOf(facts.starts_at, zone).day
  const sameDay = today ? steps.find(({ hours_before }) => hours_before === null) : undefined
  const timed = steps.filter(({ hours_before }) => hours_before !== null)
  // after its beginning, as just before it
  const step = sameDay ?? timed.find(({ hours_before }) => ms_left >= (hours_before ?? 0) * 3_600_000) ?? timed.at(-1)
  if (!step) return undefined
  return feeOf(facts, step, Math.max(0, Math.floor(ms_left / 3_600_000)))
}

/** The fee when nobody comes. */
export function noShowFee(facts: FeeFacts): Fee | undefined {
  if (!facts.policy) return undefined
  return feeOf(facts, { hours_before: null, percent: facts.policy.no_show_percent, of: 'price' }, null)
}

function feeOf(facts: FeeFacts, step: PolicyStep, hours_left: number | null): Fee {
  const of_cents = (step.of === 'price' ? facts.price_cents : depositOf(facts)) ?? 0
  const cents = percentOf(of_cents, step.percent)
  return { cents, how: { policy: facts.policy?.name ?? '', step, hours_left, of_cents } }
}

/** The deposit agreed, else the one that was frozen with the policy; null without both. */
export const depositOf = ({ deposit_cents, policy }: Pick<FeeFacts, 'deposit_cents' | 'policy'>): number | null =>
  deposit_cents ?? policy?.deposit_cents ?? null

/** Cents, halves away from zero. */
export const percentOf = (cents: number, percent: number): number =>
  Number(divRound(BigInt(cents) * BigInt(percent), 100n))

/** From the longest before to the day itself. */
export const inOrder = (steps: readonly PolicyStep[]): PolicyStep[] =>
  steps.toSorted((a, b) => (b.hours_before ?? -1) - (a.hours_before ?? -1))

/** A policy's name: a preset that nobody renamed is called so in the reader's language. */
export const nameOf = ({ name, preset }: { name: string | null; preset: string | null }, t: Translate): string =>
  name ?? t(`sessions.prices.presets.${preset ?? 'a'}`)
