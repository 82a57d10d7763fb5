import { hashPassword } from '../../../core/people/passwords.ts'
import { newToken } from '../../../core/secrets.ts'
import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'
import { makeMusic } from '../../mixes/test/make.ts'

/** A package of one file, without an address, or with one behind a password. */
async function delivery({ db }: Making, more: Record<string, unknown> = {}) {
  const { track, revision } = makeMusic(db)
  const { track_id, project_id } = await track()
  const { audio_id } = await revision(track_id, { version: 'master' })
  const row = { project_id, title: 'Masters', email: 'zoe@example.test', gate: 'by_hand', ...more }
  const [made] = await db('deliveries').insert(row).returning<{ id: number }[]>('id')
  const id = made?.id ?? 0
  const file = { delivery_id: id, audio_id, name: 'ZA_Foret_MX01_Master_48k24.wav' }
  const [added] = await db('delivery_files').insert(file).returning<{ id: number }[]>('id')
  return { id, project_id, audio_id, file_id: added?.id ?? 0 }
}

const one = async (making: Making) => ({ id: (await delivery(making)).id })
const released = async (making: Making) => {
  const { id } = await delivery(making, { opened_at: new Date(), opened_reason: 'Le label presse' })
  return { id }
}

async function linked(making: Making, more: Record<string, unknown> = {}) {
  const { token, hash } = newToken()
  const password_hash = await hashPassword('ordener 18e')
  return { token, ...(await delivery(making, { token_hash: hash, token_sealed: 'v1:none', password_hash, ...more })) }
}

/** Somebody who is in by the link of a package that is open. */
async function taking(making: Making) {
  const { id, token } = await linked(making, { opened_at: new Date(), opened_reason: 'Le label presse' })
  const { token: key, hash } = newToken()
  await making.db('delivery_visits').insert({ delivery_id: id, what: 'opened', key_hash: hash })
  return { token, key }
}

const terms = { title: 'Masters', gate: 'by_hand', scope: 'download' }
const fresh = async (making: Making) => {
  const { project_id, audio_id } = await delivery(making)
  return { ...terms, project_id, audio_ids: audio_id }
}

/** Packages: the studio's side, and the page of whom they are for. */
export const access: DeclaredAccess = {
  permissions: {
    'deliveries.read': ['manager', 'engineer', 'assistant'],
    'deliveries.write': ['manager', 'engineer'],
    'deliveries.release': ['manager'],
    'deliveries.receive': ['visitor']
  },
  staff: `
GET  /static/deliveries/*              public              file
GET  /deliveries                       deliveries.read     page
POST /deliveries                       deliveries.write    write
GET  /deliveries/new                   deliveries.write    page
GET  /deliveries/:id                   deliveries.read     page
POST /deliveries/:id                   deliveries.write    write
GET  /deliveries/:id/edit              deliveries.write    page
GET  /deliveries/:id/files             deliveries.write    page
POST /deliveries/:id/files             deliveries.write    write
POST /deliveries/:id/link              deliveries.write    write
POST /deliveries/:id/sending           deliveries.write    write
POST /deliveries/:id/revocation        deliveries.write    write
POST /deliveries/:id/removal           deliveries.write    write
POST /deliveries/:id/release           deliveries.release  write
POST /deliveries/:id/withholding       deliveries.release  write
GET  /api/deliveries/list              deliveries.read     api
POST /api/deliveries/prepare           deliveries.write    api
POST /api/deliveries/change            deliveries.write    api
POST /api/deliveries/choose_files      deliveries.write    api
POST /api/deliveries/remove            deliveries.write    api
POST /api/deliveries/open_link         deliveries.write    api
POST /api/deliveries/send              deliveries.write    api
POST /api/deliveries/revoke            deliveries.write    api
POST /api/deliveries/release           deliveries.release  api
POST /api/deliveries/withhold          deliveries.release  api
POST /api/deliveries/enter             deliveries.receive  api
POST /api/deliveries/take              deliveries.receive  api
`,
  open: `
GET  /deliveries/:token                deliveries.receive  page
POST /deliveries/:token                deliveries.receive  write
GET  /deliveries/:token/package.zip    deliveries.receive  data
GET  /deliveries/:token/files/:id      deliveries.receive  data
`,
  params: {
    '/s/:studio/deliveries/:id': one,
    '/s/:studio/deliveries/:id/withholding': released,
    '/o/:studio/deliveries/:token': async making => ({ token: (await linked(making)).token }),
    '/o/:studio/deliveries/:token/files/:id': async making => {
      const { token, file_id } = await linked(making)
      return { token, id: file_id }
    }
  },
  bodies: {
    '/deliveries': fresh,
    '/deliveries/:id': { ...terms, version: 1 },
    '/deliveries/:id/release': { reason: 'Le label presse' },
    '/api/deliveries/prepare': fresh,
    '/api/deliveries/change': async making => ({ ...terms, version: 1, ...(await one(making)) }),
    '/api/deliveries/choose_files': async making => {
      const { id, audio_id } = await delivery(making)
      return { id, version: 1, 'files.0.audio_id': audio_id, 'files.0.chosen': 'on' }
    },
    '/api/deliveries/remove': one,
    '/api/deliveries/open_link': one,
    '/api/deliveries/send': one,
    '/api/deliveries/revoke': async making => ({ id: (await linked(making)).id }),
    '/api/deliveries/release': async making => ({ ...(await one(making)), reason: 'Le label presse' }),
    '/api/deliveries/withhold': released,
    '/api/deliveries/enter': async making => ({ token: (await linked(making)).token, password: 'ordener 18e' }),
    '/api/deliveries/take': taking,
    '/o/:studio/deliveries/:token': { password: 'ordener 18e' }
  }
}
