import { saveFile } from '../../../core/storage.ts'
import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'

const idOf = async (rows: PromiseLike<{ id: number }[]>): Promise<number> => (await rows)[0]?.id ?? 0

/** A project without titles. */
const project = ({ db, next }: Making): Promise<number> =>
  idOf(
    db('projects')
      .insert({ title: `Projet ${next()}`, kind: 'album' })
      .returning('id')
  )

const task = async (making: Making): Promise<number> =>
  idOf(
    making
      .db('tasks')
      .insert({ title: 'Éditer les voix', project_id: await project(making) })
      .returning('id')
  )

const template = ({ db, next }: Making): Promise<number> =>
  idOf(
    db('project_templates')
      .insert({ name: `Modèle ${next()}`, kind: 'album' })
      .returning('id')
  )

async function noted(making: Making) {
  const project_id = await project(making)
  const note = { project_id, body: 'Plus de grave.', person_id: making.person }
  return { id: project_id, note: await idOf(making.db('project_notes').insert(note).returning('id')) }
}

async function filed(making: Making) {
  const { db, folder, next } = making
  const project_id = await project(making)
  const kept = await saveFile({ db, folder }, Buffer.from(`%PDF-1.7 ${next()}`), {
    name: 'Paroles',
    media_type: 'application/pdf'
  })
  const row = { project_id, file_id: kept.id, label: 'Paroles' }
  return { id: project_id, file: await idOf(db('project_files').insert(row).returning('id')) }
}

async function linked(making: Making) {
  const [id, session] = [await project(making), await making.records.session()]
  await making.db('project_sessions').insert({ project_id: id, session_id: session })
  return { id, session }
}

async function teamed(making: Making) {
  // another for each project: who is on two is no stranger to either
  const person = await making.records.member()
  const id = await project(making)
  await making.db('project_people').insert({ project_id: id, person_id: person, role: 'mixing' })
  return { id, person }
}

const file = Buffer.from('%PDF-1.7').toString('base64')

/** Projects, their tasks and templates: who may what, and with which records it is tried. */
export const access: DeclaredAccess = {
  permissions: {
    'projects.read': ['manager', 'engineer', 'assistant'],
    'projects.write': ['manager', 'engineer'],
    'projects.tasks': ['manager', 'engineer', 'assistant'],
    'projects.budget': ['manager'],
    'projects.isrc': ['manager', 'engineer']
  },
  staff: `
GET  /static/projects/*                          public           file
GET  /projects                                   projects.read    page
GET  /projects/board                             projects.read    page
GET  /projects/export.csv                        projects.read    data
GET  /projects/new                               projects.write   page
POST /projects                                   projects.write   write
GET  /projects/:id                               projects.read    page
GET  /projects/:id/edit                          projects.write   page
POST /projects/:id                               projects.write   write
GET  /projects/:id/moving                        projects.write   page
POST /projects/:id/moving                        projects.write   write
POST /projects/:id/removal                       projects.write   write
POST /projects/:id/team                          projects.write   write
POST /projects/:id/team/:person/removal          projects.write   write
GET  /projects/:id/sessions                      projects.write   page
POST /projects/:id/sessions                      projects.write   write
POST /projects/:id/sessions/:session/removal     projects.write   write
POST /projects/sessions/:session                 projects.write   write
POST /projects/:id/files                         projects.write   write
GET  /projects/:id/files/:file                   projects.read    data
POST /projects/:id/files/:file/removal           projects.write   write
POST /projects/:id/notes                         projects.tasks   write
POST /projects/:id/notes/:note                   projects.tasks   write
POST /projects/:id/notes/:note/removal           projects.tasks   write
POST /projects/:id/template                      projects.write   write
GET  /projects/tasks                             projects.read    page
POST /projects/tasks                             projects.tasks   write
GET  /projects/tasks/:id                         projects.tasks   page
POST /projects/tasks/:id                         projects.tasks   write
POST /projects/tasks/:id/completion              projects.tasks   write
POST /projects/tasks/:id/reopening               projects.tasks   write
POST /projects/tasks/:id/removal                 projects.tasks   write
GET  /projects/templates                         projects.read    page
GET  /projects/templates/new                     projects.write   page
POST /projects/templates                         projects.write   write
GET  /projects/templates/:id                     projects.write   page
POST /projects/templates/:id                     projects.write   write
POST /projects/templates/:id/archiving           projects.write   write
POST /projects/templates/:id/restoring           projects.write   write
GET  /api/projects/list                          projects.read    api
GET  /api/projects/tasks                         projects.read    api
POST /api/projects/add                           projects.write   api
POST /api/projects/change                        projects.write   api
POST /api/projects/move                          projects.write   api
POST /api/projects/remove                        projects.write   api
POST /api/projects/add_member                    projects.write   api
POST /api/projects/remove_member                 projects.write   api
POST /api/projects/link_sessions                 projects.write   api
POST /api/projects/unlink_session                projects.write   api
POST /api/projects/place_session                 projects.write   api
POST /api/projects/add_file                      projects.write   api
POST /api/projects/remove_file                   projects.write   api
POST /api/projects/add_note                      projects.tasks   api
POST /api/projects/change_note                   projects.tasks   api
POST /api/projects/remove_note                   projects.tasks   api
POST /api/projects/add_task                      projects.tasks   api
POST /api/projects/change_task                   projects.tasks   api
POST /api/projects/finish_task                   projects.tasks   api
POST /api/projects/reopen_task                   projects.tasks   api
POST /api/projects/remove_task                   projects.tasks   api
POST /api/projects/add_template                  projects.write   api
POST /api/projects/make_template                 projects.write   api
POST /api/projects/change_template               projects.write   api
POST /api/projects/archive_template              projects.write   api
POST /api/projects/restore_template              projects.write   api
`,
  params: {
    '/s/:studio/projects/tasks/:id': async making => ({ id: await task(making) }),
    '/s/:studio/projects/templates/:id/restoring': async making => {
      const id = await template(making)
      await making.db('project_templates').where({ id }).update({ archived_at: new Date() })
      return { id }
    },
    '/s/:studio/projects/templates/:id': async making => ({ id: await template(making) }),
    '/s/:studio/projects/sessions/:session': async making => ({ session: await making.records.session() }),
    '/s/:studio/projects/:id/team/:person': teamed,
    '/s/:studio/projects/:id/sessions/:session': linked,
    '/s/:studio/projects/:id/files/:file': filed,
    '/s/:studio/projects/:id/notes/:note': noted,
    '/s/:studio/projects/:id': async making => ({ id: await project(making) })
  },
  bodies: {
    '/projects': ({ next }) => Promise.resolve({ title: `Album ${next()}`, kind: 'album' }),
    '/projects/:id': { title: 'Autre titre', kind: 'ep' },
    '/projects/:id/moving': { status: 'mixing' },
    '/projects/:id/team': ({ person }) => Promise.resolve({ person_id: person, role: 'mixing' }),
    '/projects/:id/team/:person/removal': { role: 'mixing' },
    '/projects/:id/sessions': async ({ records }) => ({ session_ids: await records.session() }),
    '/projects/sessions/:session': async making => ({ project_id: await project(making) }),
    '/projects/:id/files': { label: 'Paroles', file },
    '/projects/:id/notes': { body: 'Plus de grave.' },
    '/projects/:id/notes/:note': { body: 'Moins de grave.' },
    '/projects/:id/template': ({ next }) => Promise.resolve({ name: `Modèle ${next()}` }),
    '/projects/tasks': { title: 'Réserver le piano' },
    '/projects/tasks/:id': { title: 'Accorder le piano' },
    '/projects/templates': ({ next }) => Promise.resolve({ name: `Modèle ${next()}`, kind: 'album' }),
    '/projects/templates/:id': ({ next }) => Promise.resolve({ name: `Modèle ${next()}`, kind: 'single' }),
    '/api/projects/add': { title: 'Album', kind: 'album' },
    '/api/projects/change': async making => ({ id: await project(making), title: 'Autre titre', kind: 'ep' }),
    '/api/projects/move': async making => ({ id: await project(making), status: 'mixing' }),
    '/api/projects/remove': async making => ({ id: await project(making) }),
    '/api/projects/add_member': async making => ({
      id: await project(making),
      person_id: making.person,
      role: 'mixing'
    }),
    '/api/projects/remove_member': async making => {
      const { id, person } = await teamed(making)
      return { id, person_id: person, role: 'mixing' }
    },
    '/api/projects/link_sessions': async making => ({
      id: await project(making),
      session_ids: await making.records.session()
    }),
    '/api/projects/unlink_session': async making => {
      const { id, session } = await linked(making)
      return { id, session_id: session }
    },
    '/api/projects/place_session': async making => ({
      session_id: await making.records.session(),
      project_id: await project(making)
    }),
    '/api/projects/add_file': async making => ({ id: await project(making), label: 'Paroles', file }),
    '/api/projects/remove_file': async making => {
      const { id, file: project_file_id } = await filed(making)
      return { id, project_file_id }
    },
    '/api/projects/add_note': async making => ({ id: await project(making), body: 'Plus de grave.' }),
    '/api/projects/change_note': async making => {
      const { id, note } = await noted(making)
      return { id, note_id: note, body: 'Moins de grave.' }
    },
    '/api/projects/remove_note': async making => {
      const { id, note } = await noted(making)
      return { id, note_id: note }
    },
    '/api/projects/add_task': async making => ({ title: 'Éditer', project_id: await project(making) }),
    '/api/projects/change_task': async making => ({ id: await task(making), title: 'Éditer les chœurs' }),
    '/api/projects/finish_task': async making => ({ id: await task(making) }),
    '/api/projects/reopen_task': async making => ({ id: await task(making) }),
    '/api/projects/remove_task': async making => ({ id: await task(making) }),
    '/api/projects/add_template': ({ next }) => Promise.resolve({ name: `Modèle ${next()}`, kind: 'album' }),
    '/api/projects/make_template': async making => ({ id: await project(making), name: `Modèle ${making.next()}` }),
    '/api/projects/change_template': async making => ({
      id: await template(making),
      name: `Modèle ${making.next()}`,
      kind: 'single'
    }),
    '/api/projects/archive_template': async making => ({ id: await template(making) }),
    '/api/projects/restore_template': async making => {
      const id = await template(making)
      await making.db('project_templates').where({ id }).update({ archived_at: new Date() })
      return { id }
    }
  },
  buttons: ['/projects/sessions/:session']
}
