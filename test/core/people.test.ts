import t from 'tap'
import { SMTPServer } from 'smtp-server'
import { once } from 'node:events'
import { deviceName } from '../../core/people/devices.ts'
import { ownPath } from '../../core/pages/next.ts'
import { checkPassword, hashPassword, weakness } from '../../core/people/passwords.ts'
import { openStudio, origin } from '../helper.ts'
import type { Answer, House, Visitor } from '../helper.ts'

const password = 'trois petits chats noirs'
const person = { name: 'Zoé Marchand', email: 'zoe@example.test', password, studio_name: 'Studio Zoé' }

/** The sign-in cookie an answer sets, as a header. */
function cookieOf(answer: Answer): { cookie: string } {
  const set = [answer.headers['set-cookie'] ?? []].flat().find(line => /^(__Host-)?sign-in=[^;]/.test(line)) ?? ''
  return { cookie: set.split(';')[0] ?? '' }
}

/** The address of the newest mail to somebody, below the root for `get` and `post`. */
async function linkTo(house: House, recipient: string, kind: string): Promise<string> {
  const mails = await house.host.tenants
    .master('mails')
    .where({ recipient })
    .orderBy('id', 'desc')
    .select<{ text: string }[]>('text')
  const found = mails.map(({ text }) => new RegExp(`${origin}(/${kind}/\\S+)`).exec(text)?.[1]).find(Boolean)
  return `/${found ?? `no ${kind} link`}`
}

const signUp = (visitor: Visitor, over: Record<string, string> = {}) =>
  visitor.post('//sign-up', { ...person, ...over })

t.test('passwords', async t => {
  const stored = await hashPassword(password)
  t.match(stored, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[^$]{22}\$[^$]{43}$/)
  t.same(await checkPassword(password, stored), { right: true, outdated: false })
  t.same(await checkPassword(`${password} `, stored), { right: false, outdated: false }, 'to the last space')
  t.notOk((await checkPassword(password, undefined)).right, 'nobody has no password')
  t.notOk((await checkPassword('', null)).right)
  const old = await import('node:crypto').then(({ argon2Sync }) =>
    argon2Sync('argon2id', {
      message: password,
      nonce: Buffer.alloc(16),
      parallelism: 1,
      tagLength: 32,
      memory: 8192,
      passes: 1
    })
  )
  const weak = `$argon2id$v=19$m=8192,t=1,p=1$${'A'.repeat(22)}$${old.toString('base64').replaceAll('=', '')}`
  t.same(await checkPassword(password, weak), { right: true, outdated: true }, 'old parameters are hashed anew')
  for (const common of [
    'motdepasse',
    'MotDePasse2026!',
    'aaaaaaaaaaaa',
    '1234567890',
    '0987654321',
    'azertyuiop',
    'abcdefghijkl'
  ])
    t.equal(weakness(common, []), 'people.errors.password_common', common)
  t.equal(weakness('Studio-Belleville', ['x@y.fr', 'Studio Belleville']), 'people.errors.password_context')
  t.equal(weakness('zoe.marchand@1', ['zoe.marchand@example.fr']), 'people.errors.password_context')
  t.equal(weakness(password, ['zoe@example.fr', 'Zoé', 'Studio Zoé']), undefined)
})

t.test('an address to go on to is our own', async t => {
  t.equal(ownPath('/s/x/clients?q=a'), '/s/x/clients?q=a')
  for (const evil of [
    '//evil.test',
    '/\\evil.test',
    '/\t/evil.test',
    'https://evil.test',
    'javascript:1',
    '',
    undefined,
    ['/a'],
    '/.//evil.test'
  ])
    t.equal(ownPath(evil), '/', JSON.stringify(evil))
})

t.test('a device is named in words people know', async t => {
  t.equal(deviceName('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'), 'Firefox · Linux')
  t.equal(
    deviceName('Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1'),
    'Safari · iPhone'
  )
  t.equal(deviceName('Mozilla/5.0 (Windows NT 10.0) Chrome/140.0.0.0 Safari/537.36 Edg/140.0'), 'Edge · Windows')
})

t.test('signing up makes a person and a studio, and signs in', async t => {
  const house = await openStudio(t)
  const { visitor, host } = house
  const { master } = host.tenants
  t.match((await visitor.get('//sign-up')).body, /name="studio_name"[^>]*autocomplete="organization"/)

  const empty = await visitor.post('//sign-up', { name: 'Zoé', studio_name: '', email: 'x', password: 'court' })
  t.equal(empty.statusCode, 422)
  t.match(empty.body, 'value="Zoé"', 'what was typed is kept')
  t.notMatch(empty.body, 'court', 'but never a password')
  for (const name of ['studio_name', 'email', 'password']) t.match(empty.body, `href="#f-${name}"`)
  t.equal((await signUp(visitor, { password: 'zoé marchand' })).statusCode, 422, 'a password made of the name')
  t.equal((await signUp(visitor, { admin: 'on' })).statusCode, 422, 'a field nobody named')
  t.same(await master('users').where({ email: person.email }), [])

  const made = await signUp(visitor, { timezone: 'America/Guadeloupe' })
  t.equal(made.statusCode, 303)
  t.equal(made.location, '/s/studio-zoe/')
  t.match(String(made.headers['set-cookie']), /sign-in=[\w-]{43}; .*HttpOnly; SameSite=Lax/)
  const today = await visitor.get(`/${made.location}`, cookieOf(made))
  t.equal(today.statusCode, 200)
  t.match(today.body, 'Adresse à confirmer')
  const studio = await host.tenants.find('studio-zoe')
  t.match(studio, { name: 'Studio Zoé', timezone: 'America/Guadeloupe', locale: 'fr' })
  t.equal((await visitor.get(`/${made.location}`)).location, '/sign-in?next=%2Fs%2Fstudio-zoe%2F')

  const twice = await signUp(visitor, { email: 'ZOE@example.test' })
  t.equal(twice.statusCode, 422)
  t.match(twice.body, 'Impossible avec cette adresse')

  const link = await linkTo(house, person.email, 'confirm')
  t.match((await visitor.get(link)).body, /<form[^>]*method="post"/, 'a mail scanner that looks changes nothing')
  t.equal((await master('users').where({ email: person.email }).first()).email_confirmed_at, null)
  t.equal((await visitor.post(link)).statusCode, 303)
  t.ok((await master('users').where({ email: person.email }).first()).email_confirmed_at)
  t.notMatch((await visitor.get(`/${made.location}`, cookieOf(made))).body, 'Adresse à confirmer')
  t.equal((await visitor.post(link)).statusCode, 404, 'once')
  t.equal((await visitor.get(link)).statusCode, 404)
})

t.test('50 sign-ups at once with one mail make one person and one studio', async t => {
  const { visitor, host } = await openStudio(t)
  const { master } = host.tenants
  const before = await master('organizations').count('* as n').first()
  const answers = await Promise.all(Array.from({ length: 50 }, () => signUp(visitor)))
  t.equal(answers.filter(({ statusCode }) => statusCode === 303).length, 1)
  const refused = answers.filter(
    ({ statusCode, body }) => statusCode === 422 && body.includes('Impossible avec cette adresse')
  )
  t.equal(refused.length, 49)
  t.same(await master('users').where({ email: person.email }).count('* as n').first(), { n: 1 })
  t.equal((await master('organizations').count('* as n').first())?.['n'], Number(before?.['n']) + 1)
  const { rows } = await master.raw('select count(*) as n from pg_database where datname like ?', [
    `${host.tenants.name}\\_%`
  ])
  const { rows: kept } = await master.raw('select count(*) as n from tenant_databases')
  t.equal(rows[0].n, kept[0].n, 'no half-made database is left')
})

t.test('signing in and out', async t => {
  const house = await openStudio(t)
  const { visitor, host } = house
  const { master } = host.tenants
  await signUp(visitor)
  const wrong = await visitor.post('//sign-in', { email: person.email, password: 'pas le bon mot', next: '/account' })
  const unknown = await visitor.post('//sign-in', {
    email: 'nobody@example.test',
    password: 'pas le bon mot',
    next: '/account'
  })
  t.equal(wrong.statusCode, 422)
  t.equal(
    wrong.body.replaceAll(person.email, ''),
    unknown.body.replaceAll('nobody@example.test', ''),
    'the same answer'
  )
  t.match(wrong.body, 'name="next" value="/account"', 'where to go on is kept')

  const right = await visitor.post('//sign-in', { email: ' ZOE@Example.test ', password, next: '/account' })
  t.equal(right.location, '/account')
  const evil = await visitor.post('//sign-in', { email: person.email, password, next: '//evil.test/' })
  t.equal(evil.location, '/')

  const first = cookieOf(right)
  t.equal((await visitor.get('//account', first)).statusCode, 200)
  const again = await visitor.post('//sign-in', { email: person.email, password }, first)
  t.not(cookieOf(again).cookie, first.cookie, 'a new token at every sign-in')
  t.equal((await visitor.get('//account', first)).statusCode, 303, 'and the old one is over')
  const stored = await master('sign_ins').pluck('token_hash')
  t.notOk(
    stored.some(hash => cookieOf(again).cookie.includes(hash.toString('base64url'))),
    'only hashes are stored'
  )

  const out = await visitor.post('//sign-out', {}, cookieOf(again))
  t.equal(out.location, '/sign-in')
  t.equal(out.headers['clear-site-data'], '"cache", "storage"')
  t.equal((await visitor.get('//account', cookieOf(again))).location, '/sign-in?next=%2Faccount')
  t.equal((await visitor.post('//sign-out')).statusCode, 303, 'twice is no error')
  t.equal(
    (await visitor.post('//sign-in', { email: person.email, password }, { origin: 'https://evil.test' })).statusCode,
    403
  )

  await master('users').where({ email: person.email }).update({ disabled_at: master.fn.now() })
  t.equal(
    (await visitor.post('//sign-in', { email: person.email, password })).statusCode,
    422,
    'a disabled person is out'
  )
})

t.test('too many failures slow down, whether or not the account exists', async t => {
  const { visitor } = await openStudio(t)
  await signUp(visitor)
  for (const email of [person.email, 'nobody@example.test']) {
    const guesses = Array.from({ length: 40 }, (_, n) =>
      visitor.post('//sign-in', { email, password: `devinette ${n}` })
    )
    const codes = (await Promise.all(guesses)).map(({ statusCode }) => statusCode)
    t.equal(codes.filter(code => code === 422).length, 10, `${email}: ten are looked at`)
    t.equal(codes.filter(code => code === 429).length, 30)
  }
  const late = await visitor.post('//sign-in', { email: person.email, password })
  t.equal(late.statusCode, 429, 'not even the right one')
  t.match(late.body, 'Réessayez dans')
  t.ok(Number(late.headers['retry-after']) > 800)
  t.match(late.body, `value="${person.email}"`)
})

t.test('behind TLS the cookie is bound to the host, and one network cannot try many accounts', async t => {
  const own = 'https://studio.example'
  const { visitor } = await openStudio(t, { env: { SIGN_IN_TRIES: '2', PUBLIC_URL: own } })
  const headers = { origin: own, host: 'studio.example' }
  const made = await visitor.post('//sign-up', person, headers)
  t.match(
    String(made.headers['set-cookie']),
    /__Host-sign-in=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax/
  )
  t.equal((await visitor.get('//account', cookieOf(made))).statusCode, 200)
  const guess = (n: number) =>
    visitor.post('//sign-in', { email: `n${n}@example.test`, password: 'devinette' }, headers)
  const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => guess(n)))
  t.equal(answers.filter(({ statusCode }) => statusCode === 422).length, 20)
})

t.test('a forgotten password', async t => {
  const house = await openStudio(t)
  const { visitor, host, settle } = house
  const before = cookieOf(await signUp(visitor))
  const mails = () => host.tenants.master('mails').where('subject', 'Votre nouveau mot de passe')
  const known = await visitor.post('//forgot', { email: person.email })
  const unknown = await visitor.post('//forgot', { email: 'nobody@example.test' })
  t.equal(known.statusCode, 200)
  t.equal(
    known.body.replaceAll(person.email, ''),
    unknown.body.replaceAll('nobody@example.test', ''),
    'the same answer'
  )
  await settle()
  t.equal((await mails()).length, 1, 'one mail, to the one who exists')

  const link = await linkTo(house, person.email, 'reset')
  const form = await visitor.get(link)
  t.equal(form.headers['cache-control'], 'no-store')
  t.equal(form.headers['referrer-policy'], 'same-origin')
  t.equal((await visitor.post(link, { password: 'motdepasse' })).statusCode, 422, 'a weak one leaves the link good')
  const uses = await Promise.all(
    Array.from({ length: 30 }, (_, n) => visitor.post(link, { password: `une phrase neuve ${n}` }))
  )
  t.equal(uses.filter(({ statusCode }) => statusCode === 303).length, 1, 'of 30 uses at once, one')
  t.equal(uses.filter(({ statusCode }) => statusCode === 404).length, 29)
  t.equal((await visitor.get('//account', before)).statusCode, 303, 'whoever was signed in is out')
  const chosen = uses.findIndex(({ statusCode }) => statusCode === 303)
  const signed = await visitor.post('//sign-in', { email: person.email, password: `une phrase neuve ${chosen}` })
  t.equal(signed.statusCode, 303)

  await visitor.post('//forgot', { email: person.email })
  await settle()
  const old = await linkTo(house, person.email, 'reset')
  await host.tenants.master('mail_links').update({ expires_at: host.tenants.master.raw(`now() - interval '1 second'`) })
  t.equal((await visitor.get(old)).statusCode, 404, 'an hour later it is void')
  for (let n = 0; n < 8; n++) {
    await visitor.post('//forgot', { email: person.email })
    await settle()
  }
  t.equal((await mails()).length, 5, 'at most five in 15 minutes')
})

t.test('the account page', async t => {
  const house = await openStudio(t)
  const { visitor, host, settle } = house
  const { master } = host.tenants
  const made = await signUp(visitor)
  const here = cookieOf(made)
  const there = cookieOf(
    await visitor.post(
      '//sign-in',
      { email: person.email, password },
      { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' }
    )
  )
  const page = await visitor.get('//account', here)
  t.match(page.body, 'Firefox · Linux')
  t.match(page.body, 'Cet appareil')

  const bad = await visitor.post('//account', { name: '', locale: 'xx', theme: 'dark' }, here)
  t.equal(bad.statusCode, 422)
  t.equal((await visitor.post('//account', { name: 'Zoé M.', locale: 'en', theme: 'dark' }, here)).statusCode, 303)
  const english = await visitor.get('//account', here)
  t.match(english.body, 'lang="en" data-theme="dark"')
  t.match(english.body, 'value="Zoé M."')
  const studio = await host.tenants.find('studio-zoe')
  t.ok(studio)
  if (studio)
    t.match(
      await host.tenants.db(studio)('people').first(),
      { name: 'Zoé M.', locale: 'en' },
      'studios know the new name'
    )
  const themed = await visitor.post('//account/theme', { theme: 'light', back: '/studios' }, here)
  t.equal(themed.location, '/studios')
  t.match((await visitor.get('//account', here)).body, 'data-theme="light"')

  const row = await master('sign_ins').orderBy('id', 'desc').first()
  t.equal((await house.owner.post(`//account/sign-ins/${row.id}/revocation`)).statusCode, 404, 'not somebody else’s')
  t.equal((await visitor.get('//account', there)).statusCode, 200)
  t.equal((await visitor.post(`//account/sign-ins/${row.id}/revocation`, {}, here)).statusCode, 303)
  t.equal((await visitor.get('//account', there)).statusCode, 303, 'that device is out')

  const other = cookieOf(await visitor.post('//sign-in', { email: person.email, password }))
  t.equal(
    (await visitor.post('//account/password', { current_password: 'faux', new_password: 'une autre phrase' }, here))
      .statusCode,
    422
  )
  t.equal(
    (await visitor.post('//account/password', { current_password: password, new_password: 'Studio Zoé 2026' }, here))
      .statusCode,
    422
  )
  t.equal(
    (await visitor.post('//account/password', { current_password: password, new_password: 'une autre phrase' }, here))
      .statusCode,
    303
  )
  t.equal((await visitor.get('//account', other)).statusCode, 303, 'the others are out')
  t.equal((await visitor.get('//account', here)).statusCode, 200, 'this one stays')
  await settle()
  t.ok(await master('mails').where({ recipient: person.email, subject: 'Your password was changed' }).first())

  const asked = await visitor.post(
    '//account/email',
    { email: 'zoe@neuf.test', email_password: 'une autre phrase' },
    here
  )
  t.equal(asked.statusCode, 303)
  const taken = await visitor.post(
    '//account/email',
    { email: house.owner.email, email_password: 'une autre phrase' },
    here
  )
  t.equal(taken.location, asked.location, 'the same answer for an address that is taken')
  t.equal((await master('users').where({ email: person.email })).length, 1, 'nothing changes before the link is used')
  const link = await linkTo(house, 'zoe@neuf.test', 'confirm')
  const races = await Promise.all(Array.from({ length: 10 }, () => visitor.post(link)))
  t.equal(races.filter(({ statusCode }) => statusCode === 303).length, 1)
  t.equal((await master('users').where({ email: 'zoe@neuf.test' })).length, 1)
  t.ok(
    await master('mails').where({ recipient: person.email, subject: 'Your address was changed' }).first(),
    'the old address is told'
  )
  if (studio) t.match(await host.tenants.db(studio)('people').first(), { email: 'zoe@neuf.test' })
})

t.test('another studio, and both side by side', async t => {
  const { owner, visitor, host } = await openStudio(t)
  t.equal((await visitor.get('//studios')).location, '/sign-in?next=%2Fstudios')
  t.equal((await owner.post('//studios', { studio_name: '' })).statusCode, 422)
  const made = await owner.post('//studios', { studio_name: 'Studio Test', timezone: 'Mars/Olympus' })
  t.equal(made.location, '/s/studio-test-2/')
  t.match(await host.tenants.find('studio-test-2'), { timezone: 'Europe/Paris' }, 'a zone nobody knows is Paris')
  t.equal((await owner.get(`/${made.location}`)).statusCode, 200)
  const page = await owner.get('//studios')
  t.match(page.body, '/s/studio-test/')
  t.match(page.body, '/s/studio-test-2/')
})

t.test('mails of the demo are shown to this machine only', async t => {
  const { visitor, owner, manager } = await openStudio(t, { env: { DEMO: 'on' } })
  await signUp(visitor)
  const page = await visitor.get('//outbox')
  t.equal(page.statusCode, 200)
  t.match(page.body, /href="http:\/\/localhost:3000\/confirm\/[\w-]{43}"/)
  t.equal((await visitor.get('//outbox', { 'x-forwarded-for': '1.2.3.4' })).statusCode, 404)
  t.equal((await visitor.get('//outbox', { host: 'studio.example' })).statusCode, 404)
  t.equal((await owner.get('/outbox')).statusCode, 200)
  t.notMatch((await owner.get('/outbox')).body, '/confirm/', 'a studio sees its own')
  t.equal((await manager.get('/outbox')).statusCode, 403)
  const real = await openStudio(t)
  t.equal((await real.visitor.get('//outbox')).statusCode, 404)
  t.equal((await real.owner.get('/outbox')).statusCode, 404)
})

t.test('mail waits for its server and is sent once', async t => {
  const received: string[] = []
  const serve = (port: number) => {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData(stream, _session, done) {
        let text = ''
        stream.on('data', chunk => (text += String(chunk)))
        stream.on('end', () => {
          received.push(text)
          done()
        })
      }
    })
    return new Promise<SMTPServer>(resolve => server.listen(port, '127.0.0.1', () => resolve(server)))
  }
  const first = await serve(0)
  const { port } = first.server.address() as { port: number }
  first.close()
  await once(first.server, 'close')

  const { visitor, host, settle } = await openStudio(t, { env: { SMTP_URL: `smtp://127.0.0.1:${port}` } })
  const { master } = host.tenants
  const made = await signUp(visitor)
  t.equal(made.statusCode, 303, 'nobody waits for the mail server')
  await settle()
  const mail = await master('mails').first()
  t.match(mail, { sent_at: null, attempts: 1, last_error: /ECONNREFUSED/ })
  const server = await serve(port)
  t.teardown(() => server.close())
  await master.raw('update graphile_worker._private_jobs set run_at = now()')
  await master.raw(`select graphile_worker.add_job('mail', payload := ?::json)`, [JSON.stringify({ mail_id: mail.id })])
  await settle()
  t.equal(received.length, 1, 'once, though two jobs asked for it')
  t.match(received[0], /Content-Type: text\/plain/)
  t.match(received[0], /Content-Type: text\/html/)
  t.match(received[0], /Subject: Confirmez votre adresse/)
  t.match(await master('mails').first(), { text: '', html: '', last_error: null }, 'its link is not kept')
})
