import type { Format } from '@patchbay/core/format'
import type { Translate } from '@patchbay/core/i18n'
import { partsOf } from './rule.ts'
import type { RuleParts } from './rule.ts'

interface Voice {
  t: Translate
  fmt: Format
}

/** A rule as people say it: `Toutes les 2 semaines, le mardi et le jeudi, 10 fois`. */
export function ruleInWords({ t, fmt }: Voice, rule: string): string {
  const parts = partsOf(rule)
  const { repeat, every, until, count } = parts
  const often = every === 1 ? t(`sessions.series.rule.${repeat}`) : t(`sessions.series.rule.${repeat}_every`, { every })
  const on = onWhich(t, parts)
  const end = [
    ...(count ? [t('sessions.series.rule.count', { n: count })] : []),
    ...(until ? [t('sessions.series.rule.until', { day: fmt.day(until) })] : [])
  ]
  return [often, ...(on ? [on] : []), ...end].join(', ')
}

function onWhich(t: Translate, { repeat, weekdays, nth, monthday }: RuleParts): string {
  if (repeat === 'daily') return ''
  const days = weekdays.map(day => t(`sessions.series.weekdays.${day}`))
  if (repeat === 'weekly') return t('sessions.series.rule.on', { days: listed(t, days) })
  if (monthday !== null)
    return monthday === -1 ? t('sessions.series.rule.last_day') : t('sessions.series.rule.day', { n: monthday })
  return t('sessions.series.rule.nth', { nth: t(`sessions.series.nth.${nth ?? 1}`), day: days[0] ?? '' })
}

const listed = (t: Translate, words: string[]) =>
  words.length < 2
    ? words.join('')
    : t('sessions.series.rule.and', {
        list: words.slice(0, -1).join(t('sessions.series.rule.comma')),
        last: words.at(-1) ?? ''
      })
