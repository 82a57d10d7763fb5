import type { Format } from '@patchbay/core/format'
import type { Translate } from '@patchbay/core/i18n'
import { inOrder } from './policies.ts'
import type { FeeHow, PolicyStep } from './policies.ts'
import type { PriceRule } from './rules.ts'

interface Voice {
  t: Translate
  fmt: Format
}

type Condition = Pick<PriceRule, 'weekdays' | 'from_clock' | 'to_clock' | 'valid_from' | 'valid_to'>

/** When a rule holds, as people say it: `lun.–ven., 22:00–06:00, jusqu’au dim. 31 janv.` */
export function conditionWords({ weekdays, from_clock, to_clock, valid_from, valid_to }: Condition, { t, fmt }: Voice) {
  const dates =
    valid_from !== null && valid_to !== null
      ? t('sessions.prices.when.between', { from: fmt.day(valid_from), to: fmt.day(valid_to) })
      : valid_from !== null
        ? t('sessions.prices.when.from', { day: fmt.day(valid_from) })
        : valid_to !== null && t('sessions.prices.when.until', { day: fmt.day(valid_to) })
  const days = weekdays.length < 7 && dayWords(weekdays, t)
  const hours = from_clock !== null && `${from_clock}–${to_clock}`
  return [days, hours, dates].filter(Boolean).join(', ') || t('sessions.prices.when.always')
}

/** `lun.–ven.`, `sam., dim.`: three days or more that follow one another are one stretch. */
function dayWords(weekdays: readonly number[], t: Translate): string {
  const runs: number[][] = []
  for (const day of weekdays) {
    const run = runs.at(-1)
    if (run?.at(-1) === day - 1) run.push(day)
    else runs.push([day])
  }
  const name = (day: number | undefined) => t(`sessions.prices.days.${day ?? 1}`)
  return runs.flatMap(run => (run.length > 2 ? [`${name(run[0])}–${name(run.at(-1))}`] : run.map(name))).join(', ')
}

/** A policy's steps in words, from the longest before on: when, and what it costs then. */
export function stepWords(steps: readonly PolicyStep[], t: Translate) {
  const timed = inOrder(steps).filter(({ hours_before }) => hours_before !== null)
  return inOrder(steps).map(step => ({
    step,
    when: whenWords(step, timed[timed.findIndex(({ hours_before }) => hours_before === step.hours_before) - 1], t),
    cost: costWords(step, t)
  }))
}

/** `plus de 48 h avant`, `de 24 h à 48 h avant`, `le jour même`. */
function whenWords({ hours_before }: PolicyStep, above: PolicyStep | undefined, t: Translate): string {
  if (hours_before === null) return t('sessions.prices.step.day')
  if (above?.hours_before === undefined || above.hours_before === null) {
    return hours_before === 0 ? t('sessions.prices.step.ever') : t('sessions.prices.step.over', spanOf(hours_before, t))
  }
  const to = spanOf(above.hours_before, t).span
  if (hours_before === 0) return t('sessions.prices.step.under', { span: to })
  return t('sessions.prices.step.between', { from: spanOf(hours_before, t).span, to })
}

/** Three days and more in days. */
const spanOf = (hours: number, t: Translate) => ({
  span: hours >= 72 && hours % 24 === 0 ? t('sessions.prices.step.days', { n: hours / 24 }) : `${hours} h`
})

/** How a fee was made: `50 % de l’acompte (48,00 €), 32 h avant le début. Souple : 48 h.` */
export function feeWords({ policy, step, hours_left, of_cents }: FeeHow, { t, fmt }: Voice): string {
  const values = { cost: costWords(step, t), amount: fmt.money(of_cents), policy }
  if (hours_left === null) return t('sessions.prices.fee.how_missed', values)
  const { span: left } = spanOf(hours_left - (hours_left > 72 ? hours_left % 24 : 0), t)
  return t(step.percent === 0 ? 'sessions.prices.fee.how_free' : 'sessions.prices.fee.how', { ...values, left })
}

/** `sans frais`, `50 % de l’acompte`. */
export const costWords = ({ percent, of }: Pick<PolicyStep, 'percent' | 'of'>, t: Translate): string =>
  percent === 0 ? t('sessions.prices.step.free') : t(`sessions.prices.step.of_${of}`, { percent })
