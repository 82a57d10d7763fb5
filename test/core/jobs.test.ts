import { setTimeout as sleep } from 'node:timers/promises'
import type { Knex } from 'knex'
import { definePlugin } from '@patchbay/core'
import t, { type Test } from 'tap'
import { Connections } from '../../core/database/connections.ts'
import { addJob, Jobs, startJob, type Turn, type Workers } from '../../core/jobs.ts'
import { workers } from '../../core/workers.ts'
import { newMaster } from '../cluster.ts'
import { openStudio } from '../helper.ts'

const silent = { warn() {}, error() {}, debug() {} } as never

const jobsLeft = async (db: Knex): Promise<number> =>
  (await db.raw('select count(*)::integer as n from graphile_worker._private_jobs')).rows[0].n

const until = async (what: string, is: () => Promise<boolean>) => {
  for (let tries = 0; tries < 600; tries++) {
    if (await is()) return
    await sleep(50)
  }
  throw new Error(`after 30 seconds it is still not so: ${what}`)
}

/** A queue at work whose one job has been done, while the table it is to be struck off is locked by `holding`. */
async function doneButHeld(t: Test) {
  const server = await newMaster(t)
  const connections = new Connections()
  t.teardown(() => connections.close())
  const db = connections.knex({ server: 'tests', database: server.database, connect: server, pace: 'work' })
  const work = { done: false, go: () => {} }
  const may = new Promise<void>(resolve => (work.go = resolve))
  const jobs = new Jobs(server, silent)
  const reset = async () => {
    await may
    work.done = true
  }
  await jobs.start({ reset } as unknown as Workers, '', 1)
  await addJob(db, 'reset', { email: 'somebody@example.test' }, 'one')
  const takes = `select 1 from graphile_worker._private_jobs where locked_by is not null`
  await until('the job is taken', async () => (await db.raw(takes)).rows.length === 1)
  const holding = await db.transaction()
  await holding.raw('lock table graphile_worker._private_jobs in share mode')
  work.go()
  const waits = `select pid from pg_stat_activity where application_name = 'patchbay jobs' and wait_event_type = 'Lock'
    and datname = current_database() and query like 'delete%'`
  await until('its end waits for the lock', async () => (await db.raw(waits)).rows.length === 1)
  return { db, jobs, holding, waits }
}

t.test('a session that is lost while a job is struck off does not end the process: it is struck off again', async t => {
  const { db, jobs, holding, waits } = await doneButHeld(t)
  await db.raw(`select pg_terminate_backend(pid) from (${waits}) waiting`)
  await sleep(100)
  await holding.rollback()
  await until('the job is gone', async () => (await jobsLeft(db)) === 0)
  await jobs.close()
  t.pass('and nothing was thrown that nobody heard')
})

t.test('who stops waits until what is done is struck off, or it would be done twice', async t => {
  const { db, jobs, holding } = await doneButHeld(t)
  const closed = jobs.close()
  await sleep(300)
  await holding.rollback()
  await closed
  t.equal(await jobsLeft(db), 0)
})

/** Two studios with clock jobs of which nobody starts a queue by itself. */
async function openTicker(t: Test) {
  const heard: string[] = []
  const job = (every: string, run?: () => Promise<Date | void>, apart?: true) => ({
    every,
    ...(apart && { apart }),
    async run({ studio }: { studio: { name: string } }) {
      heard.push(studio.name)
      return run?.()
    }
  })
  const jobs = {
    tick: job('0 0 1 1 *'),
    often: job('*/5 * * * *'),
    minutely: job('* * * * *'),
    odd: job('*/7 * * * *'),
    seldom: job('*/15 * * * *'),
    outside: job('*/5 * * * *', async () => void heard.push('outside'), true),
    failing: job('*/5 * * * *', async () => {
      throw new Error('it cannot be done')
    }),
    patient: job('*/5 * * * *', async () => new Date(Date.now() + 60_000)),
    restless: job('*/5 * * * *', async () => new Date(Date.now() - 60_000))
  }
  const ticker = definePlugin({ id: 'ticker', dir: import.meta.dirname, jobs })
  const { host, studio, elsewhere } = await openStudio(t, { plugins: [ticker], work: false })
  const { master } = host.tenants
  const [tasks] = workers(host)
  await master('graphile_worker._private_jobs').delete()
  const queued = () =>
    master('graphile_worker._private_jobs')
      .orderBy('key')
      .select<{ key: string; payload: Turn | Turn[]; run_at: Date }[]>('key', 'payload', 'run_at')
  const clock = (job: string, minute: number) =>
    tasks.clock({ plugin: 'ticker', job, _cron: { ts: new Date(Date.UTC(2026, 10, 24, 9, minute)).toISOString() } })
  const turn = (job: string): Turn => ({ studio: studio.id, plugin: 'ticker', job })
  return { host, studio, elsewhere, master, tasks, heard, queued, clock, turn }
}

t.test('the clock puts a job into the round of every studio that works, and a round does it once', async t => {
  const { studio, elsewhere, master, tasks, heard, queued, clock } = await openTicker(t)
  await clock('tick', 0)
  await clock('tick', 0)
  const rounds = await queued()
  t.same(
    rounds.map(({ key }) => key),
    [studio, elsewhere].map(({ id }) => `round:${id}`).toSorted(),
    'one row for a studio, whatever it holds'
  )
  const [first, second] = rounds.map(({ run_at }) => run_at.getTime()).toSorted((a, b) => a - b)
  t.equal((second ?? 0) - (first ?? 0), 1000, 'one after the other')
  for (const { payload } of rounds) await tasks.round(payload as Turn[])
  t.same(heard.toSorted(), [studio.name, elsewhere.name].toSorted())
  await master('graphile_worker._private_jobs').delete()
  await master('organizations').where({ id: elsewhere.id }).update({ status: 'suspended' })
  await clock('tick', 0)
  t.equal((await queued()).length, 1)
})

t.test('what comes to a studio in one minute is one round, in which what waits for others is last', async t => {
  const { studio, tasks, heard, queued, clock } = await openTicker(t)
  for (const job of ['outside', 'often', 'failing', 'seldom']) await clock(job, 15)
  const rounds = await queued()
  const turns = rounds.flatMap(({ payload }) => payload as Turn[]).filter(turn => turn.studio === studio.id)
  t.same(
    turns.map(({ job }) => job),
    ['outside', 'often', 'failing', 'seldom']
  )
  t.equal(rounds.length, 2, 'one for each studio')
  await tasks.round(turns)
  t.same(heard, [studio.name, studio.name, studio.name, studio.name, 'outside'])
  const again = (await queued()).filter(({ key }) => key.startsWith('ticker:'))
  t.match(
    again,
    [{ key: `ticker:failing:${studio.id}` }],
    'what failed is tried again by itself, and kept nobody waiting'
  )
})

t.test('a job that says when it wants to go on is run then, and not at once over and over', async t => {
  const { studio, tasks, queued, turn, master } = await openTicker(t)
  const waits = async (job: string) => {
    const rows = await queued()
    const at = rows.find(({ key }) => key === `ticker:${job}:${studio.id}:next`)?.run_at
    return at && Math.round((at.getTime() - Date.now()) / 1000)
  }
  await tasks.plugin(turn('patient'))
  await tasks.round([turn('patient'), turn('restless'), turn('often')])
  const [patient = 0, restless = 0] = [await waits('patient'), await waits('restless')]
  t.ok(patient > 50 && patient <= 60, `in ${patient} s`)
  t.ok(restless > 2 && restless <= 5, `in ${restless} s`)
  t.equal((await queued()).length, 2, 'once each')
  await startJob(master, turn('patient'))
  t.ok(((await waits('patient')) ?? 0) > 50, 'a fact that starts it too leaves that time as it is')
})

t.test('what a fact starts does not wait for its turn by the clock', async t => {
  const { elsewhere, master, queued, clock } = await openTicker(t)
  await clock('tick', 0)
  await master('graphile_worker._private_jobs').update({ run_at: master.raw(`now() + interval '40 seconds'`) })
  const due = async () => (await queued()).filter(({ run_at }) => run_at.getTime() <= Date.now()).map(({ key }) => key)
  t.same(await due(), [])
  await startJob(master, { studio: elsewhere.id, plugin: 'ticker', job: 'tick' })
  t.same(await due(), [`ticker:tick:${elsewhere.id}`])
})

t.test('where nobody has been for half an hour, what is done every few minutes is done every ten', async t => {
  const { studio, elsewhere, master, queued, clock } = await openTicker(t)
  const told = async (job: string, minute: number) => {
    await master('graphile_worker._private_jobs').delete()
    await clock(job, minute)
    const rows = await queued()
    return rows
      .flatMap(({ payload }) => payload as Turn[])
      .map(turn => turn.studio)
      .toSorted((a, b) => a - b)
  }
  const both = [studio.id, elsewhere.id].toSorted((a, b) => a - b)
  t.same(await told('often', 5), both, 'both are new')
  const leave = (minutes: number) =>
    master('tenant_databases')
      .where({ organization_id: elsewhere.id })
      .update({ last_active_at: master.raw(`now() - make_interval(mins => ?)`, [minutes]) })
  await leave(29)
  t.same(await told('often', 5), both)
  await leave(31)
  t.same(await told('often', 5), [studio.id])
  t.same(await told('minutely', 59), [studio.id])
  t.same(await told('often', 10), both)
  t.same(await told('minutely', 30), both)
  t.same(await told('odd', 49), [studio.id])
  t.same(await told('odd', 56), both, 'the first of these ten minutes')
  t.same(await told('tick', 7), both, 'once a year is once a year')
  t.same(await told('seldom', 15), both)
  await leave(2 * 24 * 60 + 1)
  t.same(await told('minutely', 30), [studio.id])
})

t.test('facts whose delivery a crash forgot are found by the round, but not those told just now', async t => {
  const { host, studio, tasks, queued } = await openTicker(t)
  const outbox = host.tenants.db(studio)('outbox')
  const told = (seconds: number) => ({
    fact: 'ticker.told',
    ids: {},
    by_name: 'Camille',
    at: new Date(Date.now() - seconds * 1000)
  })
  const [old] = await outbox.insert([told(90), told(30)]).returning<{ id: number }[]>('id')
  await tasks.sweep({ _cron: { ts: new Date(Date.UTC(2026, 10, 24, 9, 10)).toISOString() } })
  const rounds = await queued()
  const turns = rounds.flatMap(({ payload }) => payload as Turn[])
  await tasks.round(turns.filter(turn => turn.studio === studio.id))
  t.match(
    (await queued()).filter(({ key }) => key.startsWith('deliver:')),
    [{ key: `deliver:${studio.id}:${old?.id}`, payload: { studio: studio.id, outbox_id: old?.id } }]
  )
})
