import { UnreadableCalendar } from './problems.ts'
import { recurrences } from './recurring.ts'
import { dateMs, textOf, valuesOf } from './stamps.ts'
import type { Event, Stamp } from './stamps.ts'
import { ianaZone, parsed, zoneNamed } from './zones.ts'
import type { Zone } from './zones.ts'

export interface ReadingOptions {
  /** For times without a zone, days, and zones that nobody knows. */
  timezone: string
  from: Date
  to: Date
  /** How the UIDs of our own feeds end: what came from here is not taken in again. */
  own: string
  /** At most so many stretches, the nearest. */
  most: number
}

/** A stretch in which whoever owns the calendar is taken. */
export interface Stretch {
  uid: string
  starts_at: Date
  ends_at: Date
  summary: string | null
}

export interface ReadCalendar {
  times: Stretch[]
  /** There were more than `most`: nothing is known from here on. */
  cut_at: Date | null
}

/**
 * When a calendar says that its owner is taken, between two instants, in order. Each event is read by itself, so that one
 * that is broken costs no other, and old ones are not read at all.
 * @throws UnreadableCalendar
 */
export function readCalendar(text: string, options: ReadingOptions): ReadCalendar {
  const whole = text.replace(/\r\n?/g, '\n').replace(/^\uFEFF/, '')
  if (!/^\s*BEGIN:VCALENDAR\n/i.test(whole)) throw new UnreadableCalendar('not_calendar')
  const zones = zonesIn(whole, ianaZone(options.timezone))
  const events = eventsIn(whole, options, zones)
  const replaced = new Map<string, Set<number>>()
  for (const { uid, recurrence } of events)
    if (recurrence) replaced.set(uid, (replaced.get(uid) ?? new Set()).add(recurrence.zone(recurrence.wall)))
  const budget = { steps: 300_000 }
  const [from, to] = [options.from.getTime(), options.to.getTime()]
  const times: Stretch[] = []
  for (const event of events) {
    if (event.free) continue
    for (const start of recurrences(event, replaced.get(event.uid), { from, to }, budget)) {
      const starts = event.start.zone(start)
      const ends = endOf(event, start, starts)
      if (ends <= starts || ends <= from || starts >= to) continue
      times.push({
        uid: event.uid,
        summary: event.summary,
        starts_at: new Date(Math.max(starts, from)),
        ends_at: new Date(Math.min(ends, to))
      })
    }
  }
  times.sort((a, b) => a.starts_at.getTime() - b.starts_at.getTime())
  return { times: times.slice(0, options.most), cut_at: times[options.most]?.starts_at ?? null }
}

/** An end by the clock stays at that clock across a change of it; a length in hours is one. */
function endOf({ start, end, length }: Event, wall: number, instant: number): number {
  if (length !== undefined) return instant + length
  if (end !== undefined) return end.zone(wall + (end.wall - start.wall))
  return start.date ? start.zone(wall + dayMs) : instant
}

const dayMs = 86_400_000

/** Zones by their names in this calendar, each made once. */
function zonesIn(text: string, floating: Zone): (tzid: string | undefined) => Zone {
  const blocks = new Map<string, string>()
  for (const [block] of text.matchAll(/^BEGIN:VTIMEZONE$[^]*?^END:VTIMEZONE$/gim)) {
    const tzid = /^TZID(?:;[^:\n]*)?:([^]*?)\n(?![ \t])/im.exec(block)?.[1]?.replace(/\n[ \t]/g, '')
    if (tzid !== undefined && !blocks.has(tzid.trim())) blocks.set(tzid.trim(), block)
  }
  const known = new Map<string, Zone>()
  return tzid => {
    if (tzid === undefined) return floating
    let zone = known.get(tzid)
    if (!zone) known.set(tzid, (zone = zoneNamed(tzid, name => blocks.get(name)) ?? floating))
    return zone
  }
}

function eventsIn(text: string, options: ReadingOptions, zones: (tzid: string | undefined) => Zone): Event[] {
  const events: Event[] = []
  const longAgo = options.from.getTime() - 400 * dayMs
  for (const [block] of text.matchAll(/^BEGIN:VEVENT$[^]*?^END:VEVENT$/gim)) {
    if (isOver(block, longAgo)) continue
    const event = eventOf(block, zones)
    if (event && !event.uid.endsWith(options.own)) events.push(event)
  }
  return events
}

/** Happened once, so long ago that it cannot reach into the window, unless it lasts longer than a year. */
function isOver(block: string, longAgo: number): boolean {
  if (/^(RRULE|RDATE|RECURRENCE-ID|DURATION)/im.test(block)) return false
  const days = [...block.matchAll(/^DT(?:START|END)(?:;[^:\n]*)?:(\d{4})(\d\d)(\d\d)/gim)]
  return days.length > 0 && days.every(([, year, month, day]) => dateMs(`${year}-${month}-${day}`) < longAgo)
}

function eventOf(block: string, zones: (tzid: string | undefined) => Zone): Event | undefined {
  const component = parsed(block)
  if (!component) return undefined
  const stamp = (name: string): Stamp | undefined => valuesOf(component, name, zones)[0]
  const start = stamp('dtstart')
  if (!start) return undefined
  const length = component.getFirstPropertyValue('duration') as { toSeconds?: () => number } | null
  const seconds = length?.toSeconds?.()
  const free =
    /^transparent$/i.test(textOf(component, 'transp')) ||
    /^cancelled$/i.test(textOf(component, 'status')) ||
    /^free$/i.test(textOf(component, 'x-microsoft-cdo-busystatus'))
  const summary = textOf(component, 'summary').slice(0, 200).trim()
  return {
    uid: textOf(component, 'uid').slice(0, 300),
    start,
    end: stamp('dtend'),
    length: seconds === undefined || start.date ? undefined : seconds * 1000,
    ...(start.date && seconds !== undefined ? { end: { ...start, wall: start.wall + seconds * 1000 } } : {}),
    recurrence: stamp('recurrence-id'),
    free,
    summary: summary === '' ? null : summary.toWellFormed(),
    rules: component.getAllProperties('rrule').map(rule => (rule.toJSON() as unknown[])[3]),
    extra: valuesOf(component, 'rdate', zones),
    except: valuesOf(component, 'exdate', zones)
  }
}
