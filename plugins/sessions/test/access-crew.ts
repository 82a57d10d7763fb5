import { newToken } from '@patchbay/core/secrets'
import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'

/** Somebody from outside. */
async function freelancer({ db, next }: Making): Promise<number> {
  const { rows } = await db.raw<{ rows: { id: number }[] }>(
    `insert into people (id, name, role) values (-nextval('freelancers'), ?, 'freelancer') returning id`,
    [`Indépendant ${next()}`]
  )
  return rows[0]?.id ?? 0
}

/** A session with somebody on it, who was asked; they may be on others at the same time. */
async function place({ db, records }: Making, person_id: number): Promise<{ id: number; person: number }> {
  const id = await records.session()
  const session = await db('sessions').where({ id }).first('during', 'lane')
  const over = db.raw('tstzmultirange(?::tstzrange)', [session.during])
  await db('session_people').insert({
    session_id: id,
    person_id,
    ...session,
    over,
    answer: 'asked',
    asked_at: new Date()
  })
  return { id, person: person_id }
}

async function link(making: Making): Promise<{ token: string }> {
  const { id, person } = await place(making, await freelancer(making))
  const { token, hash } = newToken()
  await making.db('crew_links').insert({ token_hash: hash, session_id: id, person_id: person })
  return { token }
}

async function absence({ db, person }: Making): Promise<{ absence: number }> {
  const [starts_at, ends_at] = [new Date(Date.now() + 40 * 864e5), new Date(Date.now() + 41 * 864e5)]
  const [row] = await db('busy_times')
    .insert({ person_id: person, kind: 'holiday', starts_at, ends_at })
    .returning<{ id: number }[]>('id')
  return { absence: row?.id ?? 0 }
}

const onePlace = async (making: Making) => {
  const { id, person } = await place(making, await freelancer(making))
  return { id, person_id: person }
}
const away = ({ person }: Making) => ({ person_id: person, kind: 'holiday', from_day: '2027-03-01' })

/** Who may what of the crew: people on sessions, freelancers, absences and closures, answers by private links. */
export const access: DeclaredAccess = {
  permissions: {
    'sessions.crew': ['manager'],
    'sessions.rates': ['manager'],
    'sessions.answer': ['visitor']
  },
  staff: `
GET  /sessions/people                            sessions.read    page
GET  /sessions/people/new                        sessions.crew    page
POST /sessions/people                            sessions.crew    write
GET  /sessions/people/:person                    sessions.read    page
GET  /sessions/people/:person/edit               sessions.crew    page
POST /sessions/people/:person                    sessions.crew    write
POST /sessions/people/:person/archiving          sessions.crew    write
POST /sessions/people/:person/restoring          sessions.crew    write
GET  /sessions/absences                          sessions.read    page
GET  /sessions/absences/new                      sessions.write   page
POST /sessions/absences                          sessions.write   write
POST /sessions/absences/:absence/removal         sessions.write   write
POST /sessions/:id/people                        sessions.write   write
POST /sessions/:id/people/:person/role           sessions.write   write
POST /sessions/:id/people/:person/question       sessions.write   write
POST /sessions/:id/people/:person/removal        sessions.write   write
POST /sessions/:id/people/:person/answer         sessions.crew    write
POST /sessions/:id/answer                        sessions.write   write
GET  /api/sessions/absences                      sessions.read    api
POST /api/sessions/add_person                    sessions.write   api
POST /api/sessions/change_role                   sessions.write   api
POST /api/sessions/ask_person                    sessions.write   api
POST /api/sessions/remove_person                 sessions.write   api
POST /api/sessions/answer                        sessions.write   api
POST /api/sessions/answer_for                    sessions.crew    api
POST /api/sessions/answer_by_link                sessions.answer  api
POST /api/sessions/add_freelancer                sessions.crew    api
POST /api/sessions/change_profile                sessions.crew    api
POST /api/sessions/archive_freelancer            sessions.crew    api
POST /api/sessions/restore_freelancer            sessions.crew    api
POST /api/sessions/add_absence                   sessions.write   api
POST /api/sessions/remove_absence                sessions.write   api
`,
  open: `
GET  /sessions/answers/:token                    sessions.answer  page
POST /sessions/answers/:token                    sessions.answer  write
`,
  params: {
    '/s/:studio/sessions/people/:person': async making => ({ person: await freelancer(making) }),
    '/s/:studio/sessions/absences/:absence': absence,
    '/s/:studio/sessions/:id/people/:person': async making => place(making, await freelancer(making)),
    '/s/:studio/sessions/:id/answer': async making => ({ id: (await place(making, making.person)).id }),
    '/o/:studio/sessions/answers/:token': link
  },
  bodies: {
    '/sessions/people': ({ next }) => Promise.resolve({ name: `Zoé ${next()}` }),
    '/sessions/people/:person': { name: 'Zoé' },
    '/sessions/absences': async making => away(making),
    '/sessions/:id/people': async making => ({ person_id: await freelancer(making), role: 'mixing' }),
    '/sessions/:id/people/:person/role': { role: 'mixing' },
    '/sessions/:id/people/:person/answer': { answer: 'accepted' },
    '/sessions/:id/answer': { answer: 'declined' },
    '/o/:studio/sessions/answers/:token': { answer: 'accepted' },
    '/api/sessions/add_person': async making => ({
      id: await making.records.session(),
      person_id: await freelancer(making),
      role: 'mixing'
    }),
    '/api/sessions/change_role': async making => ({ ...(await onePlace(making)), role: 'mixing' }),
    '/api/sessions/ask_person': onePlace,
    '/api/sessions/remove_person': onePlace,
    '/api/sessions/answer': async making => ({ id: (await place(making, making.person)).id, answer: 'accepted' }),
    '/api/sessions/answer_for': async making => ({ ...(await onePlace(making)), answer: 'accepted' }),
    '/api/sessions/answer_by_link': async making => ({ ...(await link(making)), answer: 'accepted' }),
    '/api/sessions/add_freelancer': { name: 'Zoé' },
    '/api/sessions/change_profile': async making => ({ person_id: await freelancer(making), name: 'Zoé' }),
    '/api/sessions/archive_freelancer': async making => ({ person_id: await freelancer(making) }),
    '/api/sessions/restore_freelancer': async making => ({ person_id: await freelancer(making) }),
    '/api/sessions/add_absence': async making => away(making),
    '/api/sessions/remove_absence': async making => ({ busy_id: (await absence(making)).absence })
  },
  buttons: ['/sessions/absences/:absence/removal']
}
