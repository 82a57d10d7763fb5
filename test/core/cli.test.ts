import { spawn } from 'node:child_process'
import path from 'node:path'
import { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import t from 'tap'
import type { Test } from 'tap'
import { Desk } from '../../core/cli/desk.ts'
import { runCommandLine } from '../../core/cli/main.ts'
import { schemaVersion, studioMigrations } from '../../core/database/migrate.ts'
import { secrets } from '../../core/secrets.ts'
import { plugins } from '../../plugins/index.ts'
import { newMaster, run, type Server } from '../cluster.ts'

const bin = path.resolve(import.meta.dirname, '../../core/bin/patchbay.ts')
const secret = 'a secret of the tests, long enough'

interface Ended {
  code: number | null
  out: string
  err: string
  /** What --json printed. */
  json: Record<string, unknown>
}

type Patchbay = (words: string, given?: { input?: string; env?: Record<string, string> }) => Promise<Ended>

/** The command line on a registry of its own; in this process, since starting one takes longer than most commands. */
async function openCommandLine(t: Test): Promise<{ patchbay: Patchbay; master: Server }> {
  const master = await newMaster(t, studioMigrations([...plugins]))
  const DATABASE_URL = urlOf(master, master.database)
  const DATA_DIR = t.testdir()
  const patchbay: Patchbay = (words, { input = '', env = {} } = {}) =>
    here(words, input, { DATABASE_URL, SECRET: secret, DATA_DIR, ...env })
  return { patchbay, master }
}

async function here(words: string, input: string, env: Record<string, string>, installed = plugins): Promise<Ended> {
  const [output, errors] = [collector(), collector()]
  const desk = new Desk(installed, { input: Readable.from(input ? [input] : []), output, errors, env })
  const code = await runCommandLine(split(words), desk)
  return ended(words, code, output.text(), errors.text())
}

const urlOf = ({ host, port, user }: Server, database: string): string =>
  `postgres:///${database}?${new URLSearchParams({ host: String(host), port: String(port), user: String(user) }).toString()}`

function collector() {
  const chunks: Buffer[] = []
  const stream = new Writable({ write: (chunk: Buffer, _encoding, done) => done(void chunks.push(chunk)) })
  return Object.assign(stream, { text: () => Buffer.concat(chunks).toString() })
}

/** At spaces; `_` in a word stands for one. */
const split = (words: string): string[] =>
  words
    .split(' ')
    .filter(Boolean)
    .map(word => word.replaceAll('_', ' '))

const ended = (words: string, code: number | null, out: string, err: string): Ended => ({
  code,
  out,
  err,
  json: words.includes('--json') ? (JSON.parse(out || '{}') as Record<string, unknown>) : {}
})

/** The command line as it is in a terminal: a process. */
function execute(words: string, input: string, env: Record<string, string>): Promise<Ended> {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [bin, ...split(words)], { env: { PATH, HOME, ...env } })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => resolve(ended(words, code, out, err)))
  })
}

interface Finding {
  state: string
  says: string
  mend?: string
}

/** The findings of one of doctor's checks. */
function findings({ json }: Ended, name: string): Finding[] {
  const checks = json['checks'] as { name: string; findings: Finding[] }[]
  return checks.find(check => check.name === name)?.findings ?? []
}

t.test('what is typed wrongly ends with 2 and says how it is typed', async t => {
  const none = { DATA_DIR: path.join(t.testdir(), 'none') }
  const wrong = [
    'studios',
    'studio',
    'studio list extra',
    'studio show',
    'studio create --name X',
    'studio list --nme',
    'console demo --json'
  ]
  const ended = await Promise.all(wrong.map(words => here(words, '', none)))
  t.strictSame(
    ended.map(({ code }) => code),
    wrong.map(() => 2)
  )
  t.match(ended[0]?.err, 'There is no command "studios"')
  t.match(ended[1]?.err, 'studio what? create, list, show, suspend, resume, delete')
  t.match(ended[2]?.err, '"extra" is not understood here')
  t.match(ended[3]?.err, 'Usage: patchbay studio show SLUG')
  t.match(ended[4]?.err, '--owner MAIL is missing')
  t.match(ended[6]?.json, { error: 'console has no --json.' })

  const [help, one, version] = await Promise.all(['', 'help migrate', '--version'].map(words => here(words, '', none)))
  t.match(help, { code: 0, err: '' })
  t.match(help?.out, /studio create[\s\S]*console STUDIO/)
  t.match(one, { code: 0, out: /--studio SLUG/ })
  t.match(version, { code: 0, out: /^\d+\.\d+\.\d+\n$/ })
})

t.test('a wrong setting stops a command with the name of the variable, and never its value', async t => {
  const DATA_DIR = path.join(t.testdir(), 'none')
  const [url, port, empty, file, doctor] = await Promise.all([
    here('studio list', '', { DATABASE_URL: 'mysql://operator:hush@db/patchbay' }),
    here('studio list --json', '', { DATABASE_URL: 'postgres://localhost/x', SECRET: 'short' }),
    here('studio list', '', { DATA_DIR }),
    here(`studio list --settings ${DATA_DIR}/nothing`, '', { DATA_DIR }),
    here('doctor --json', '', { DATA_DIR, PORT: '99999' })
  ])
  t.match(url, { code: 1, err: /^DATABASE_URL must be an address such as postgres:/ })
  t.notMatch(url?.err, 'hush')
  t.match(port, { code: 1, json: { error: /^SECRET must have 32 characters or more/ } })
  t.match(
    empty,
    { code: 1, err: /There is no installation in .*none\. Set DATA_DIR or DATABASE_URL/ },
    'and makes none'
  )
  t.match(file, { code: 1, err: /--settings: .*nothing/ })
  t.equal(doctor?.code, 1)
  t.match(findings(doctor, 'settings'), [{ state: 'bad', says: /PORT must be 65535 or less/ }])
})

t.test('a studio is made, shown, suspended, resumed and deleted', async t => {
  const { patchbay, master } = await openCommandLine(t)
  const listener = new Client(master)
  await listener.connect()
  t.teardown(() => listener.end())
  const hints: unknown[] = []
  listener.on('notification', ({ payload }) => hints.push(JSON.parse(payload ?? '')))
  await listener.query('listen patchbay')

  const made = await patchbay('studio create --name Studio_Côté_Cœur --owner Zoe@Example.test --owner-name Zoé --json')
  t.match(made, {
    code: 0,
    json: {
      studio: { slug: 'studio-cote-coeur', status: 'active', timezone: 'Europe/Paris' },
      owner: { email: 'zoe@example.test', new: true }
    }
  })
  t.match(made.json['password_link'], /^http:\/\/localhost:3000\/reset\/[\w-]{43}$/)
  const [again, wrong, shown] = await Promise.all([
    patchbay('studio create --name Autre --owner zoe@example.test --slug studio-cote-coeur'),
    patchbay('studio create --name Autre --owner nope --timezone Mars --locale de --json'),
    patchbay('studio show studio-cote-coeur')
  ])
  t.match(again, { code: 1, err: /^--slug: / })
  t.match(wrong, { code: 2, json: { error: /--owner: [\s\S]*--locale: must be fr or en[\s\S]*--timezone: / } })
  t.match(shown, { code: 0, out: /owners +Zoé <zoe@example\.test>/ })
  t.match(
    await run(master, 'select slug from organizations'),
    [{ slug: 'studio-cote-coeur' }],
    'what failed left nothing'
  )

  t.match(await patchbay('studio suspend studio-cote-coeur'), { code: 0, out: 'Studio Côté Cœur is suspended.\n' })
  const told = () => hints.some(hint => JSON.stringify(hint) === JSON.stringify({ kind: 'studio', studio: 1 }))
  for (let tries = 0; tries < 100 && !told(); tries++) await sleep(20)
  t.ok(told(), 'running processes are told')
  t.match(await run(master, 'select status from organizations'), [{ status: 'suspended' }])
  t.match(await patchbay('studio resume studio-cote-coeur --json'), { code: 0, json: { studio: { status: 'active' } } })
  const [silent, different] = await Promise.all([
    patchbay('studio delete studio-cote-coeur'),
    patchbay('studio delete studio-cote-coeur', { input: 'studio-cote\n' })
  ])
  t.match(
    [silent, different],
    [
      { code: 2, err: /--yes/ },
      { code: 1, err: 'Nothing was deleted.\n' }
    ]
  )
  t.match(await patchbay('studio list --json'), {
    code: 0,
    json: { studios: [{ slug: 'studio-cote-coeur', members: 1, schema: 'current' }] }
  })

  t.match(await patchbay('studio delete studio-cote-coeur --json', { input: 'studio-cote-coeur\n' }), {
    code: 0,
    json: { deleted: { slug: 'studio-cote-coeur' } }
  })
  t.match(await run(master, `select 1 from pg_database where datname = '${master.database}_1'`), [])
  t.match(await patchbay('studio show studio-cote-coeur'), { code: 1, err: /There is no studio "studio-cote-coeur"/ })
  const trail = await run(master, `select action, via from audit where action <> 'studio.created' order by id`)
  t.match(trail, [{ action: 'studio.deleted', via: 'cli' }], 'what it says of the studio itself went with it')
})

t.test('accounts are made and passwords set, from standard input and never from an argument', async t => {
  const { patchbay, master } = await openCommandLine(t)
  t.match(
    await patchbay('user create --email nina@example.test --name Nina --password', {
      input: 'une phrase assez longue\n'
    }),
    { code: 0, out: 'nina@example.test has an account.\n' }
  )
  const [row] = await run(master, 'select id, password_hash, email_confirmed_at is not null as confirmed from users')
  t.match(row, { password_hash: /^\$argon2id\$/, confirmed: true })
  await run(
    master,
    `insert into sign_ins (user_id, token_hash, device, ip, expires_at) values (${String(row?.['id'])}, '\\x00', 'x', 'x', now() + interval '1 day')`
  )
  const [taken, weak, none, unknown] = await Promise.all([
    patchbay('user create --email NINA@example.test --name Nina'),
    patchbay('user password nina@example.test --password', { input: 'motdepasse1\n' }),
    patchbay('user password nina@example.test --password'),
    patchbay('user password nobody@example.test --json')
  ])
  t.match(
    [taken, weak, none],
    [{ code: 1, err: /has an account already/ }, { code: 1, err: /The password was not taken/ }, { code: 2 }]
  )
  t.match(unknown, { code: 1, json: { error: /has no account/ } })
  t.match(await run(master, 'select count(*)::int as n from sign_ins'), [{ n: 1 }], 'nobody was signed out by that')

  t.match(
    await patchbay('user password nina@example.test --password --json', { input: 'encore une longue phrase\n' }),
    { code: 0, json: { user: { name: 'Nina' } } }
  )
  t.match(await run(master, 'select count(*)::int as n from sign_ins'), [{ n: 0 }])
  t.match(await patchbay('user password nina@example.test'), {
    code: 0,
    out: /http:\/\/localhost:3000\/reset\/[\w-]{43}\n$/
  })
})

t.test('migrate brings every studio up to date, and one that fails stops no other', async t => {
  const { patchbay, master } = await openCommandLine(t)
  for (const name of ['un', 'deux']) await patchbay(`studio create --name ${name} --owner o@example.test`)
  t.match(await patchbay('migrate --check --json'), {
    code: 0,
    json: { master: { current: true }, studios: { behind: [] } }
  })
  await run(master, `update tenant_databases set schema_version = 'old'`)
  await run(master, `alter database ${master.database}_1 rename to ${master.database}_away`)
  const [check, one, both] = await Promise.all([
    patchbay('migrate --check'),
    patchbay('migrate --studio nobody'),
    patchbay('migrate --all --studio un')
  ])
  t.match(
    [check, one, both],
    [{ code: 1, out: /2 studios behind: deux, un/ }, { code: 1, err: /There is no studio "nobody"/ }, { code: 2 }]
  )
  const failed = await patchbay('migrate --all --json')
  t.match(failed, {
    code: 1,
    json: { studios: { done: 1, failed: [{ slug: 'un', error: /does not exist/ }], behind: 1 } },
    err: /2\/2 /
  })
  await run(master, `alter database ${master.database}_away rename to ${master.database}_1`)
  t.match(await patchbay('migrate --studio un'), { code: 0, out: /1 studio brought up to date, 0 failed/ })
  t.match(await patchbay('migrate --check'), { code: 0 })
})

t.test('doctor finds what is wrong, says how to mend it, and mends what can be derived again', async t => {
  const { patchbay, master } = await openCommandLine(t)
  for (const name of ['un', 'deux']) await patchbay(`studio create --name ${name} --owner ${name}@example.test`)
  const fine = await patchbay('doctor --json')
  t.match(fine.json['checks'], [
    { name: 'settings' },
    { name: 'disk' },
    { name: 'mail server' },
    { name: 'postgresql' }
  ])
  t.match(
    findings(fine, 'postgresql'),
    [{ state: 'bad', says: /fsync = off/, mend: /alter system set fsync = on/ }],
    'as the server of the tests is'
  )
  for (const name of ['master', 'secrets', 'schemas', 'studios', 'people', 'leftovers', 'jobs'])
    t.match(findings(fine, name), [{ state: 'ok' }], name)

  const un = { ...master, database: `${master.database}_1` }
  await run(un, `update people set name = 'somebody else'`)
  await run(un, `insert into outbox (at, fact, ids, by_name) values (now() - interval '1 hour', 'x.y', '{}', 'x')`)
  await run(master, `select graphile_worker.add_job('sweep', run_at := now() - interval '2 hours')`)
  await run(master, `select graphile_worker.add_job('sweep', job_key := 'lost')`)
  await run(
    master,
    `update graphile_worker._private_jobs set attempts = max_attempts, last_error = 'no luck' where key = 'lost'`
  )
  const [{ comment } = { comment: '' }] = await run(
    master,
    `select shobj_description(oid, 'pg_authid') as comment from pg_roles where rolname = '${master.database}_1'`
  )
  await run(master, `create role ${master.database}_99`)
  await run(master, `comment on role ${master.database}_99 is '${String(comment).replace('in use', 'being made')}'`)

  const ill = await patchbay('doctor --json')
  t.match(ill, { code: 1, json: { ok: false } })
  t.match(findings(ill, 'people'), [{ state: 'warn', says: /un are not the members/, mend: /--fix/ }])
  t.match(findings(ill, 'facts'), [{ state: 'warn', says: /un \(1\)/ }])
  t.match(findings(ill, 'jobs'), [
    { state: 'bad', says: /1 have waited/ },
    { state: 'bad', says: /1 were given up.*no luck/, mend: /--fix/ }
  ])
  t.match(findings(ill, 'leftovers'), [{ state: 'warn', says: new RegExp(`${master.database}_99`) }])

  const mended = await patchbay('doctor --fix --json')
  t.match(findings(mended, 'people'), [{ state: 'ok', says: /Mended: written anew in 1/ }])
  t.match(findings(mended, 'leftovers'), [{ state: 'ok', says: /Mended: removed/ }])
  t.match(await run(un, 'select name from people'), [{ name: 'un' }])
  const after = await patchbay('doctor --json')
  for (const name of ['people', 'leftovers']) t.match(findings(after, name), [{ state: 'ok' }], name)
  t.match(findings(after, 'jobs'), [{ state: 'bad', says: /1 have waited/ }], 'the one given up waits for its turn')

  await run(master, `alter database ${un.database} rename to ${master.database}_away`)
  const shut = await patchbay('doctor')
  t.match(shut, { code: 1, out: /bad +studios +Cannot be entered, and answer 503: un \(.*does not exist\)/ })
  await run(master, `alter database ${master.database}_away rename to ${un.database}`)
})

t.test('a database restored from an older backup is found and brought up to date', async t => {
  const { patchbay, master } = await openCommandLine(t)
  const env = { DATABASE_URL: urlOf(master, master.database), SECRET: secret, DATA_DIR: t.testdir() }
  await here('studio create --name un --owner o@example.test', '', env, [])
  await run(master, `update tenant_databases set schema_version = '${schemaVersion(studioMigrations([...plugins]))}'`)
  t.match(findings(await patchbay('doctor --json'), 'schemas'), [
    { state: 'bad', says: /lacking migrations: un \(clients\// }
  ])
  t.match(findings(await patchbay('doctor --fix --json'), 'schemas'), [{ state: 'ok', says: /Mended: migrated 1/ }])
  t.match(findings(await patchbay('doctor --json'), 'schemas'), [{ state: 'ok' }])
})

t.test('what SECRET seals is sealed anew under its newest key', async t => {
  const { patchbay, master } = await openCommandLine(t)
  await patchbay('studio create --name un --owner o@example.test')
  const [un] = await run(
    master,
    `select d.database, o.id from tenant_databases d join organizations o on o.id = d.organization_id`
  )
  const inside = { ...master, database: String(un?.['database']) }
  const sealed = secrets(secret).seal('a token', `studio:${Number(un?.['id'])}:invoices:platform`)
  await run(inside, `insert into invoice_platform (base_url, token_sealed) values ('https://pa.example', '${sealed}')`)
  const newer = 'another secret of the tests, long'
  const wrong = await patchbay('doctor --json', { env: { SECRET: newer } })
  t.match(findings(wrong, 'secrets'), [{ state: 'bad', says: /1 of 1 cannot be opened: .*another SECRET/ }])
  t.match(findings(await patchbay('doctor --json', { env: { SECRET: `${newer},${secret}` } }), 'secrets'), [
    { state: 'warn', mend: 'patchbay secret rotate' }
  ])
  t.match(await patchbay('secret rotate', { env: { SECRET: newer } }), { code: 1, err: /Nothing was changed/ })
  t.match(await patchbay('secret rotate --json', { env: { SECRET: `${newer},${secret}` } }), {
    code: 0,
    json: { passwords: 1, addresses: 0, secrets: 1 }
  })
  const [kept] = await run(inside, 'select token_sealed from invoice_platform')
  t.equal(
    secrets(newer).open(String(kept?.['token_sealed']), `studio:${Number(un?.['id'])}:invoices:platform`),
    'a token'
  )
  t.match(findings(await patchbay('doctor --json', { env: { SECRET: newer } }), 'studios'), [{ state: 'ok' }])
  t.match(await run(master, `select details from audit where action = 'secret.rotated'`), [
    { details: { passwords: 1 } }
  ])
})

t.test('studios live on the server they are told to, whose address is never an argument', async t => {
  const { patchbay, master } = await openCommandLine(t)
  const [silent, dead] = await Promise.all([
    patchbay('server add second'),
    patchbay('server add second', { input: 'postgres://nobody@127.0.0.1:1/x\n' })
  ])
  t.match([silent, dead], [{ code: 2 }, { code: 1, err: /The server was not added: .*ECONNREFUSED/ }])
  await run(master, `create role ${master.database}_weak login createdb`)
  const weak = urlOf({ ...master, user: `${master.database}_weak` }, 'postgres')
  t.match(await patchbay('server add second', { input: `${weak}\n` }), { code: 1, err: /may not make studios there/ })
  t.match(await patchbay('server add second --json', { input: `${urlOf(master, 'postgres')}\n` }), {
    code: 0,
    json: { server: { name: 'second' } }
  })
  t.match(await patchbay('studio create --name un --owner o@example.test --server third'), {
    code: 1,
    err: /There is no database server "third"/
  })
  t.match(await patchbay('studio create --name un --owner o@example.test --server second'), { code: 0 })
  t.match(await patchbay('server list --json'), {
    code: 0,
    json: {
      servers: [
        { name: 'main', studios: 0 },
        { name: 'second', studios: 1, version: /^\d+/ }
      ]
    }
  })
})

t.test('in a terminal: exit codes, standard input, and the answer alone on standard output', async t => {
  const { patchbay, master } = await openCommandLine(t)
  const env = { DATABASE_URL: urlOf(master, master.database), SECRET: secret }
  const [version, wrong, url, made] = await Promise.all([
    execute('--version', '', {}),
    execute('studio list extra', '', {}),
    execute('studio list', '', { DATABASE_URL: 'mysql://operator:hush@db/patchbay' }),
    execute('user create --email nina@example.test --name Nina --password --json', 'une phrase assez longue\n', env)
  ])
  t.match(version, { code: 0, out: /^\d+\.\d+\.\d+\n$/, err: '' })
  t.match(wrong, { code: 2, out: '', err: /"extra" is not understood here/ })
  t.match(url, { code: 1, out: '', err: /^DATABASE_URL must be/ })
  t.match(made, { code: 0, err: '', json: { user: { email: 'nina@example.test' } } })
  t.match(await patchbay('user password nina@example.test'), { code: 0 })
})

t.test('the console has the studio at hand', async t => {
  const { patchbay } = await openCommandLine(t)
  await patchbay('studio create --name un --owner o@example.test --owner-name Odile')
  const input = `(await db('people').pluck('name')).join()\n`
  t.match(await patchbay('console un', { input }), { code: 0, out: /'Odile'/ })
  t.match(await patchbay('console deux', { input }), { code: 1, err: /There is no studio "deux"/ })
})
