import { z } from 'zod'

/** An IANA time zone as a browser names its own; Europe/Paris for one that is missing or unknown. */
export const timezone = () =>
  z
    .string()
    .max(60)
    .optional()
    .transform(zone => (zone && isZone(zone) ? zone : 'Europe/Paris'))

function isZone(zone: string): boolean {
  return zones.has(zone)
}

const zones = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC'])
