import type { Working } from '@patchbay/core'
import { endRunOut } from './holds/promotion.ts'

/**
 * Every few minutes: options that ran out end, it is told, and who stood behind moves up. They blocked nothing since they
 * ran out.
 */
export async function sweepOptions(work: Working): Promise<void> {
  await endRunOut(work)
}
