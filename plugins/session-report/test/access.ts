import { newToken } from '../../../core/secrets.ts'
import type { Body, DeclaredAccess, Making } from '../../../test/access/declared.ts'

const add = async ({ db }: Making, table: string, row: object): Promise<number> => {
  const [made] = await db(table).insert(row).returning<{ id: number }[]>('id')
  return made?.id ?? 0
}

/** Rows of the room's page by the word of their address. */
const rows: Record<string, (making: Making, session_id: number) => Promise<number>> = {
  arrivals: (making, session_id) => add(making, 'session_arrivals', { session_id, name: 'Zoé' }),
  titles: (making, session_id) => add(making, 'session_titles', { session_id, title: `Titre ${making.next()}` }),
  takes: async (making, session_id) =>
    add(making, 'session_takes', { title_id: await rows['titles']?.(making, session_id), number: 1 }),
  musicians: (making, session_id) => add(making, 'session_musicians', { session_id, name: 'Zoé' }),
  costs: (making, session_id) =>
    add(making, 'session_costs', { session_id, kind: 'consumable', label: 'Cordes', unit_cents: 1000 }),
  times: (making, session_id) => {
    const started_at = new Date(Date.now() - 72e5)
    const ended_at = new Date(Date.now() - 36e5)
    return add(making, 'time_entries', { session_id, person_id: making.person, started_at, ended_at })
  }
}

const report = (making: Making, session_id: number) =>
  add(making, 'session_reports', { session_id, snapshot: content(session_id), hash: 'a'.repeat(64) })

/** One pixel, as a PDF can draw it. */
const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64'
)

/** What a page can show of a report. */
const content = (id: number) => {
  const at = new Date().toISOString()
  const session = {
    id,
    title: 'Titre',
    client: 'Zoé',
    room: 'A',
    starts_at: at,
    ends_at: at,
    booked_minutes: 60,
    started_at: null,
    completed_at: null,
    present_minutes: null
  }
  const none = {
    notes: null,
    producer: null,
    first_destination: null,
    people: [],
    arrivals: [],
    titles: [],
    musicians: [],
    costs: [],
    overtime: [],
    corrects: null
  }
  const hours = { raw_minutes: 0, billed_minutes: 0, lines: [] }
  return JSON.stringify({ format: 1, studio: 'S', currency: 'EUR', place: null, session, hours, ...none })
}

async function signed(making: Making, session_id: number): Promise<number> {
  await log(making, session_id)
  const words = { signer_name: 'Zoé', consent: 'Oui', seal: 'b'.repeat(64) }
  const id = await add(making, 'session_reports', {
    session_id,
    snapshot: content(session_id),
    hash: 'a'.repeat(64),
    version: 1,
    signed_at: new Date(),
    way: 'tablet',
    image: dot,
    ...words
  })
  await making.db('session_logs').where({ session_id }).update({ signed_report_id: id })
  return id
}

const log = ({ db }: Making, session_id: number) => db('session_logs').insert({ session_id }).onConflict().ignore()

/** A report that waits behind a link: the link's id and token. */
async function link(making: Making, session_id: number): Promise<{ id: number; token: string }> {
  await log(making, session_id)
  const { token, hash } = newToken()
  const report_id = await report(making, session_id)
  const mail = { name: 'Zoé', email: 'zoe@example.test', locale: 'fr' }
  const expires_at = new Date(Date.now() + 864e5)
  return { id: await add(making, 'report_links', { report_id, ...mail, token_hash: hash, expires_at }), token }
}

const sessionOf = ({ records }: Making): Promise<number> =>
  (records as unknown as { session: (state: string) => Promise<number> }).session('in_progress')

const task = (making: Making) => add(making, 'task_types', { name: `Tâche ${making.next()}` })

/** The body of an action of the API about a session or one of its rows. */
const api =
  (fields: Body = {}, row?: string) =>
  async (making: Making): Promise<Body> => {
    const session_id = await sessionOf(making)
    const id = row && (await rows[row]?.(making, session_id))
    return { session_id, ...(id && { id }), ...fields }
  }

const day = () => new Date(Date.now() - 864e5).toISOString().slice(0, 10)
const time = () => ({ day: day(), starts: '10:00', ends: '11:00', reason: 'Oubli' })
const cost = { label: 'Cordes', unit_cents: '12,50' }
const signature = { name: 'Zoé', consent: 'on', image: `data:image/png;base64,AAAA`, hash: 'c'.repeat(64) }
const answer = { code: '123456', name: 'Zoé', consent: 'on' }
const lines = ['arrivals', 'titles', 'musicians', 'costs'] as const
const bodies = { arrivals: { name: 'Zoé' }, titles: { title: 'Titre' }, musicians: { name: 'Zoé' }, costs: cost }
const nouns = { arrivals: 'arrival', titles: 'title', musicians: 'musician', costs: 'cost' }

export const access: DeclaredAccess = {
  permissions: {
    'session-report.read': ['manager', 'engineer', 'assistant'],
    'session-report.write': ['manager', 'engineer', 'assistant'],
    'session-report.sign': ['manager', 'engineer', 'assistant'],
    'session-report.correct': ['manager'],
    'session-report.answer': ['visitor']
  },
  staff: `
GET  /static/session-report/*                      public                  file
GET  /session-report                               session-report.read     page
GET  /session-report/timer                         session-report.read     part
POST /session-report/timer                         session-report.write    write
POST /session-report/timer/stop                    session-report.write    write
GET  /session-report/tasks                         session-report.correct  page
POST /session-report/tasks                         session-report.correct  write
POST /session-report/tasks/:id                     session-report.correct  write
POST /session-report/tasks/:id/archiving           session-report.correct  write
GET  /session-report/:id                           session-report.read     page
${lines
  .map(
    line => `
POST /session-report/:id/${line}                   session-report.write    write
POST /session-report/:id/${line}/:row              session-report.write    write
POST /session-report/:id/${line}/:row/removal      session-report.write    write`
  )
  .join('')}
POST /session-report/:id/titles/:title/takes       session-report.write    write
POST /session-report/:id/takes/:row                session-report.write    write
POST /session-report/:id/takes/:row/removal        session-report.write    write
POST /session-report/:id/notes                     session-report.write    write
POST /session-report/:id/overtime                  session-report.write    write
POST /session-report/:id/times                     session-report.correct  write
POST /session-report/:id/times/:row                session-report.correct  write
GET  /session-report/:id/report                    session-report.read     page
GET  /session-report/:id/report.pdf                session-report.read     data
GET  /session-report/:id/attendance.pdf            session-report.read     data
GET  /session-report/:id/versions/:version         session-report.read     page
GET  /session-report/:id/versions/:version/pdf     session-report.read     data
GET  /session-report/:id/versions/:version/drawing session-report.read     data
GET  /session-report/:id/signature                 session-report.sign     page
POST /session-report/:id/signature                 session-report.sign     write
POST /session-report/:id/links                     session-report.sign     write
POST /session-report/:id/links/:link/removal       session-report.sign     write
POST /session-report/:id/reopening                 session-report.correct  write
GET  /api/session-report/list                      session-report.read     api
${lines
  .map(
    line => `
POST /api/session-report/add_${nouns[line]}        session-report.write    api
POST /api/session-report/change_${nouns[line]}     session-report.write    api
POST /api/session-report/remove_${nouns[line]}     session-report.write    api`
  )
  .join('')}
POST /api/session-report/add_take                  session-report.write    api
POST /api/session-report/change_take               session-report.write    api
POST /api/session-report/remove_take               session-report.write    api
POST /api/session-report/write_notes               session-report.write    api
POST /api/session-report/accept_overtime           session-report.write    api
POST /api/session-report/start_timer               session-report.write    api
POST /api/session-report/stop_timer                session-report.write    api
POST /api/session-report/note_time                 session-report.correct  api
POST /api/session-report/correct_time              session-report.correct  api
POST /api/session-report/add_task                  session-report.correct  api
POST /api/session-report/change_task               session-report.correct  api
POST /api/session-report/archive_task              session-report.correct  api
POST /api/session-report/sign                      session-report.sign     api
POST /api/session-report/send                      session-report.sign     api
POST /api/session-report/take_back                 session-report.sign     api
POST /api/session-report/reopen                    session-report.correct  api
POST /api/session-report/ask_code                  session-report.answer   api
POST /api/session-report/answer                    session-report.answer   api
`,
  open: `
GET  /session-report/:token                        session-report.answer   page
POST /session-report/:token/code                   session-report.answer   write
POST /session-report/:token/signature              session-report.answer   write
GET  /session-report/:token/pdf                    session-report.answer   data
`,
  params: {
    '/s/:studio/session-report/tasks/:id': async making => ({ id: await task(making) }),
    '/s/:studio/session-report/:id/versions/:version': async making => {
      const id = await sessionOf(making)
      return { id, version: await signed(making, id) }
    },
    '/s/:studio/session-report/:id/links/:link': async making => {
      const id = await sessionOf(making)
      return { id, link: (await link(making, id)).id }
    },
    '/s/:studio/session-report/:id/reopening': async making => {
      const id = await sessionOf(making)
      await signed(making, id)
      return { id }
    },
    '/s/:studio/session-report/:id/titles/:title': async making => {
      const id = await sessionOf(making)
      return { id, title: (await rows['titles']?.(making, id)) ?? 0 }
    },
    '/s/:studio/session-report/:id': async (making, url) => {
      const id = await sessionOf(making)
      const [, line] = /\/:id\/(\w+)\/:row/.exec(url) ?? []
      return { id, ...(line && { row: (await rows[line]?.(making, id)) ?? 0 }) }
    },
    '/o/:studio/session-report/:token': async making => ({ token: (await link(making, await sessionOf(making))).token })
  },
  bodies: {
    '/session-report/timer': async making => ({ session_id: await sessionOf(making) }),
    '/session-report/tasks': async ({ next }) => ({ name: `Tâche ${next()}` }),
    '/session-report/tasks/:id': async ({ next }) => ({ name: `Tâche ${next()}` }),
    '/api/session-report/add_task': async ({ next }) => ({ name: `Tâche ${next()}` }),
    '/api/session-report/change_task': async making => ({ id: await task(making), name: `Tâche ${making.next()}` }),
    '/api/session-report/archive_task': async making => ({ id: await task(making) }),
    ...Object.fromEntries(
      lines.flatMap(line => [
        [`/session-report/:id/${line}`, bodies[line]],
        [`/session-report/:id/${line}/:row`, bodies[line]],
        [`/api/session-report/add_${nouns[line]}`, api(bodies[line])],
        [`/api/session-report/change_${nouns[line]}`, api(bodies[line], line)],
        [`/api/session-report/remove_${nouns[line]}`, api({}, line)]
      ])
    ),
    '/session-report/:id/notes': { notes: 'Bien' },
    '/session-report/:id/overtime': { minutes: 30, accepted_by: 'Zoé' },
    '/session-report/:id/times': async ({ person }) => ({ person_id: person, ...time() }),
    '/session-report/:id/times/:row': time(),
    '/session-report/:id/signature': signature,
    '/session-report/:id/links': { name: 'Zoé', email: 'zoe@example.test' },
    '/session-report/:id/reopening': { reason: 'Oubli' },
    '/api/session-report/add_take': async making => {
      const session_id = await sessionOf(making)
      return { session_id, title_id: (await rows['titles']?.(making, session_id)) ?? 0 }
    },
    '/api/session-report/change_take': api({}, 'takes'),
    '/api/session-report/remove_take': api({}, 'takes'),
    '/api/session-report/write_notes': api({ notes: 'Bien' }),
    '/api/session-report/accept_overtime': api({ minutes: 30, accepted_by: 'Zoé' }),
    '/api/session-report/start_timer': api(),
    '/api/session-report/note_time': async making => ({
      session_id: await sessionOf(making),
      person_id: making.person,
      ...time()
    }),
    '/api/session-report/correct_time': api(time(), 'times'),
    '/api/session-report/sign': api(signature),
    '/api/session-report/send': api({ name: 'Zoé', email: 'zoe@example.test' }),
    '/api/session-report/take_back': async making => {
      const session_id = await sessionOf(making)
      return { session_id, id: (await link(making, session_id)).id }
    },
    '/api/session-report/reopen': async making => {
      const session_id = await sessionOf(making)
      await signed(making, session_id)
      return { session_id, reason: 'Oubli' }
    },
    '/api/session-report/ask_code': async making => ({ token: (await link(making, await sessionOf(making))).token }),
    '/api/session-report/answer': async making => ({
      ...answer,
      token: (await link(making, await sessionOf(making))).token
    }),
    '/o/:studio/session-report/:token/signature': answer
  }
}
