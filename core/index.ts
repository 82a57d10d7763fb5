/** What a plugin imports: `import { action, definePlugin, allow } from '@patchbay/core'`. */
export { action } from './actions.ts'
export type { ActionDefinition, Outcome, Running } from './actions.ts'
export { allow } from './doors.ts'
export { rowsAfresh, rowsOf, together } from './database/reading.ts'
export { conflict, forbidden, notFound, refuse } from './errors.ts'
export * as fields from './forms.ts'
export { form } from './forms.ts'
export { cursor, list, pageSize } from './lists.ts'
export type { Page } from './lists.ts'
export { centsField, decimalField, decimalOf, divRound, inEuros, parseCents, priceForMinutes } from './money.ts'
export {
  lineTotal,
  largestAmount,
  share,
  shareOut,
  splitVat,
  totals,
  units,
  vatCategories,
  vatOf,
  vatRates,
  withoutVat
} from './totals.ts'
export type { LineTotal, PricedLine, Totals, Unit, VatCategory, VatShare, VatTotal, WholeDiscount } from './totals.ts'
export {
  discountText,
  isPriced,
  lineValues,
  microsText,
  moreRows,
  pricedLines,
  quantityText,
  vatKey,
  vatOfKey,
  wholeDiscount
} from './priced-lines.ts'
export type { TypedLine } from './priced-lines.ts'
export { ofParts } from './parts.ts'
export type { Part } from './parts.ts'
export { definePlugin, roles } from './plugin.ts'
export type {
  Actor,
  Ask,
  Asking,
  Context,
  Db,
  Did,
  Hearing,
  Hit,
  KnownPaper,
  Notice,
  NoticeKind,
  Mailed,
  NoticeValue,
  Plugin,
  RecordName,
  Sealed,
  Role,
  Section,
  PastFact,
  Seeding,
  Step,
  Working
} from './plugin.ts'
export { activityOf } from './studio/activity.ts'
export type { Activity } from './studio/activity.ts'
export type { Studio } from './database/tenants.ts'
export * as time from './time.ts'
