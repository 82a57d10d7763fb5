import { setTimeout as sleep } from 'node:timers/promises'
import type { Knex } from 'knex'
import { definePlugin } from '@patchbay/core'
import t, { type Test } from 'tap'
import { Connections } from '../../core/database/connections.ts'
import { addJob, Jobs, startJob, type Workers } from '../../core/jobs.ts'
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
  const job = (every: string) => ({
    every,
    async run({ studio }: { studio: { name: string } }) {
      heard.push(studio.name)
    }
  })
  const jobs = {
    tick: job('0 0 1 1 *'),
    often: job('*/5 * * * *'),
    minutely: job('* * * * *'),
    odd: job('*/7 * * * *'),
    seldom: job('*/15 * * * *')
  }
  const ticker = definePlugin({ id: 'ticker', dir: import.meta.dirname, jobs })
  const { host, studio, elsewhere } = await openStudio(t, { plugins: [ticker], work: false })
  const { master } = host.tenants
  const [tasks] = workers(host)
  const queued = () => master('graphile_worker._private_jobs').where('key', 'like', 'ticker:%').orderBy('key')
  const clock = (job: string, minute: number) =>
    tasks.clock({ plugin: 'ticker', job, _cron: { ts: new Date(Date.UTC(2026, 10, 24, 9, minute)).toISOString() } })
  return { host, studio, elsewhere, master, tasks, heard, queued, clock }
}

t.test('the clock puts a job in the queue of every studio that works, once', async t => {
  const { studio, elsewhere, master, tasks, heard, queued, clock } = await openTicker(t)
  const waiting = () =>
    queued().select<{ key: string; payload: { studio: number; plugin: string; job: string }; run_at: Date }[]>(
      'key',
      'payload',
      'run_at'
    )
  await clock('tick', 0)
  await clock('tick', 0)
  const jobs = await waiting()
  t.same(
    jobs.map(({ key }) => key),
    [studio, elsewhere].map(({ id }) => `ticker:tick:${id}`).toSorted(),
    'what waits already is enough'
  )
  const [first, second] = jobs.map(({ run_at }) => run_at.getTime()).toSorted((a, b) => a - b)
  t.equal((second ?? 0) - (first ?? 0), 200, 'one after the other')
  for (const { payload } of jobs) await tasks.plugin(payload)
  t.same(heard.toSorted(), [studio.name, elsewhere.name].toSorted())
  await master('graphile_worker._private_jobs').delete()
  await master('organizations').where({ id: elsewhere.id }).update({ status: 'suspended' })
  await clock('tick', 0)
  t.equal((await waiting()).length, 1)
})

t.test('what a fact starts does not wait for its turn by the clock', async t => {
  const { elsewhere, master, queued, clock } = await openTicker(t)
  await clock('tick', 0)
  const due = () =>
    queued()
      .whereRaw('run_at <= now()')
      .select<{ key: string }[]>('key')
      .then(rows => rows.map(({ key }) => key))
  await master('graphile_worker._private_jobs').update({ run_at: master.raw(`now() + interval '40 seconds'`) })
  t.same(await due(), [])
  await startJob(master, elsewhere.id, 'ticker', 'tick')
  t.same(await due(), [`ticker:tick:${elsewhere.id}`])
  t.equal((await queued()).length, 2)
})

t.test('where nobody has been for half an hour, what is done every few minutes is done every ten', async t => {
  const { studio, elsewhere, master, queued, clock } = await openTicker(t)
  const told = async (job: string, minute: number) => {
    await master('graphile_worker._private_jobs').delete()
    await clock(job, minute)
    const rows = await queued().select<{ payload: { studio: number } }[]>('payload')
    return rows.map(({ payload }) => payload.studio).toSorted((a, b) => a - b)
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
