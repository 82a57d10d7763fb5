import type { DeclaredAccess } from '../../../test/access/declared.ts'

export const access: DeclaredAccess = {
  permissions: {
    'quotes.read': ['manager'],
    'quotes.write': ['manager']
  }
}
