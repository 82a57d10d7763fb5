import type { DeclaredAccess } from '../../../test/access/declared.ts'

export const access: DeclaredAccess = {
  permissions: { 'sessions.usage': ['manager'] },
  staff: `
GET  /sessions/finder                      sessions.read          page
GET  /sessions/usage                       sessions.usage         page
GET  /sessions/usage.csv                   sessions.usage         data
`
}
