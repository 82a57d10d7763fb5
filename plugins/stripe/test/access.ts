import type { DeclaredAccess } from '../../../test/access/declared.ts'

export const access: DeclaredAccess = {
  permissions: {
    'stripe.read': ['manager'],
    'stripe.write': [],
    'stripe.refund': ['manager'],
    'stripe.pay': ['visitor']
  }
}
