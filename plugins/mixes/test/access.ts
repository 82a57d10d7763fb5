import type { DeclaredAccess } from '../../../test/access/declared.ts'

/** What concerns all parts; each part's own routes are in a file of its own. */
export const access: DeclaredAccess = {
  permissions: {
    'mixes.read': ['manager', 'engineer', 'assistant'],
    'mixes.upload': ['manager', 'engineer', 'assistant'],
    'mixes.write': ['manager', 'engineer'],
    'mixes.comment': ['manager', 'engineer', 'assistant'],
    'mixes.review': ['manager', 'engineer'],
    'mixes.share': ['manager', 'engineer'],
    'mixes.listen': ['visitor']
  },
  staff: `
GET  /static/mixes/*                   public       file
`
}
