import { pageSize } from '@patchbay/core'
import t from 'tap'
import { filesOf } from '@patchbay/core/storage'
import { countQueries, openStudio } from '../../../test/helper.ts'
import type { Answer, Visitor } from '../../../test/helper.ts'
import { makeQuote } from '../../quotes/test/make.ts'
import { readUpc, upcCheck } from '../upc.ts'

const house = await openStudio(t)
const { db, studio, owner, manager, engineer, assistant, stranger } = house

const idIn = (answer: Answer) => Number(/\/projects\/(\d+)/.exec(answer.location)?.[1])
const dayIn = (days: number) => new Date(Date.now() + days * 864e5).toISOString().slice(0, 10)
const make = async (more: Record<string, string | number> = {}, who: Visitor = manager) =>
  idIn(await who.post('/projects', { title: 'Marées basses', kind: 'album', ...more }))
const row = (id: number) => db('projects').where({ id }).first()
const added = async (rows: PromiseLike<{ id: number }[]>) => (await rows)[0]?.id ?? 0
const addClient = (name: string) => added(db('clients').insert({ kind: 'band', name }).returning('id'))
const room_id = await added(
  db('rooms').insert({ name: 'Studio A', kind: 'live_room', always_open: true }).returning('id')
)
let hour = 0
async function addSession(client_id: number | null, more: object = {}): Promise<number> {
  const starts_at = new Date(Date.now() - 40 * 864e5 + hour++ * 4 * 3_600_000)
  const ends_at = new Date(starts_at.getTime() + 3 * 3_600_000)
  const fields = { room_id, client_id, starts_at, ends_at, state: 'completed', price_cents: 15_000, ...more }
  return added(db('sessions').insert(fields).returning('id'))
}
const trailOf = (id: number) =>
  db('activity')
    .whereRaw('? = any(about)', [`project:${id}`])
    .orderBy('id')
    .pluck('action')

t.test('a code of a release is proven by its last digit', async t => {
  t.equal(upcCheck('376012345678'), 4)
  t.equal(readUpc(' 3 760123-456784 '), '3760123456784')
  t.equal(readUpc('036000291452'), '036000291452', 'UPC-A')
  t.equal(readUpc('4006381333931'), '4006381333931', 'EAN-13')
  t.equal(readUpc('4006381333932'), undefined)
  t.equal(readUpc('12345'), undefined)
})

t.test('a project is entered as people write it, shown, changed, and leaves a trail', async t => {
  const client_id = await addClient('Brume Électrique')
  const id = await make({
    client_name: 'brume electrique',
    artist: '<b>Brume</b>',
    upc: '4 006381 333931',
    starts_on: '01/11/2026',
    due_on: '15/12/2026',
    budget_cents: '9 800,50',
    budget_minutes: '160h'
  })
  const dates = { starts_on: '2026-11-01', due_on: '2026-12-15' }
  t.match(await row(id), { client_id, upc: '4006381333931', budget_cents: 980_050, budget_minutes: 9600, ...dates })
  const page = await engineer.get(`/projects/${id}`)
  t.match(page.body, '&lt;b&gt;Brume&lt;/b&gt;')
  t.notMatch(page.body, /9\s?800,50/, 'the budget is not for engineers')
  t.match((await manager.get(`/projects/${id}`)).body, /9\s800,50/)
  const { version } = await row(id)
  const change = { title: 'Marées hautes', kind: 'ep', version, client_id, budget_cents: '100', rounds_included: 3 }
  t.equal((await manager.post(`/projects/${id}`, change)).statusCode, 303)
  t.match(await row(id), { title: 'Marées hautes', kind: 'ep', budget_cents: 10_000, rounds_included: 3 })
  t.equal((await manager.post(`/projects/${id}`, change)).statusCode, 409, 'read before somebody changed it')
  const kept = { title: 'Marées', kind: 'ep', client_id }
  t.equal((await engineer.post(`/projects/${id}`, kept)).statusCode, 303)
  t.match(await row(id), { budget_cents: 10_000 }, 'whoever cannot see the budget leaves it')
  t.equal((await engineer.post(`/projects/${id}`, { ...kept, budget_cents: '5' })).statusCode, 422)
  t.same(await trailOf(id), ['projects.add', 'projects.change', 'projects.change'])
})

t.test('what is wrong is said at its field, and nothing typed is lost', async t => {
  const wrong = { title: '', kind: 'album', artist: 'gardé', upc: '4006381333932', client_name: 'Personne' }
  const answer = await manager.post('/projects', wrong)
  t.equal(answer.statusCode, 422)
  t.match(answer.body, /f-title-error[\s\S]*gardé[\s\S]*f-upc-error/)
  const late = await manager.post('/projects', {
    title: 'Ici',
    kind: 'ep',
    starts_on: '15/12/2026',
    due_on: '01/12/2026'
  })
  t.match(late.body, /f-due_on-error/)
  t.match((await manager.post('/projects', { title: 'Ici', kind: 'ep', client_name: 'Personne' })).body, /Ce client/)
  t.equal((await manager.post('/projects', { title: 'Ici', kind: 'opera' })).statusCode, 422)
  t.equal((await assistant.post('/projects', { title: 'Ici', kind: 'ep' })).statusCode, 403)
  const id = await make()
  for (const path of [`/projects/${id}`, '/projects', '/projects/board', '/projects/tasks'])
    t.equal((await stranger.get(path)).statusCode, 404)
})

t.test('a card goes to its place between others, whatever comes at once', async t => {
  const [a, b, c, d] = [
    await make({ title: 'A' }),
    await make({ title: 'B' }),
    await make({ title: 'C' }),
    await make()
  ]
  const move = (id: number, more: object) =>
    engineer.api('POST', '/projects/move', { id, status: 'mastering', ...more })
  for (const id of [a, b, c]) await move(id, {})
  const order = () => db('projects').where({ status: 'mastering' }).orderBy(['position', 'id']).pluck('id')
  t.same(await order(), [c, b, a], 'on top, one after another')
  await move(a, { before_id: c })
  t.same(await order(), [a, c, b])
  await move(a, { after_id: b })
  t.same(await order(), [c, b, a])
  await move(a, { before_id: b, after_id: c })
  t.same(await order(), [c, a, b])
  await move(d, { before_id: a, after_id: 999_999 })
  t.same(await order(), [c, d, a, b], 'a neighbour that is gone counts for nothing')
  const many = await Promise.all(
    Array.from({ length: 50 }, (_, at) => move([a, b, c, d][at % 4] ?? a, { before_id: [b, c, d, a][at % 4] }))
  )
  t.same([...new Set(many.map(({ statusCode }) => statusCode))], [200])
  t.same(new Set(await order()), new Set([a, b, c, d]), 'each is still there')
  t.equal((await order()).length, 4, 'once')
  for (let at = 0; at < 70; at++) await move(at % 2 ? a : b, { after_id: c, before_id: at % 2 ? b : a })
  t.equal(new Set(await db('projects').where({ status: 'mastering' }).pluck('position')).size, 4, 'places stay apart')
  const form = await manager.post(`/projects/${a}/moving`, { status: 'delivered' })
  t.equal(form.statusCode, 303, 'and without script')
  t.match(await row(a), { status: 'delivered' })
  const board = await engineer.get('/projects/board')
  t.match(board.body, new RegExp(`column-delivered[\\s\\S]*card-${a}"`))
  t.notMatch(board.body, /card-0"/)
  t.equal((await assistant.api('POST', '/projects/move', { id: a, status: 'mixing' })).statusCode, 403)
})

t.test('sessions, team, notes and files hang on it', async t => {
  const client_id = await addClient('Kreiz Noz')
  const [id, other] = [await make({ client_name: 'Kreiz Noz' }), await make()]
  const [one, two] = [await addSession(client_id), await addSession(client_id)]
  t.match((await manager.get(`/projects/${id}/sessions`)).body, `value="${one}"`)
  t.equal((await manager.post(`/projects/${id}/sessions`, { session_ids: [one, two] })).statusCode, 303)
  t.match((await manager.get(`/sessions/${one}`)).body, `/projects/${id}"`, 'the session says of which project it is')
  t.equal((await manager.post(`/projects/sessions/${one}`, { project_id: other })).statusCode, 303)
  t.same(await db('project_sessions').where({ session_id: one }).pluck('project_id'), [other], 'of one at a time')
  await manager.post(`/projects/sessions/${one}`, { project_id: '' })
  t.same(await db('project_sessions').where({ session_id: one }), [])
  t.equal((await manager.post(`/projects/${id}/sessions`, { session_ids: 999_999 })).statusCode, 422)

  const member = { person_id: engineer.id, role: 'mixing' }
  t.equal((await manager.post(`/projects/${id}/team`, member)).statusCode, 303)
  t.equal((await manager.post(`/projects/${id}/team`, member)).statusCode, 422, 'once for each thing')
  t.notMatch((await manager.get(`/projects?show=mine`)).body, `project-${id}"`)
  t.match((await engineer.get(`/projects?show=mine`)).body, `project-${id}"`)
  t.notMatch((await engineer.get(`/projects?show=mine`)).body, `project-${other}"`)
  t.equal((await manager.post(`/projects/${id}/team/${engineer.id}/removal`, { role: 'mixing' })).statusCode, 303)

  t.equal((await assistant.post(`/projects/${id}/notes`, { body: 'Plus <i>de</i> grave' })).statusCode, 303)
  const note = await db('project_notes').where({ project_id: id }).first()
  t.match((await manager.get(`/projects/${id}`)).body, 'Plus &lt;i&gt;de')
  t.equal((await manager.post(`/projects/${id}/notes/${note.id}`, { body: 'Non' })).statusCode, 403, 'only its author')
  t.equal((await assistant.post(`/projects/${id}/notes/${note.id}`, { body: 'Moins' })).statusCode, 303)
  t.equal((await assistant.post(`/projects/${other}/notes/${note.id}/removal`)).statusCode, 404)
  t.equal((await assistant.post(`/projects/${id}/notes/${note.id}/removal`)).statusCode, 303)

  const file = Buffer.from('%PDF-1.7 paroles').toString('base64')
  const put = { id, label: 'Paroles.pdf', file }
  t.equal((await engineer.api('POST', '/projects/add_file', put)).statusCode, 200)
  const kept = await db('project_files').where({ project_id: id }).first()
  const sent = await assistant.get(`/projects/${id}/files/${kept.id}`)
  t.match(sent.headers, { 'content-type': 'application/pdf', 'content-disposition': /attachment.*Paroles\.pdf$/ })
  t.equal(sent.body, '%PDF-1.7 paroles')
  t.equal((await assistant.get(`/projects/${other}/files/${kept.id}`)).statusCode, 404)
  t.equal((await engineer.api('POST', '/projects/add_file', { id, label: 'Vide', file: '' })).statusCode, 422)
  const html = { id, label: 'x.html', file: Buffer.from('<script>').toString('base64') }
  await engineer.api('POST', '/projects/add_file', html)
  const page = await db('project_files').where({ label: 'x.html' }).first()
  t.match((await engineer.get(`/projects/${id}/files/${page.id}`)).headers, {
    'content-type': 'application/octet-stream'
  })
  t.equal((await engineer.post(`/projects/${id}/files/${kept.id}/removal`)).statusCode, 303)
  t.same(await db('files').where({ id: kept.file_id }), [])
})

t.test('a session booked from a project’s page is of that project', async t => {
  const client_id = await addClient('Voix de quai')
  const id = await make({ client_name: 'Voix de quai' })
  const address = `/sessions/new?project_id=${id}&client_id=${client_id}`
  t.match((await manager.get(`/projects/${id}`)).body, address.replace('&', '&amp;'))
  const form = await manager.get(address)
  t.match(form.body, `name="project_id" value="${id}"`)
  t.match(form.body, 'Pour le projet Marées basses', 'and says so')
  const booking = { room_id, client_id, day: '12/03/2031', starts: '14h', ends: '18h', state: 'confirmed' }
  const unclear = await manager.post('/sessions', { ...booking, ends: '', project_id: id })
  t.equal(unclear.statusCode, 422)
  t.match(unclear.body, `name="project_id" value="${id}"`, 'a mistake does not lose it')

  const booked = await manager.post('/sessions', { ...booking, project_id: id })
  const session_id = Number(/\/sessions\/(\d+)/.exec(booked.location)?.[1])
  t.same(await db('project_sessions').where({ session_id }).pluck('project_id'), [id])
  t.ok((await trailOf(id)).includes('projects.link_sessions'), 'the project’s trail says so')

  const gone = await manager.post('/sessions', { ...booking, day: '13/03/2031', project_id: 999_999 })
  t.equal(gone.statusCode, 422)
  t.match(gone.body, 'n’existe plus')
  t.notMatch(gone.body, 'name="project_id"', 'sent again, it is booked without')
  const low = await assistant.get(address)
  t.notMatch(low.body, 'name="project_id"', 'who may not change projects books without')
  t.equal(
    (await assistant.post('/sessions', { ...booking, day: '14/03/2031', project_id: id })).statusCode === 303,
    false
  )
  t.same(await db('project_sessions').where({ project_id: id }).pluck('session_id'), [session_id])
})

t.test('tasks of a project, a session and a client are given, done, undone', async t => {
  const client_id = await addClient('Dernier Métro')
  const [id, session_id] = [await make({ client_name: 'Dernier Métro' }), await addSession(client_id)]
  const give = (more: Record<string, string | number>) =>
    assistant.post('/projects/tasks', { title: 'Réserver le piano', assignee_id: engineer.id, ...more })
  t.equal((await give({ project_id: id, due_on: '01/11/2026' })).location, `/s/${studio.slug}/projects/${id}#tasks`)
  t.equal((await give({ session_id })).location, `/s/${studio.slug}/sessions/${session_id}#tasks`)
  t.equal((await give({ client_id, title: 'Rappeler' })).location, `/s/${studio.slug}/clients/${client_id}#tasks`)
  t.equal((await give({ client_id, project_id: id })).statusCode, 422, 'about one thing')
  t.equal((await give({ project_id: id, assignee_id: 99_999 })).statusCode, 422)
  t.equal((await give({ project_id: 99_999 })).statusCode, 422)
  for (const path of [`/projects/${id}`, `/sessions/${session_id}`, `/clients/${client_id}`])
    t.match((await assistant.get(path)).body, /projects-tick/, path)
  const mine = await engineer.get('/projects/tasks')
  t.equal(mine.body.match(/id="task-/g)?.length, 3)
  t.equal((await manager.get('/projects/tasks')).body.match(/id="task-/g), null, 'others’ are not mine')
  t.equal((await manager.get('/projects/tasks?who=all')).body.match(/id="task-/g)?.length, 3)
  t.equal((await engineer.get('/projects/tasks?state=late')).body.match(/id="task-/g)?.length, 1)
  await house.settle()
  const told = await db('notifications').where({ person_id: engineer.id, kind: 'projects.task-assigned' })
  t.equal(told.length, 3, 'they were told of each')
  const task = await db('tasks').where({ project_id: id }).first()
  await engineer.post(`/projects/tasks/${task.id}/completion?from=list`)
  t.match(await db('tasks').where({ id: task.id }).first(), { done_at: Date, done_by: engineer.id })
  t.equal((await engineer.get('/projects/tasks')).body.match(/id="task-/g)?.length, 2)
  await engineer.post(`/projects/tasks/${task.id}/reopening`)
  t.match(await db('tasks').where({ id: task.id }).first(), { done_at: null })
  const change = { title: 'Accorder le piano', assignee_id: assistant.id, due_on: '' }
  t.equal((await manager.post(`/projects/tasks/${task.id}`, change)).statusCode, 303)
  t.match((await owner.get('/search/hits?q=marees+basses')).body, `/projects/${id}"`)
  const today = await engineer.get('/')
  t.notMatch(today.body, 'Accorder le piano')
  await db('tasks')
    .where({ id: task.id })
    .update({ due_on: dayIn(-1), assignee_id: engineer.id })
  t.match((await engineer.get('/')).body, 'Accorder le piano')
  t.equal((await manager.post(`/projects/tasks/${task.id}/removal`)).statusCode, 303)
  t.equal((await stranger.post(`/projects/tasks/${task.id}/completion`)).statusCode, 404)
})

t.test('a template gives its tasks by days, its titles and its delivery sheet', async t => {
  const written = {
    name: 'Album',
    kind: 'album',
    rounds_included: 3,
    'tasks.0.title': 'Écouter',
    'tasks.0.days': 0,
    'tasks.1.title': '',
    'tasks.1.days': '',
    'tasks.2.title': 'Livrer',
    'tasks.2.days': 40,
    'tasks.3.title': 'Un jour',
    'tasks.3.days': '',
    track_titles: 'Sillage\r\n\r\n  Grand   large '
  }
  t.equal((await manager.post('/projects/templates', written)).statusCode, 303)
  t.equal((await manager.post('/projects/templates', { ...written, name: 'album' })).statusCode, 422)
  const template = await db('project_templates').where({ name: 'Album' }).first()
  await db('project_templates').where({ id: template.id }).update({ sheet: '{"rate":96000,"depth":24}' })
  const id = await make({ template_id: template.id, starts_on: '01/12/2026' })
  const tasks = await db('tasks').where({ project_id: id }).orderBy('position').select('title', 'due_on')
  t.match(tasks, [
    { title: 'Écouter', due_on: '2026-12-01' },
    { title: 'Livrer', due_on: '2027-01-10' },
    { title: 'Un jour', due_on: null }
  ])
  t.same(await db('tracks').where({ project_id: id }).orderBy('position').pluck('title'), ['Sillage', 'Grand large'])
  t.match(await row(id), { sheet_rate: 96_000, sheet_depth: 24 })
  const made = await manager.post(`/projects/${id}/template`, { name: 'Comme celui-ci' })
  t.equal(made.statusCode, 303)
  const copy = await db('project_templates').where({ name: 'Comme celui-ci' }).first()
  t.match(copy, { kind: 'album', track_titles: ['Sillage', 'Grand large'], sheet: { rate: 96_000, depth: 24 } })
  t.same(copy.tasks, [
    { title: 'Écouter', days: 0 },
    { title: 'Livrer', days: 40 },
    { title: 'Un jour', days: null }
  ])
  t.equal((await manager.post(`/projects/templates/${template.id}/archiving`)).statusCode, 303)
  t.equal((await manager.post('/projects', { title: 'X', kind: 'ep', template_id: template.id })).statusCode, 422)
  t.equal((await manager.post(`/projects/templates/${template.id}/restoring`)).statusCode, 303)
  t.equal((await manager.post(`/projects/${id}/removal`)).statusCode, 422, 'a project with titles is archived instead')
})

t.test('the budget is set against rooms, time, purchases and invoices', async t => {
  const client_id = await addClient('Vélodrome')
  const id = await make({ client_name: 'Vélodrome', budget_cents: '200', budget_minutes: '2h' })
  const session_id = await addSession(client_id)
  await manager.post(`/projects/${id}/sessions`, { session_ids: session_id })
  const at = new Date(Date.now() - 864e5)
  await db('time_entries').insert({
    session_id,
    person_id: engineer.id,
    started_at: at,
    ended_at: new Date(at.getTime() + 150 * 60_000)
  })
  const sums = { net_cents: 5000, vat_cents: 1000, total_cents: 6000, eur_net_cents: 5000, eur_total_cents: 6000 }
  const supplier_id = await added(db('suppliers').insert({ name: 'Loueur' }).returning('id'))
  const paper = { supplier_id, supplier_name: 'Loueur' }
  const recorded = {
    ...paper,
    state: 'recorded',
    recorded_at: at,
    issue_date: dayIn(-1),
    recoverable_cents: 1000,
    ...sums
  }
  await db('expenses').insert([{ ...recorded, source: `project:${id}` }, { ...recorded, session_id }, recorded])
  const { body } = await manager.get(`/projects/${id}`)
  t.match(body, /250,00\s€ sur 200,00\s€/, 'rooms 150, purchases 2 × 50, without VAT that comes back')
  t.match(body, /Dépassé de 50,00/)
  t.match(body, /2 h 30 sur 2 h/, 'worked, not booked')
  t.notMatch((await engineer.get(`/projects/${id}`)).body, /id="budget"/)
  t.match((await manager.get(`/expenses/new?source=project:${id}`)).body, `name="source" value="project:${id}"`)
})

t.test('an accepted quote becomes one project, with its client, sessions and rounds', async t => {
  const client_id = await addClient('Tambours du Mali')
  const session_id = await addSession(client_id)
  const folder = filesOf(house.host.env, studio)
  const made = { client_id, state: 'accepted' as const, title: 'Paloma', session_id, more: { rounds_included: 4 } }
  const quote = await makeQuote({ db, folder }, made)
  t.match((await manager.get(`/quotes/${quote}`)).body, 'Créer le projet')
  const answers = await Promise.all(Array.from({ length: 10 }, () => manager.post(`/quotes/${quote}/project`)))
  t.ok(answers.every(({ statusCode }) => statusCode === 303))
  const projects = await db('projects').where({ quote_id: quote })
  t.match(projects, [{ title: 'Paloma', client_id, rounds_included: 4 }])
  t.equal(projects.length, 1)
  t.same(await db('project_sessions').where({ session_id }).pluck('project_id'), [projects[0].id])
  t.match((await manager.get(`/quotes/${quote}`)).body, `/projects/${projects[0].id}"`)
  t.match((await manager.get(`/projects/${projects[0].id}`)).body, `/quotes/${quote}"`)
})

t.test('a client that is merged or in use keeps its projects', async t => {
  const [from, into] = [await addClient('Équinoxe'), await addClient('Equinoxe bis')]
  const id = await make({ client_id: from })
  t.match((await owner.get(`/clients/${from}/removal`)).body, /projet/)
  await owner.api('POST', '/clients/merge', { id: from, into }, { confirm: 'true' })
  const merged = await row(id)
  t.ok([from, into].includes(merged.client_id))
  t.match((await owner.get(`/clients/${merged.client_id}`)).body, `/projects/${id}"`)
})

t.test('lists and boards ask as much for 1 project as for 30, and stay quick with 2,000', async t => {
  // what facts led to is written by jobs, which are no part of a page
  const statements = async (path: string) => {
    await engineer.get(path)
    await house.settle()
    return countQueries(house, () => engineer.get(path))
  }
  const few = await statements('/projects?show=all')
  const rows = Array.from({ length: 2000 }, (_, at) => ({
    title: `Projet ${at}`,
    kind: 'album',
    status: ['planned', 'recording', 'editing', 'mixing'][at % 4],
    position: at,
    due_on: dayIn(at - 400)
  }))
  const ids = await db('projects').insert(rows).returning<{ id: number }[]>('id')
  await db.raw(
    `insert into tasks (title, project_id, due_on) select 'T' || n, ?::bigint + n % 1900, current_date from generate_series(1, 8000) n`,
    [ids[0]?.id ?? 0]
  )
  await db.raw('analyze projects, tasks')
  const many = await statements('/projects?show=all')
  t.equal(many, few)
  t.ok(many <= 8, `${many} statements`)
  const board = await statements('/projects/board')
  t.ok(board <= 8, `${board} statements for the board`)
  const card = await make({ title: 'Une page' })
  const bare = await statements(`/projects/${card}`)
  await db.raw(`insert into tasks (title, project_id) select 'T' || n, ?::bigint from generate_series(1, 30) n`, [card])
  await db.raw(
    `insert into project_notes (project_id, body) select ?::bigint, 'N' || n from generate_series(1, 30) n`,
    [card]
  )
  t.equal(await statements(`/projects/${card}`), bare, 'a page as much for 30 tasks and notes as for none')
  const page = await engineer.get('/projects?show=all')
  const next = /href="\?([^"]*after=[^"]*)"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&')
  const second = await engineer.get(`/projects?${next}`)
  const idsOf = (text: string) => [...text.matchAll(/id="project-(\d+)"/g)].map(match => match[1])
  t.equal(idsOf(page.body).length, pageSize)
  t.notOk(
    idsOf(second.body).some(id => idsOf(page.body).includes(id)),
    'none twice'
  )
  t.match((await engineer.get('/projects?q=projet+1234')).body, 'Projet 1234')
  t.ok(((await engineer.get('/projects/board')).body.match(/class="board-card"/g)?.length ?? 0) < 6 * 31)
  t.ok(((await engineer.get('/projects/board?whole=planned')).body.match(/class="board-card"/g)?.length ?? 0) > 400)
  for (const path of ['/projects', '/projects/board', '/projects?q=projet+12', '/projects/tasks?who=all']) {
    const start = performance.now()
    for (let at = 0; at < 5; at++) await engineer.get(path)
    const ms = (performance.now() - start) / 5
    t.ok(ms < 500, `${path} in ${Math.round(ms)} ms`)
    t.comment(`${path} in ${Math.round(ms)} ms`)
  }
  const csv = await manager.get('/projects/export.csv?show=all')
  t.ok(csv.body.split('\r\n').length > 2000)
  t.match(csv.body.split('\r\n')[0], /Budget HT/)
  t.notMatch((await engineer.get('/projects/export.csv')).body.split('\r\n')[0], /Budget/)
})
