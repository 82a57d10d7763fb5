import type { DeclaredAccess } from '../../../test/access/declared.ts'

export const access: DeclaredAccess = {
  permissions: {
    'dunning.read': ['manager'],
    'dunning.write': ['manager']
  }
}
