import { divRound } from '@patchbay/core'
import type { Tone } from './contract.ts'

/** The yearly rate of late penalties from a day on, in hundredths of a per cent. */
export interface Rate {
  valid_from: string
  rate_bp: number
}

/** The fixed sum for recovery that a late business owes for each invoice (C. com. D441-5). */
export const recoveryFee = 40_00

const dayMs = 86_400_000

/**
 * What a delay costs in cents: the open sum with VAT × rate × days / 365, day by day at the rate valid then, from the day
 * after the due date up to and with `on`; rounded once.
 */
export function penaltyOf(open_cents: number, due: string, on: string, rates: readonly Rate[]): number {
  const end = Date.parse(on)
  const sorted = rates.toSorted((a, b) => (a.valid_from < b.valid_from ? -1 : 1))
  let weighted = 0n
  sorted.forEach(({ valid_from, rate_bp }, index) => {
    const next = sorted[index + 1]
    const from = Math.max(Date.parse(due) + dayMs, Date.parse(valid_from))
    const to = Math.min(end, next ? Date.parse(next.valid_from) - dayMs : end)
    const days = Math.round((to - from) / dayMs) + 1
    if (days > 0) weighted += BigInt(days) * BigInt(rate_bp)
  })
  return Number(divRound(BigInt(Math.max(0, open_cents)) * weighted, 3_650_000n))
}

/** What a step asks beside the invoice itself, of a business that is late; nothing of anybody else. */
export function extras(
  step: { penalty: boolean; fee: boolean },
  invoice: { is_business: boolean; open_cents: number; due_date: string },
  on: string,
  rates: readonly Rate[]
): { penalty_cents: number; fee_cents: number } {
  const late = invoice.is_business && invoice.due_date < on
  return {
    penalty_cents: late && step.penalty ? penaltyOf(invoice.open_cents, invoice.due_date, on, rates) : 0,
    fee_cents: late && step.fee ? recoveryFee : 0
  }
}

export interface StepWords {
  tone: Tone
  subject_fr: string
  text_fr: string
  subject_en: string
  text_en: string
}
