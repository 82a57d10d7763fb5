import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'
import { link, revision } from './access-comments.ts'

/** A review that waits for an answer. */
async function review(making: Making): Promise<number> {
  const { revision_id } = await link(making, true)
  const { id } = await making.db('reviews').where({ revision_id }).first<{ id: number }>('id')
  return id
}

const sending = { to_name: 'Zoé', to_email: 'zoe@example.test' }
const noting = { name: 'Zoé', outcome: 'changes', remark: 'Plus de basse' }

export const access: DeclaredAccess = {
  staff: `
GET  /mixes                           mixes.read    page
GET  /mixes/revisions/:id/reviews     mixes.read    part
POST /mixes/revisions/:id/reviews     mixes.review  write
POST /mixes/reviews/:id/decision      mixes.review  write
POST /mixes/reviews/:id/withdrawal    mixes.review  write
GET  /api/mixes/reviews               mixes.read    api
POST /api/mixes/send_review           mixes.review  api
POST /api/mixes/withdraw_review       mixes.review  api
POST /api/mixes/note_decision         mixes.review  api
POST /api/mixes/decide_by_link        mixes.listen  api
`,
  params: {
    '/s/:studio/mixes/revisions/:id/reviews': async making => ({ id: (await revision(making)).id }),
    '/s/:studio/mixes/reviews/:id': async making => ({ id: await review(making) })
  },
  bodies: {
    '/mixes/revisions/:id/reviews': sending,
    '/mixes/reviews/:id/decision': noting,
    '/api/mixes/send_review': async making => ({ revision_id: (await revision(making)).id, ...sending }),
    '/api/mixes/withdraw_review': async making => ({ id: await review(making) }),
    '/api/mixes/note_decision': async making => ({ id: await review(making), ...noting }),
    '/api/mixes/decide_by_link': async making => {
      const { token, revision_id } = await link(making, true)
      return { token, revision_id, outcome: 'changes', remark: 'Plus de basse' }
    }
  },
  buttons: ['/mixes/reviews/:id/withdrawal']
}
