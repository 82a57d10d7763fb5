import type { DeclaredAccess } from '../../../test/access/declared.ts'

export const access: DeclaredAccess = {
  permissions: {
    'invoices.read': ['manager'],
    'invoices.write': ['manager'],
    'invoices.issue': ['manager'],
    'invoices.pay': ['manager'],
    'invoices.close': [],
    'invoices.view': ['visitor']
  }
}
