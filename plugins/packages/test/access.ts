import type { DeclaredAccess } from '../../../test/access/declared.ts'

export const access: DeclaredAccess = {
  permissions: {
    'packages.read': ['manager', 'engineer', 'assistant'],
    'packages.write': ['manager']
  }
}
