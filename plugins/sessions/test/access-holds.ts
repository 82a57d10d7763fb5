import { newToken } from '../../../core/secrets.ts'
import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'

/** Options, challenges, the waiting list: who may what, and with which records it is tried. */
export const access: DeclaredAccess = {
  permissions: { 'sessions.answer': ['visitor'] },
  staff: `
POST /sessions/:id/extension               sessions.write          write
POST /sessions/:id/challenge               sessions.write          write
POST /sessions/:id/challenge/withdrawal    sessions.write          write
GET  /sessions/waiting                     sessions.read           page
GET  /sessions/waiting/new                 sessions.write          page
POST /sessions/waiting                     sessions.write          write
POST /sessions/waiting/:id/position        sessions.write          write
POST /sessions/waiting/:id/removal         sessions.write          write
POST /sessions/waiting/:id/refusal         sessions.write          write
POST /sessions/waiting/:id/booking         sessions.write          write
POST /api/sessions/extend_option           sessions.write          api
POST /api/sessions/challenge               sessions.write          api
POST /api/sessions/withdraw_challenge      sessions.write          api
POST /api/sessions/answer_challenge        sessions.answer         api
POST /api/sessions/wait                    sessions.write          api
POST /api/sessions/stop_waiting            sessions.write          api
POST /api/sessions/move_waiting            sessions.write          api
POST /api/sessions/take_waiting            sessions.write          api
POST /api/sessions/decline_waiting         sessions.write          api
POST /api/sessions/answer_offer            sessions.answer         api
`,
  open: `
GET  /sessions/challenges/:token           sessions.answer         page
POST /sessions/challenges/:token           sessions.answer         write
GET  /sessions/offers/:token               sessions.answer         page
POST /sessions/offers/:token               sessions.answer         write
`,
  params: {
    '/s/:studio/sessions/:id/extension': async ({ records }) => ({ id: await records.session('option') }),
    '/s/:studio/sessions/:id/challenge/withdrawal': async making => ({ id: (await challenged(making)).id }),
    '/s/:studio/sessions/:id/challenge': async making => ({ id: await rivalled(making) }),
    '/s/:studio/sessions/waiting/:id': async making => ({ id: (await offered(making)).id }),
    '/o/:studio/sessions/challenges/:token': async making => ({ token: (await challenged(making)).token }),
    '/o/:studio/sessions/offers/:token': async making => ({ token: (await offered(making)).token })
  },
  bodies: {
    '/sessions/waiting': wish,
    '/sessions/waiting/:id/position': { direction: 'up' },
    '/o/:studio/sessions/challenges/:token': { answer: 'confirm' },
    '/o/:studio/sessions/offers/:token': { answer: 'take' },
    '/api/sessions/extend_option': async ({ records }) => ({ id: await records.session('option') }),
    '/api/sessions/challenge': async making => ({ id: await rivalled(making) }),
    '/api/sessions/withdraw_challenge': async making => ({ id: (await challenged(making)).id }),
    '/api/sessions/answer_challenge': async making => ({ token: (await challenged(making)).token, answer: 'release' }),
    '/api/sessions/wait': wish,
    '/api/sessions/stop_waiting': async making => ({ id: (await offered(making)).id }),
    '/api/sessions/move_waiting': async making => ({ id: (await offered(making)).id, direction: 'down' }),
    '/api/sessions/take_waiting': async making => ({ id: (await offered(making)).id }),
    '/api/sessions/decline_waiting': async making => ({ id: (await offered(making)).id }),
    '/api/sessions/answer_offer': async making => ({ token: (await offered(making)).token, answer: 'decline' })
  }
}

/** An option of the first rank, with one of the second behind it. */
async function rivalled(making: Making): Promise<number> {
  const id = await making.records.session('option')
  await behind(making, id)
  return id
}

async function behind({ db }: Making, id: number): Promise<number> {
  const first = await db('sessions').where({ id }).first('room_id', 'client_id', 'starts_at', 'ends_at', 'expires_at')
  const [rival] = await db('sessions')
    .insert({ ...first, state: 'option', rank: 2 })
    .returning<{ id: number }[]>('id')
  return rival?.id ?? 0
}

/** The same, asked for a decision, and the link to answer. */
async function challenged(making: Making): Promise<{ id: number; token: string }> {
  const id = await making.records.session('option')
  const { token, hash } = newToken()
  const until = new Date(Date.now() + 36e5)
  await making.db('challenges').insert({
    session_id: id,
    rival_id: await behind(making, id),
    deadline_at: until,
    option_until: until,
    token_hash: hash
  })
  return { id, token }
}

/** Somebody who waits and is offered a time, and the link to answer. */
async function offered({ db, records }: Making): Promise<{ id: number; token: string }> {
  const room_id = await records.room()
  const [waiting] = await db('waiting')
    .insert({
      client_id: await records.client(),
      from_day: '2027-03-01',
      to_day: '2027-03-05',
      minutes: 120,
      state: 'told'
    })
    .returning<{ id: number }[]>('id')
  const { token, hash } = newToken()
  await db('waiting_offers').insert({
    waiting_id: waiting?.id,
    room_id,
    starts_at: '2027-03-02T13:00Z',
    ends_at: '2027-03-02T15:00Z',
    until: new Date(Date.now() + 36e5),
    token_hash: hash
  })
  return { id: waiting?.id ?? 0, token }
}

async function wish({ records }: Making) {
  return { client_id: await records.client(), from_day: '2027-03-01', to_day: '2027-03-05', minutes: '2h' }
}
