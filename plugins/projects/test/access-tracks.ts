import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'

const add = async ({ db }: Making, table: string, row: object): Promise<number> => {
  const [made] = await db(table).insert(row).returning<{ id: number }[]>('id')
  return made?.id ?? 0
}

const project = (making: Making) => add(making, 'projects', { title: `Album ${making.next()}`, kind: 'album' })

/** Two, so that one can change places with the other. */
async function track(making: Making): Promise<number> {
  const project_id = await project(making)
  await add(making, 'tracks', { project_id, position: 1, title: 'Marées' })
  return add(making, 'tracks', { project_id, position: 2, title: 'Grève' })
}

/** Five signs that nobody has. */
/** Another each time, of 46,656. */
const prefix = (making: Making) =>
  `FR${Number(making.next().split('-')[1]).toString(36).toUpperCase().padStart(3, '0').slice(-3)}`

const root = (making: Making) => add(making, 'isrc_roots', { prefix: prefix(making), owner: 'Label' })

/** A project whose root can give codes, with tracks. */
async function coded(making: Making): Promise<{ project_id: number; id: number }> {
  const id = await track(making)
  const found = await making.db('tracks').where({ id }).first<{ project_id: number }>('project_id')
  await making
    .db('projects')
    .where({ id: found.project_id })
    .update({ isrc_root_id: await root(making) })
  return { project_id: found.project_id, id }
}

const written = { title: 'Marées', status: 'mixing', bpm: '92,5' }

/** Tracks and their codes: see test/access/declared.ts. */
export const access: DeclaredAccess = {
  staff: `
GET  /projects/tracks                        projects.read   page
GET  /projects/:id/tracks                    projects.read   page
GET  /projects/:id/tracks/section            projects.read   part
GET  /projects/:id/tracks/new                projects.write  page
POST /projects/:id/tracks                    projects.write  write
GET  /projects/:id/tracks.csv                projects.read   data
GET  /projects/:id/tracks.pdf                projects.read   data
POST /projects/:id/codes                     projects.isrc   write
GET  /projects/:id/sheet                     projects.write  page
POST /projects/:id/sheet                     projects.write  write
GET  /projects/:id/statuses                  projects.write  page
POST /projects/:id/statuses                  projects.write  write
GET  /projects/tracks/:id                    projects.read   page
GET  /projects/tracks/:id/edit               projects.write  page
POST /projects/tracks/:id                    projects.write  write
GET  /projects/tracks/:id/sheet.pdf          projects.read   data
POST /projects/tracks/:id/place              projects.write  write
POST /projects/tracks/:id/status             projects.write  write
POST /projects/tracks/:id/code               projects.isrc   write
POST /projects/tracks/:id/removal            projects.write  write
GET  /projects/isrc                          projects.isrc   page
GET  /projects/isrc/codes.csv                projects.isrc   data
GET  /projects/isrc/roots/new                projects.isrc   page
POST /projects/isrc/roots                    projects.isrc   write
GET  /projects/isrc/roots/:id                projects.isrc   page
POST /projects/isrc/roots/:id                projects.isrc   write
POST /projects/isrc/roots/:id/counter        projects.isrc   write
POST /projects/isrc/roots/:id/archiving      projects.isrc   write
POST /projects/isrc/roots/:id/restoring      projects.isrc   write
GET  /api/projects/tracks                    projects.read   api
GET  /api/projects/isrc_codes                projects.isrc   api
POST /api/projects/add_tracks                projects.write  api
POST /api/projects/change_track              projects.write  api
POST /api/projects/set_track_status          projects.write  api
POST /api/projects/set_track_statuses        projects.write  api
POST /api/projects/move_track                projects.write  api
POST /api/projects/remove_track              projects.write  api
POST /api/projects/change_sheet              projects.write  api
POST /api/projects/assign_isrc               projects.isrc   api
POST /api/projects/assign_isrcs              projects.isrc   api
POST /api/projects/add_isrc_root             projects.isrc   api
POST /api/projects/change_isrc_root          projects.isrc   api
POST /api/projects/archive_isrc_root         projects.isrc   api
POST /api/projects/restore_isrc_root         projects.isrc   api
POST /api/projects/set_isrc_counter          projects.isrc   api
`,
  params: {
    '/s/:studio/projects/:id/codes': async making => ({ id: (await coded(making)).project_id }),
    '/s/:studio/projects/:id/tracks': async making => ({ id: await project(making) }),
    '/s/:studio/projects/:id/sheet': async making => ({ id: await project(making) }),
    '/s/:studio/projects/:id/statuses': async making => ({ id: (await coded(making)).project_id }),
    '/s/:studio/projects/tracks/:id': async making => ({ id: (await coded(making)).id }),
    '/s/:studio/projects/isrc/roots/:id': async making => ({ id: await root(making) })
  },
  bodies: {
    '/projects/:id/tracks': { titles: 'Marées\nGrève' },
    '/projects/:id/sheet': { sheet_rate: 96_000, sheet_depth: 24 },
    '/projects/tracks/:id': written,
    '/projects/tracks/:id/place': { position: 1 },
    '/projects/tracks/:id/status': { status: 'mixing' },
    '/projects/isrc/roots': async making => ({ prefix: prefix(making), owner: 'Label' }),
    '/projects/isrc/roots/:id': async making => ({ prefix: prefix(making), owner: 'Label' }),
    '/projects/isrc/roots/:id/counter': { next: 40 },
    '/api/projects/add_tracks': async making => ({ project_id: await project(making), titles: 'Marées' }),
    '/api/projects/change_track': async making => ({ ...written, id: await track(making) }),
    '/api/projects/set_track_status': async making => ({ id: await track(making), status: 'mixing' }),
    '/api/projects/set_track_statuses': async making => {
      const { project_id, id } = await coded(making)
      return { project_id, track_ids: id, status: 'mixing' }
    },
    '/api/projects/move_track': async making => ({ id: await track(making), position: 1 }),
    '/api/projects/remove_track': async making => ({ id: await track(making) }),
    '/api/projects/change_sheet': async making => ({ id: await project(making), sheet_rate: 48_000 }),
    '/api/projects/assign_isrc': async making => ({ id: (await coded(making)).id }),
    '/api/projects/assign_isrcs': async making => ({ project_id: (await coded(making)).project_id }),
    '/api/projects/add_isrc_root': async making => ({ prefix: prefix(making), owner: 'Label' }),
    '/api/projects/change_isrc_root': async making => ({
      id: await root(making),
      prefix: prefix(making),
      owner: 'Label'
    }),
    '/api/projects/archive_isrc_root': async making => ({ id: await root(making) }),
    '/api/projects/restore_isrc_root': async making => ({ id: await root(making) }),
    '/api/projects/set_isrc_counter': async making => ({ id: await root(making), next: 40 })
  },
  buttons: ['/projects/tracks/:id/place', '/projects/tracks/:id/status', '/projects/tracks/:id/removal']
}
