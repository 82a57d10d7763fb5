import type { DeclaredAccess } from '../../../test/access/declared.ts'

export const access: DeclaredAccess = {
  permissions: {
    'reports.read': ['manager'],
    'reports.export': ['manager']
  }
}
