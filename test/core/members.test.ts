import t from 'tap'
import { perform } from '../../core/actions.ts'
import { forbidden } from '../../core/errors.ts'
import { mirror } from '../../core/people/mirror.ts'
import { addMember, addUser, countQueries, openStudio, origin, visitorOf } from '../helper.ts'
import type { Answer, House, Visitor } from '../helper.ts'

const password = 'trois petits chats noirs'

const cookieOf = (answer: Answer) => ({
  cookie:
    [answer.headers['set-cookie'] ?? []]
      .flat()
      .find(line => line.startsWith('sign-in='))
      ?.split(';')[0] ?? ''
})

async function invitationLink({ host }: House, recipient: string): Promise<string> {
  const mail = await host.tenants
    .master('mails')
    .where({ recipient })
    .orderBy('id', 'desc')
    .first<{ text: string }>('text')
  return `/${new RegExp(`${origin}(/invitations/\\S+)`).exec(mail.text)?.[1]}`
}

const invite = (who: Visitor, email: string, role = 'engineer') => who.post('/members/invitations', { email, role })

const roleOf = async ({ host, studio }: House, user_id: number): Promise<string | undefined> =>
  (
    await host.tenants
      .master('organization_members')
      .where({ organization_id: studio.id, user_id })
      .first<{ role: string } | undefined>('role')
  )?.role

t.test('who may see and manage the team', async t => {
  const house = await openStudio(t)
  const { owner, manager, engineer, stranger, visitor } = house
  for (const who of [owner, manager]) t.match((await who.get('/members')).body, 'Éric Engineer')
  t.equal((await engineer.get('/members')).statusCode, 403)
  t.equal((await invite(engineer, 'a@example.test')).statusCode, 403)
  t.equal((await stranger.get('/members')).statusCode, 404)
  t.equal((await invite(stranger, 'a@example.test')).statusCode, 404)
  t.equal((await visitor.get('/members')).statusCode, 303)
  const few = await countQueries(house, () => owner.get('/members'))
  for (let n = 0; n < 30; n++) await addMember(house.host.tenants, house.studio, `Nº ${n}`, 'assistant')
  const many = await countQueries(house, () => owner.get('/members'))
  t.equal(many, few, 'as many statements for 35 members as for 4')
  t.ok(many <= 8, `${many}`)
  const page = await engineer.get('/permissions')
  t.equal(page.statusCode, 200)
  t.match(page.body, 'Inviter, changer les rôles, retirer des membres')
  t.notMatch(page.body, /[a-z]+\.permissions\.[a-z]/, 'every permission has words')
})

t.test('somebody new is invited and accepts', async t => {
  const house = await openStudio(t)
  const { owner, visitor, host, studio, db } = house
  const bad = await invite(owner, 'pas une adresse')
  t.equal(bad.statusCode, 422)
  t.match(bad.body, 'value="pas une adresse"')
  t.equal((await invite(owner, house.engineer.email)).statusCode, 422, 'a member already')
  t.equal((await invite(owner, 'lea@example.test')).location, `/s/${studio.slug}/members`)
  const twice = await invite(owner, 'LEA@example.test')
  t.match(twice.body, 'Une invitation est déjà en attente')
  t.match((await owner.get('/members')).body, 'lea@example.test')

  const first = await invitationLink(house, 'lea@example.test')
  const { id } = await host.tenants.master('invitations').first<{ id: number }>('id')
  t.equal((await owner.post(`/members/invitations/${id}/letter`)).statusCode, 303)
  t.equal((await visitor.get(first)).statusCode, 404, 'sent again, the first link is void')
  const link = await invitationLink(house, 'lea@example.test')
  t.match((await visitor.get(link)).body, 'Olivia Owner vous invite comme ingénieur du son')
  const weak = await visitor.post(link, { name: 'Léa Petit', password: 'motdepasse' })
  t.equal(weak.statusCode, 422)
  t.match(weak.body, 'value="Léa Petit"')
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => visitor.post(link, { name: 'Léa Petit', password }))
  )
  const [accepted] = answers.filter(({ statusCode }) => statusCode === 303)
  t.equal(answers.filter(({ statusCode }) => statusCode === 303).length, 1, 'of 30 who accept at once, one')
  t.ok(answers.every(({ statusCode }) => [303, 404, 422].includes(statusCode)))
  t.equal(accepted?.location, `/s/${studio.slug}/`)
  const cookie = cookieOf(accepted as Answer)
  t.equal((await visitor.get('/', cookie)).statusCode, 200)
  t.equal((await visitor.get('/members', cookie)).statusCode, 403, 'with the role she was invited as')
  const user = await host.tenants.master('users').where({ email: 'lea@example.test' }).first()
  t.ok(user.email_confirmed_at, 'the link has shown that the address is hers')
  t.match(await db('people').where({ id: user.id }).first(), { name: 'Léa Petit', role: 'engineer', active: true })
  t.equal((await visitor.get(link)).statusCode, 404)
  t.match(await host.tenants.master('audit').where({ action: 'studio.accept_invitation' }).first(), {
    person_id: user.id
  })
})

t.test('somebody known signs in first, and an invitation never touches an account', async t => {
  const house = await openStudio(t)
  const { owner, stranger, visitor, host, studio, engineer } = house
  await invite(owner, stranger.email, 'assistant')
  const link = await invitationLink(house, stranger.email)
  const page = await visitor.get(link)
  t.match(page.body, `/sign-in?next=${encodeURIComponent(link.slice(1))}`)
  t.notMatch(page.body, 'name="password"')
  const before = await host.tenants.master('users').where({ id: stranger.id }).first()
  const taken = await visitor.post(link, { name: 'Évil', password })
  t.equal(taken.statusCode, 422)
  t.same(await host.tenants.master('users').where({ id: stranger.id }).first(), before)
  const other = await engineer.get(link)
  t.match(other.body, 'adressée à une autre adresse')
  t.equal((await engineer.post(link)).statusCode, 422, 'not with another address')
  const accepted = await stranger.post(link)
  t.equal(accepted.location, `/s/${studio.slug}/`)
  t.equal((await stranger.get('/')).statusCode, 200)
  t.match((await stranger.get('/')).body, '/s/elsewhere', 'and switches between both studios')

  await invite(owner, 'nadia@example.test')
  const { id } = await host.tenants.master('invitations').orderBy('id', 'desc').first<{ id: number }>('id')
  const revoked = await invitationLink(house, 'nadia@example.test')
  t.equal(
    (await stranger.post(`//s/elsewhere/members/invitations/${id}/revocation`)).statusCode,
    404,
    'not from another studio'
  )
  t.equal((await owner.post(`/members/invitations/${id}/revocation`)).statusCode, 303)
  t.equal((await visitor.get(revoked)).statusCode, 404, 'taken back')
  await invite(owner, 'nadia@example.test')
  await host.tenants
    .master('invitations')
    .update({ expires_at: host.tenants.master.raw(`now() - interval '1 second'`) })
  t.equal((await visitor.get(await invitationLink(house, 'nadia@example.test'))).statusCode, 404, 'expired')
  t.match((await owner.get('/members')).body, 'Expirée')
  t.equal((await invite(owner, 'nadia@example.test')).statusCode, 303, 'an expired one is not in the way')
})

t.test('roles change and members go, owners only by owners', async t => {
  const house = await openStudio(t)
  const { owner, manager, engineer, assistant, db, host, studio, settle } = house
  const { master } = host.tenants
  t.equal((await manager.post(`/members/${assistant.id}/role`, { role: 'engineer' })).statusCode, 303)
  t.equal(await roleOf(house, assistant.id), 'engineer')
  t.match(await db('people').where({ id: assistant.id }).first(), { role: 'engineer' })
  const trail = await master('audit').where({ action: 'studio.change_role' }).first()
  t.match(trail, { about: [`user:${assistant.id}`], details: { changes: { role: ['assistant', 'engineer'] } } })

  t.equal((await manager.post(`/members/${engineer.id}/role`, { role: 'owner' })).statusCode, 422)
  t.equal((await manager.post(`/members/${manager.id}/role`, { role: 'owner' })).statusCode, 422)
  t.equal((await manager.post(`/members/${owner.id}/role`, { role: 'assistant' })).statusCode, 422)
  t.equal((await manager.post(`/members/${owner.id}/removal`)).statusCode, 422)
  t.equal((await invite(manager, 'x@example.test', 'owner')).statusCode, 422)
  t.equal((await manager.post(`/members/${house.stranger.id}/role`, { role: 'engineer' })).statusCode, 404)
  t.equal((await owner.post(`/members/${owner.id}/role`, { role: 'manager' })).statusCode, 422, 'the last owner stays')
  t.match((await owner.post('/departure')).headers['set-cookie'], /bad:members\.errors\.last_owner/)
  t.equal(await roleOf(house, owner.id), 'owner')

  const token = {
    user_id: engineer.id,
    organization_id: studio.id,
    name: 'x',
    token_hash: Buffer.from('x'),
    permissions: []
  }
  await master('api_tokens').insert(token)
  t.equal((await engineer.get('/')).statusCode, 200)
  t.equal((await manager.post(`/members/${engineer.id}/removal`)).statusCode, 303)
  t.equal((await engineer.get('/')).statusCode, 404, 'out at once')
  t.same(await master('api_tokens'), [], 'with the tokens')
  t.match(await db('people').where({ id: engineer.id }).first(), { active: false, name: 'Éric Engineer' })
  t.equal((await assistant.post('/departure')).location, '/studios')
  t.equal((await assistant.get('/')).statusCode, 404)
  await settle()
  t.match(await db('people').where({ id: assistant.id }).first(), { active: false })
})

t.test('of two owners who leave or step down at once, one stays', async t => {
  const house = await openStudio(t)
  const { owner, host, studio } = house
  const { master } = host.tenants
  for (let round = 0; round < 5; round++) {
    const id = await addUser(master, 'Second Owner', `second-${round}@example.test`)
    await master('organization_members').insert({ organization_id: studio.id, user_id: id, role: 'owner' })
    const second = await visitorOf(house.app, master, studio, id)
    await Promise.all([
      owner.post(`/members/${owner.id}/role`, { role: 'manager' }),
      second.post('/departure'),
      owner.post(`/members/${id}/role`, { role: 'manager' }),
      second.post(`/members/${owner.id}/removal`)
    ])
    const owners = await master('organization_members')
      .where({ organization_id: studio.id, role: 'owner' })
      .pluck('user_id')
    t.ok(owners.length >= 1, `round ${round}: ${owners.length}`)
    await master('organization_members')
      .insert({ organization_id: studio.id, user_id: owner.id, role: 'owner' })
      .onConflict(['organization_id', 'user_id'])
      .merge(['role'])
    await master('organization_members').where({ organization_id: studio.id, user_id: id }).delete()
    host.people.signIns.forget()
  }
})

t.test('a right taken away since the request came in counts', async t => {
  const { host, studio, manager } = await openStudio(t)
  const change = host.plugins[0]?.actions?.find(({ name }) => name === 'studio.change_role')
  const { master } = host.tenants
  await master('organization_members').where({ user_id: manager.id }).update({ role: 'assistant' })
  const desk = {
    studio,
    person: { id: manager.id, name: manager.name, role: 'manager' },
    via: 'form',
    ip: null,
    can: () => true,
    transaction: (_scope: string, work: (db: typeof master) => Promise<unknown>) => master.transaction(work),
    context: () => ({ db: master, studio }),
    ask: () => async () => [],
    told: async () => undefined,
    hinted: async () => undefined
  }
  await t.rejects(perform(desk as never, change as never, { person_id: manager.id, role: 'engineer' }), forbidden())
})

t.test('a studio that is down hears of its people when it is back', async t => {
  const { owner, assistant, host, studio, db, settle } = await openStudio(t)
  const { master } = host.tenants
  const admin = host.tenants.admin(await host.tenants.server(studio.server_id))
  const job = () =>
    master('graphile_worker.jobs')
      .where({ key: `mirror:${studio.id}` })
      .first<{ attempts: number } | undefined>('attempts')
  await owner.get('/members')
  await admin.raw(`alter database "${studio.database}" allow_connections false`)
  await admin.raw('select pg_terminate_backend(pid) from pg_stat_activity where datname = ?', [studio.database])
  t.equal(
    (await owner.post(`/members/${assistant.id}/role`, { role: 'manager' })).statusCode,
    303,
    'it holds nobody up'
  )
  await settle()
  t.match(await job(), { attempts: 1 }, 'the job failed and is kept')
  await admin.raw(`alter database "${studio.database}" allow_connections true`)
  await master.raw('update graphile_worker._private_jobs set run_at = now()')
  await settle()
  t.equal(await job(), undefined)
  t.match(await db('people').where({ id: assistant.id }).first(), { role: 'manager', active: true })
})

t.test('mirrors that overtake one another end with what the registry says', async t => {
  const { assistant, host, studio, db } = await openStudio(t, { work: false })
  const { master } = host.tenants
  const roles = ['engineer', 'manager', 'assistant', 'engineer']
  await Promise.all(
    roles.map(async role => {
      await master('organization_members').where({ user_id: assistant.id }).update({ role })
      await mirror(host.tenants, studio.id)
    })
  )
  const { role } = await master('organization_members').where({ user_id: assistant.id }).first<{ role: string }>('role')
  t.match(await db('people').where({ id: assistant.id }).first(), { role, active: true })
})
