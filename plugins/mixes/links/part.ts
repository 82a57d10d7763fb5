import type { Part } from '@patchbay/core'
import { renewShare, revokeShare, sendShare, shareMix } from './actions.ts'
import { enterShare } from './entering.ts'
import { linksList } from './list.ts'
import { mailLink } from './mail.ts'
import { makeLink, revokeLink } from './making.ts'
import { openRoutes } from './open.ts'
import { linkRoutes } from './routes.ts'
import { forgetVisitors } from './visits.ts'

/** Links by which guests hear, comment, decide and take, without an account. */
export const links: Part = {
  actions: [shareMix, revokeShare, renewShare, sendShare, enterShare],
  lists: [linksList],
  live: { 'mixes.link-changed': 'mixes.read' },
  jobs: { 'forget-visitors': { every: '25 3 * * *', days: 800, run: ({ db }) => forgetVisitors(db) } },
  on: { 'mixes.link-sent': mailLink },
  answers: {
    // what is sealed is ours, whoever asks
    'mixes.make-link': ({ sealed }, { running, ...wanted }) => makeLink({ ...running, sealed }, wanted),
    'mixes.revoke-link': (_asking, { running, link_id }) => revokeLink(running, link_id)
  },
  staff: linkRoutes,
  open: openRoutes
}
