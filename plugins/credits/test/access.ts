import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'

const staff = `
GET  /static/credits/*                                  public          file
GET  /credits                                           credits.read    page
GET  /credits/musicians.csv                             credits.read    data
GET  /credits/musicians/new                             credits.write   page
POST /credits/musicians                                 credits.write   write
GET  /credits/musicians/suggestions                     credits.read    part
GET  /credits/roles                                     credits.read    part
GET  /credits/musicians/:id                             credits.read    page
GET  /credits/musicians/:id/edit                        credits.write   page
POST /credits/musicians/:id                             credits.write   write
POST /credits/musicians/:id/archiving                   credits.write   write
POST /credits/musicians/:id/restoring                   credits.write   write
GET  /credits/musicians/:id/merging                     credits.write   page
POST /credits/musicians/:id/merging                     credits.write   write
GET  /credits/tracks/:id                                credits.read    page
POST /credits/tracks/:id/credits                        credits.write   write
POST /credits/tracks/:id/credits/:credit                credits.write   write
POST /credits/tracks/:id/credits/:credit/removal        credits.write   write
POST /credits/tracks/:id/credits/:credit/order          credits.write   write
POST /credits/tracks/:id/credits/:credit/confirmation   credits.write   write
POST /credits/tracks/:id/confirmation                   credits.write   write
POST /credits/tracks/:id/copies                         credits.write   write
POST /credits/tracks/:id/shares/composition             credits.write   write
POST /credits/tracks/:id/shares/recording               credits.write   write
POST /credits/tracks/:id/shares/composition/equal       credits.write   write
POST /credits/tracks/:id/shares/recording/equal         credits.write   write
POST /credits/tracks/:id/shares/composition/lock        credits.lock    write
POST /credits/tracks/:id/shares/recording/lock          credits.lock    write
POST /credits/tracks/:id/shares/composition/unlock      credits.lock    write
POST /credits/tracks/:id/shares/recording/unlock        credits.lock    write
POST /credits/tracks/:id/shares/composition/signature   credits.lock    write
POST /credits/tracks/:id/shares/recording/signature     credits.lock    write
GET  /credits/tracks/:id/shares/composition/sheet.pdf   credits.read    data
GET  /credits/tracks/:id/shares/recording/sheet.pdf     credits.read    data
GET  /credits/tracks/:id/shares/composition/sheet.txt   credits.read    data
GET  /credits/tracks/:id/shares/recording/sheet.txt     credits.read    data
GET  /credits/tracks/:id/rin.xml                        credits.read    data
GET  /credits/projects/:id                              credits.read    page
POST /credits/projects/:id/credits                      credits.write   write
POST /credits/projects/:id/proposals                    credits.write   write
GET  /credits/projects/:id/notes.pdf                    credits.read    data
GET  /credits/projects/:id/notes.txt                    credits.read    data
GET  /credits/projects/:id/attendance.pdf               credits.read    data
GET  /credits/projects/:id/credits.csv                  credits.read    data
GET  /credits/projects/:id/credits.json                 credits.read    data
GET  /credits/projects/:id/rin.zip                      credits.read    data
GET  /api/credits/musicians                             credits.read    api
POST /api/credits/add_musician                          credits.write   api
POST /api/credits/change_musician                       credits.write   api
POST /api/credits/archive_musician                      credits.write   api
POST /api/credits/restore_musician                      credits.write   api
POST /api/credits/merge_musicians                       credits.write   api
POST /api/credits/add                                   credits.write   api
POST /api/credits/change                                credits.write   api
POST /api/credits/remove                                credits.write   api
POST /api/credits/move                                  credits.write   api
POST /api/credits/confirm                               credits.write   api
POST /api/credits/copy                                  credits.write   api
POST /api/credits/accept                                credits.write   api
POST /api/credits/share                                 credits.write   api
POST /api/credits/share_equally                         credits.write   api
POST /api/credits/lock                                  credits.lock    api
POST /api/credits/unlock                                credits.lock    api
POST /api/credits/send_split                            credits.lock    api
`

const add = async ({ db }: Making, table: string, row: object): Promise<number> => {
  const [made] = await db(table).insert(row).returning<{ id: number }[]>('id')
  return made?.id ?? 0
}

const musician = (making: Making): Promise<number> =>
  add(making, 'musicians', { name: `Musicien ${making.next()}`, email: 'musicien@example.test' })

async function track(making: Making): Promise<{ id: number; project: number }> {
  const project = await add(making, 'projects', { title: `Album ${making.next()}`, kind: 'album' })
  return { project, id: await add(making, 'tracks', { project_id: project, title: 'Titre', position: 1 }) }
}

/** A track with a composer. */
async function credited(making: Making): Promise<{ id: number; project: number; credit: number; musician: number }> {
  const made = await track(making)
  const who = await musician(making)
  const credit = await add(making, 'track_credits', { track_id: made.id, musician_id: who, role: 'Composer' })
  return { ...made, credit, musician: who }
}

/** A track whose shares are whole, and perhaps locked. */
async function shared(making: Making, kind: string, locked = false): Promise<{ id: number }> {
  const { id, musician: who } = await credited(making)
  const sheet = await add(making, 'split_sheets', { track_id: id, kind })
  await making.db('split_shares').insert({ sheet_id: sheet, musician_id: who, role: 'Composer', share_bp: 10_000 })
  if (locked) await making.db('split_sheets').where({ id: sheet }).update({ locked_at: making.db.fn.now() })
  return { id }
}

/** A project whose team proposes credits. */
async function proposing(making: Making): Promise<{ project_id: number; keys: string }> {
  const { project } = await track(making)
  const person_id = making.person
  await making.db('project_people').insert({ project_id: project, person_id, role: 'mixing' })
  const { name } = await making.db('people').where({ id: person_id }).first<{ name: string }>('name')
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  return { project_id: project, keys: `person:${person_id}/${plain}/MixingEngineer` }
}

const credit = async (making: Making) => ({ musician_id: await musician(making), role: 'DrumKit' })
const both = async (making: Making) => ({ from: await musician(making), into: await musician(making) })
const ofCredit = async (making: Making) => {
  const { id, credit: one } = await credited(making)
  return { track_id: id, id: one }
}
const ofTrack = async (making: Making) => ({ track_id: (await credited(making)).id })
const ofSplit = async (making: Making, locked = false) => {
  const { id } = await shared(making, 'composition', locked)
  return { track_id: id, kind: 'composition' }
}
const copy = async (making: Making) => ({ from_track_id: (await credited(making)).id })

/** What credits say of their routes: see test/access/declared.ts. */
export const access: DeclaredAccess = {
  permissions: {
    'credits.read': ['manager', 'engineer', 'assistant'],
    'credits.write': ['manager', 'engineer'],
    'credits.lock': ['manager'],
    'credits.rates': ['manager']
  },
  staff,
  params: {
    '/s/:studio/credits/musicians/:id': async making => ({ id: await musician(making) }),
    '/s/:studio/credits/tracks/:id': async making => ({ id: (await credited(making)).id }),
    '/s/:studio/credits/tracks/:id/credits/:credit': async making => {
      const { id, credit: one } = await credited(making)
      return { id, credit: one }
    },
    '/s/:studio/credits/tracks/:id/shares/composition': making => shared(making, 'composition'),
    '/s/:studio/credits/tracks/:id/shares/composition/unlock': making => shared(making, 'composition', true),
    '/s/:studio/credits/tracks/:id/shares/composition/signature': making => shared(making, 'composition', true),
    '/s/:studio/credits/tracks/:id/shares/recording': making => shared(making, 'recording'),
    '/s/:studio/credits/tracks/:id/shares/recording/unlock': making => shared(making, 'recording', true),
    '/s/:studio/credits/tracks/:id/shares/recording/signature': making => shared(making, 'recording', true),
    '/s/:studio/credits/projects/:id': async making => ({ id: (await credited(making)).project }),
    '/s/:studio/credits/projects/:id/proposals': async making => ({ id: (await proposing(making)).project_id })
  },
  bodies: {
    '/credits/musicians': { name: 'Nina Ravel' },
    '/credits/musicians/:id': { name: 'Nina Ravel' },
    '/credits/musicians/:id/merging': both,
    '/credits/tracks/:id/credits': credit,
    '/credits/tracks/:id/credits/:credit': { role: 'DrumKit' },
    '/credits/tracks/:id/credits/:credit/order': { direction: 'up' },
    '/credits/tracks/:id/credits/:credit/confirmation': { confirmed: 'on' },
    '/credits/tracks/:id/copies': copy,
    '/credits/tracks/:id/shares/composition/unlock': { reason: 'Erreur' },
    '/credits/tracks/:id/shares/recording/unlock': { reason: 'Erreur' },
    '/credits/projects/:id/credits': async making => ({
      ...(await credit(making)),
      track_ids: (await track(making)).id
    }),
    '/credits/projects/:id/proposals': async making => ({ keys: (await proposing(making)).keys }),
    '/api/credits/add_musician': { name: 'Nina Ravel' },
    '/api/credits/change_musician': async making => ({ id: await musician(making), name: 'Nina Ravel' }),
    '/api/credits/archive_musician': async making => ({ id: await musician(making) }),
    '/api/credits/restore_musician': async making => ({ id: await musician(making) }),
    '/api/credits/merge_musicians': both,
    '/api/credits/add': async making => ({ ...(await credit(making)), track_ids: (await track(making)).id }),
    '/api/credits/change': async making => ({ ...(await ofCredit(making)), role: 'DrumKit' }),
    '/api/credits/remove': ofCredit,
    '/api/credits/move': async making => ({ ...(await ofCredit(making)), direction: 'up' }),
    '/api/credits/confirm': async making => ({ ...(await ofTrack(making)), confirmed: 'on' }),
    '/api/credits/copy': async making => ({ track_id: (await track(making)).id, ...(await copy(making)) }),
    '/api/credits/accept': proposing,
    '/api/credits/share': making => ofSplit(making),
    '/api/credits/share_equally': making => ofSplit(making),
    '/api/credits/lock': making => ofSplit(making),
    '/api/credits/send_split': making => ofSplit(making, true),
    '/api/credits/unlock': async making => ({ ...(await ofSplit(making, true)), reason: 'Erreur' })
  },
  buttons: ['/credits/musicians/:id/archiving', '/credits/musicians/:id/restoring']
}
