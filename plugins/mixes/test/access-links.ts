import { hashPassword } from '../../../core/people/passwords.ts'
import { newToken } from '../../../core/secrets.ts'
import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'
import { makeMusic } from './make.ts'

/** A link to a project with one revision, with a password. */
async function link({ db }: Making): Promise<{ id: number; token: string; project_id: number; audio: number }> {
  const { track, revision } = makeMusic(db)
  const { track_id, project_id } = await track()
  const { audio_id: audio } = await revision(track_id)
  const { token, hash } = newToken()
  const password_hash = await hashPassword('ordener 18e')
  const row = {
    project_id,
    scope: 'comment',
    email: 'zoe@example.test',
    token_hash: hash,
    token_sealed: '',
    password_hash
  }
  const [made] = await db('share_links').insert(row).returning<{ id: number }[]>('id')
  return { id: made?.id ?? 0, token, project_id, audio }
}

/** The same as the house itself makes it, whose address can be shown. */
async function sealed(making: Making): Promise<{ id: number }> {
  const { id } = await link(making)
  return { id }
}

const project = async ({ db }: Making) => ({ project_id: (await makeMusic(db).track()).project_id, scope: 'listen' })

/** Links for guests: the studio's side, and the page of whoever comes by one. */
export const access: DeclaredAccess = {
  staff: `
GET  /mixes/links                  mixes.share   page
POST /mixes/links                  mixes.share   write
GET  /mixes/links/new              mixes.share   data
GET  /mixes/links/:id              mixes.share   page
POST /mixes/links/:id/revocation   mixes.share   write
POST /mixes/links/:id/renewal      mixes.share   write
POST /mixes/links/:id/mail         mixes.share   write
GET  /api/mixes/links              mixes.share   api
POST /api/mixes/share              mixes.share   api
POST /api/mixes/revoke_share       mixes.share   api
POST /api/mixes/renew_share        mixes.share   api
POST /api/mixes/send_share         mixes.share   api
POST /api/mixes/enter              mixes.listen  api
`,
  open: `
GET  /mixes/:token                         mixes.listen  page
POST /mixes/:token                         mixes.listen  write
GET  /mixes/:token/audio/:audio/listen     mixes.listen  data
GET  /mixes/:token/audio/:audio/peaks      mixes.listen  data
GET  /mixes/:token/audio/:audio/original   mixes.listen  data
GET  /mixes/:token/comments                mixes.listen  part
POST /mixes/:token/comments                mixes.listen  write
POST /mixes/:token/decision                mixes.listen  write
`,
  params: {
    '/s/:studio/mixes/links/:id': sealed,
    '/o/:studio/mixes/:token': async making => ({ token: (await link(making)).token }),
    '/o/:studio/mixes/:token/audio/:audio': async making => {
      const { token, audio } = await link(making)
      return { token, audio }
    }
  },
  bodies: {
    '/mixes/links': project,
    '/api/mixes/share': project,
    '/api/mixes/revoke_share': sealed,
    '/api/mixes/renew_share': sealed,
    '/api/mixes/send_share': sealed,
    '/api/mixes/enter': async making => ({ token: (await link(making)).token, password: 'ordener 18e' }),
    '/o/:studio/mixes/:token': { password: 'ordener 18e' }
  },
  // who is not in is led to the page
  buttons: ['/o/:studio/mixes/:token/comments', '/o/:studio/mixes/:token/decision']
}
