import type { Translate } from '@patchbay/core/i18n'
import type { Format } from '@patchbay/core/format'
import type { StepWords } from './amounts.ts'
import type { LateInvoice } from './queries.ts'

/** What a step's words may hold, in braces. */
export const gaps = ['number', 'total', 'open', 'due', 'issued', 'days', 'client', 'studio', 'penalty_line'] as const

/** A step's words for one invoice, in its language. A paragraph whose gaps are all empty falls away. */
export function fill(
  step: StepWords,
  invoice: LateInvoice,
  asked: { penalty_cents: number; fee_cents: number },
  { t, fmt, studio }: { t: Translate; fmt: Format; studio: string }
): { subject: string; body: string } {
  const money = (cents: number) => fmt.money(cents, invoice.currency)
  const { penalty_cents, fee_cents } = asked
  const values: Record<(typeof gaps)[number], string> = {
    number: invoice.number,
    total: money(invoice.total_cents),
    open: money(invoice.open_cents),
    due: fmt.date(invoice.due_date),
    issued: fmt.date(invoice.issue_date),
    days: String(Math.max(0, invoice.days_late)),
    client: invoice.client_name,
    studio,
    penalty_line: [
      penalty_cents > 0 && t('dunning.letter.penalty', { penalty: money(penalty_cents) }),
      fee_cents > 0 && t('dunning.letter.fee', { fee: money(fee_cents) })
    ]
      .filter(Boolean)
      .join(' ')
  }
  const put = (text: string) =>
    text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? values[name as keyof typeof values] : whole))
  const fr = invoice.language === 'fr'
  const body = (fr ? step.text_fr : step.text_en)
    .split(/\n{2,}/)
    .map(paragraph => put(paragraph).trim())
    .filter(paragraph => paragraph !== '')
    .join('\n\n')
  return { subject: put(fr ? step.subject_fr : step.subject_en), body }
}

/** Names in braces that a step's words use and nobody fills. */
export const unknownGaps = (text: string): string[] =>
  [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name).filter(name => !gaps.some(gap => gap === name))
