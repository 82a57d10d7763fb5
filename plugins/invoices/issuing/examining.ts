import type { Db } from '@patchbay/core'
import type { Folder } from '@patchbay/core/folder'
import { verify } from '../journal/verify.ts'

/** For `patchbay doctor`: numbers without gap, both chains, papers that are the ones that were hashed, paid = payments. */
export async function examine(place: { db: Db; folder: Folder }): Promise<string[]> {
  const { checks } = await verify(place)
  return checks.filter(({ faults }) => faults > 0).map(({ check, faults }) => `invoices, ${check}: ${faults} faults`)
}
