import type { DeclaredAccess } from '../../../test/access/declared.ts'

export const access: DeclaredAccess = {
  permissions: {
    'contracts.read': ['manager'],
    'contracts.write': ['manager']
  }
}
