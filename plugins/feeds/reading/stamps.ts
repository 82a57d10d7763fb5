import type ICAL from 'ical.js'
import { utc } from './zones.ts'
import type { Zone } from './zones.ts'

/** A time as an event says it: by the clock, and of which zone. */
export interface Stamp {
  wall: number
  zone: Zone
  /** A day, of no hour. */
  date: boolean
}

/** An event as far as it takes somebody's time. */
export interface Event {
  uid: string
  start: Stamp
  end: Stamp | undefined
  /** In milliseconds, where it says how long rather than until when. */
  length: number | undefined
  /** Which of a series it is said of. */
  recurrence: Stamp | undefined
  /** Called off, or takes nobody's time. */
  free: boolean
  summary: string | null
  /** RRULE, as jCal has it. */
  rules: unknown[]
  extra: Stamp[]
  except: Stamp[]
}

/** All times of a property, as written; those that are none are left out. Of a period, its start. */
export function valuesOf(component: ICAL.Component, name: string, zones: (tzid: string | undefined) => Zone): Stamp[] {
  return component.getAllProperties(name).flatMap(property => {
    const [, params, , ...values] = property.toJSON() as [string, { tzid?: unknown }, string, ...unknown[]]
    const tzid = typeof params.tzid === 'string' ? params.tzid : undefined
    return values.flatMap(value => {
      const written = String(Array.isArray(value) ? value[0] : value)
      const [, day, clock, z] = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d))?(Z)?$/.exec(written) ?? []
      if (day === undefined) return []
      const wall = dateMs(clock === undefined ? day : `${day}T${clock}Z`)
      if (Number.isNaN(wall)) return []
      // a day is one of the reader's own zone, whatever stands beside it
      return [{ wall, date: clock === undefined, zone: z ? utc : zones(clock === undefined ? undefined : tzid) }]
    })
  })
}

/** A text of an event without the signs that no page can show; '' when there is none. */
export function textOf(component: ICAL.Component, name: string): string {
  const value = component.getFirstPropertyValue(name)
  // oxlint-disable-next-line no-control-regex -- these are what must go
  return value === null ? '' : String(value).replace(/[\u0000-\u001f\u007f]+/g, ' ')
}

export const dateMs = (text: string): number => Date.parse(text)
