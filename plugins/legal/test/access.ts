import type { DeclaredAccess } from '../../../test/access/declared.ts'

export const access: DeclaredAccess = {
  permissions: {
    'legal.read': ['manager'],
    'legal.write': []
  }
}
