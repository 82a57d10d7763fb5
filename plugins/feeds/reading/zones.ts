import { time } from '@patchbay/core'
import { offsetAt } from '@patchbay/core/offsets'
import ICAL from 'ical.js'

/**
 * Wall-clock times are numbers here: the milliseconds that the same clock would show in UTC. A zone makes the instant of
 * one; a time that the clock skips is read with the offset before, one that it repeats is the first (RFC 5545, 3.3.5).
 */
export type Zone = (wall: number) => number

export const utc: Zone = wall => wall

/** A zone that this machine knows by its IANA name. */
export const ianaZone =
  (name: string): Zone =>
  wall => {
    const before = wall - offsetAt(wall - dayMs, name)
    const after = wall - offsetAt(wall + dayMs, name)
    if (before === after || before + offsetAt(before, name) === wall) return before
    return after + offsetAt(after, name) === wall ? after : before
  }

/**
 * The zone that a calendar means by a TZID: an IANA name, with whatever stands before it; else what the calendar itself
 * says of it; else what Windows calls so. Undefined for one that is none.
 */
export function zoneNamed(tzid: string, described: (tzid: string) => string | undefined): Zone | undefined {
  const name = /(?:^|\/)((?:[A-Z][\w+-]*\/)?[A-Z][\w+-]*\/[A-Z][\w+-]*|UTC|GMT)$/i.exec(tzid)?.[1]
  if (name && time.isZone(name)) return ianaZone(name)
  const block = described(tzid)
  const own = block === undefined ? undefined : describedZone(block)
  const windows = windowsZones[tzid.replace(/\s+/g, ' ')]
  return own ?? (windows ? ianaZone(windows) : undefined)
}

const dayMs = 86_400_000

/** A VTIMEZONE that says when it is how far from UTC. */
function describedZone(block: string): Zone | undefined {
  const component = parsed(block)
  if (!component?.getFirstSubcomponent('standard') && !component?.getFirstSubcomponent('daylight')) return undefined
  const zone = new ICAL.Timezone(component)
  return wall => {
    const at = new Date(wall)
    const clock = ICAL.Time.fromData({
      year: at.getUTCFullYear(),
      month: at.getUTCMonth() + 1,
      day: at.getUTCDate(),
      hour: at.getUTCHours(),
      minute: at.getUTCMinutes(),
      second: at.getUTCSeconds(),
      isDate: false
    })
    return wall - zone.utcOffset(clock) * 1000
  }
}

/** A component as ical.js reads it; undefined for what is none. */
export function parsed(block: string): ICAL.Component | undefined {
  try {
    return new ICAL.Component(ICAL.parse(block) as unknown[])
  } catch {
    // one line that nobody can read makes its event none, and leaves the others
    return undefined
  }
}

/** Names of calendars made by Outlook, where they do not describe them. */
const windowsZones: Record<string, string> = {
  'Romance Standard Time': 'Europe/Paris',
  'W. Europe Standard Time': 'Europe/Berlin',
  'Central Europe Standard Time': 'Europe/Budapest',
  'Central European Standard Time': 'Europe/Warsaw',
  'GMT Standard Time': 'Europe/London',
  'E. Europe Standard Time': 'Europe/Chisinau',
  'GTB Standard Time': 'Europe/Bucharest',
  'FLE Standard Time': 'Europe/Kiev',
  'Morocco Standard Time': 'Africa/Casablanca',
  'Eastern Standard Time': 'America/New_York',
  'Central Standard Time': 'America/Chicago',
  'Mountain Standard Time': 'America/Denver',
  'Pacific Standard Time': 'America/Los_Angeles',
  'Tokyo Standard Time': 'Asia/Tokyo'
}
