import { newToken } from '../../../core/secrets.ts'
import type { Body, DeclaredAccess, Making } from '../../../test/access/declared.ts'
import { makeMusic } from './make.ts'

/** A revision of a track of its own. */
export async function revision({ db, person }: Making): Promise<{ id: number; project_id: number }> {
  const { track, revision: add } = makeMusic(db)
  const { track_id, project_id } = await track()
  const { id } = await add(track_id, { created_by: person })
  return { id, project_id }
}

/** A link that lets its guest speak of a revision, and, when it was sent for review, decide. */
export async function link(
  making: Making,
  review = false
): Promise<{ token: string; revision_id: number; link_id: number }> {
  const { db } = making
  const { id, project_id } = await revision(making)
  const { token, hash } = newToken()
  const row = { project_id, revision_ids: [id], scope: 'comment', recipient: 'Zoé', token_hash: hash, token_sealed: '' }
  const [made] = await db('share_links').insert(row).returning<{ id: number }[]>('id')
  const link_id = made?.id ?? 0
  if (review) await db('reviews').insert({ revision_id: id, round: 1, to_name: 'Zoé', link_id })
  return { token, revision_id: id, link_id }
}

async function comment(making: Making): Promise<number> {
  const row = {
    revision_id: (await revision(making)).id,
    body: 'Plus de basse',
    author: 'Ana',
    person_id: making.person
  }
  const [made] = await making.db('track_comments').insert(row).returning<{ id: number }[]>('id')
  return made?.id ?? 0
}

async function guestComment(making: Making): Promise<{ token: string; id: number }> {
  const { token, revision_id, link_id } = await link(making)
  const row = { revision_id, link_id, body: 'Plus de basse', author: 'Zoé' }
  const [made] = await making.db('track_comments').insert(row).returning<{ id: number }[]>('id')
  return { token, id: made?.id ?? 0 }
}

const said = { body: 'Plus de basse', at: '0:10', until: '' }
const api =
  (more: Body = {}) =>
  async (making: Making): Promise<Body> => ({ id: await comment(making), ...more })

export const access: DeclaredAccess = {
  staff: `
GET  /mixes/revisions/:id/comments      mixes.read     part
POST /mixes/revisions/:id/comments      mixes.comment  write
GET  /mixes/revisions/:id/comments.txt  mixes.read     data
GET  /mixes/revisions/:id/comments.csv  mixes.read     data
GET  /mixes/revisions/:id/markers.csv   mixes.read     data
GET  /mixes/revisions/:id/labels.txt    mixes.read     data
GET  /mixes/revisions/:id/markers.mid   mixes.read     data
POST /mixes/comments/:id                mixes.comment  write
POST /mixes/comments/:id/answers        mixes.comment  write
POST /mixes/comments/:id/resolution     mixes.comment  write
POST /mixes/comments/:id/reopening      mixes.comment  write
POST /mixes/comments/:id/removal        mixes.comment  write
POST /api/mixes/comment                 mixes.comment  api
POST /api/mixes/answer                  mixes.comment  api
POST /api/mixes/change_comment          mixes.comment  api
POST /api/mixes/remove_comment          mixes.comment  api
POST /api/mixes/resolve_comment         mixes.comment  api
POST /api/mixes/reopen_comment          mixes.comment  api
POST /api/mixes/comment_by_link         mixes.listen   api
POST /api/mixes/settle_by_link          mixes.listen   api
POST /api/mixes/remove_by_link          mixes.listen   api
`,
  open: `
POST /mixes/:token/comments/resolution  mixes.listen  write
POST /mixes/:token/comments/removal     mixes.listen  write
`,
  params: {
    '/s/:studio/mixes/revisions/:id/comments': async making => ({ id: (await revision(making)).id }),
    '/s/:studio/mixes/revisions/:id/markers': async making => ({ id: (await revision(making)).id }),
    '/s/:studio/mixes/revisions/:id/labels': async making => ({ id: (await revision(making)).id }),
    '/s/:studio/mixes/comments/:id': async making => ({ id: await comment(making) }),
    '/o/:studio/mixes/:token/comments/re': async making => ({ token: (await link(making)).token })
  },
  bodies: {
    '/mixes/revisions/:id/comments': said,
    '/mixes/comments/:id': said,
    '/mixes/comments/:id/answers': { body: 'Fait' },
    '/api/mixes/comment': async making => ({ revision_id: (await revision(making)).id, ...said }),
    '/api/mixes/answer': api({ body: 'Fait' }),
    '/api/mixes/change_comment': api(said),
    '/api/mixes/remove_comment': api(),
    '/api/mixes/resolve_comment': api(),
    '/api/mixes/reopen_comment': api(),
    '/api/mixes/comment_by_link': async making => {
      const { token, revision_id } = await link(making)
      return { token, revision_id, ...said }
    },
    '/o/:studio/mixes/:token/comments/resolution': async making => ({ id: (await guestComment(making)).id }),
    '/o/:studio/mixes/:token/comments/removal': async making => ({ id: (await guestComment(making)).id }),
    '/api/mixes/settle_by_link': guestComment,
    '/api/mixes/remove_by_link': guestComment
  },
  buttons: [
    '/mixes/comments/:id/resolution',
    '/mixes/comments/:id/reopening',
    '/mixes/comments/:id/removal',
    '/o/:studio/mixes/:token/comments/resolution',
    '/o/:studio/mixes/:token/comments/removal'
  ]
}
