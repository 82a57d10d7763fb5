import type { DeclaredAccess } from '../../../test/access/declared.ts'

export const access: DeclaredAccess = {
  permissions: {
    'signatures.read': ['manager'],
    'signatures.write': ['manager'],
    'signatures.sign': ['visitor']
  }
}
