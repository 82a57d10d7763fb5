import { fields, form } from '@patchbay/core'

/** What a studio may set about the time in its rooms and its reports. */
export const ReportSettings = form({
  /** Minutes between two sessions of a room that overtime never eats: to tidy up, to let people leave. */
  bump_minutes: fields.count(0, 240).default(15),
  /** Overtime is offered by so many minutes. */
  overtime_step: fields.count(5, 120).default(30),
  /** Time worked is billed by so many minutes, each kind of work of each person rounded up; 1 bills what the clock says. */
  rounding_minutes: fields.count(1, 60).default(15),
  /** A timer that runs longer was probably forgotten. */
  forgotten_hours: fields.count(1, 72).default(12),
  /** How long the link to sign at a distance works. */
  link_days: fields.count(1, 90).default(14),
  /** VAT on overtime and what was used, in hundredths of a percent, where nothing else says it. */
  vat_rate: fields.count(0, 10_000).default(2000),
  /** Where recordings are made, for the attendance sheet: the studio's address. */
  place: fields.optionalText(300).default(null)
})

/** The settings as the host hands them over. */
export const settingsOf = (settings: unknown) => ReportSettings.parse(settings)
