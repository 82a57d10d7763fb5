import type { DeclaredAccess } from '../../../test/access/declared.ts'

export const access: DeclaredAccess = {
  permissions: {
    'catalogue.read': ['manager', 'engineer', 'assistant'],
    'catalogue.write': ['manager']
  }
}
