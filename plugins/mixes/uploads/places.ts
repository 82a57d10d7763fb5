import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Folder } from '@patchbay/core/folder'
import { codeOf } from '@patchbay/core/database/pg-errors'

/** Where the bytes of an upload lie until it is filed. */
export const placeOf = (folder: Folder, key: string): string => join(folder.workshop, `${key}.upload`)

/** How many of them are here; 0 when none are. */
export async function arrived(folder: Folder, key: string): Promise<number> {
  try {
    return (await stat(placeOf(folder, key))).size
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 0
    throw error
  }
}
