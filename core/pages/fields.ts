import { z } from 'zod'
import { isZone } from '../time.ts'

/** An IANA time zone as a browser names its own; Europe/Paris for one that is missing or unknown. */
export const timezone = () =>
  z
    .string()
    .max(60)
    .optional()
    .transform(zone => (zone && isZone(zone) ? zone : 'Europe/Paris'))
