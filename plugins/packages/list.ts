import { list, time } from '@patchbay/core'
import { PackagesQuery } from './forms.ts'
import { listBalances } from './queries.ts'
import type { Balance } from './queries.ts'

/** What clients have left of packages. */
export const packagesList = list<typeof PackagesQuery, Balance>({
  name: 'packages.list',
  permission: 'packages.read',
  query: PackagesQuery,
  run: (db, query, { timezone }) => listBalances(db, query, time.today(timezone))
})
