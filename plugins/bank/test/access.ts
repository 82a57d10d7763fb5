import type { DeclaredAccess } from '../../../test/access/declared.ts'

export const access: DeclaredAccess = {
  permissions: {
    'bank.read': ['manager'],
    'bank.write': ['manager']
  }
}
