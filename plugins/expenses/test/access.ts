import type { DeclaredAccess } from '../../../test/access/declared.ts'

export const access: DeclaredAccess = {
  permissions: {
    'expenses.read': ['manager'],
    'expenses.write': ['manager', 'engineer', 'assistant']
  }
}
