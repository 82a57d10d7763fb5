import { setTimeout as sleep } from 'node:timers/promises'
import type { Knex } from 'knex'
import { definePlugin } from '@patchbay/core'
import t, { type Test } from 'tap'
import { Connections } from '../../core/database/connections.ts'
import { addJob, Jobs, type Workers } from '../../core/jobs.ts'
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

t.test('the clock puts a job in the queue of every studio that works, once', async t => {
  const heard: string[] = []
  const ticker = definePlugin({
    id: 'ticker',
    dir: import.meta.dirname,
    jobs: {
      tick: {
        every: '0 0 1 1 *',
        async run({ studio }) {
          heard.push(studio.name)
        }
      }
    }
  })
  const { host, studio, elsewhere } = await openStudio(t, { plugins: [ticker], work: false })
  const { master } = host.tenants
  const [tasks] = workers(host)
  const waiting = () =>
    master('graphile_worker._private_jobs')
      .where('key', 'like', 'ticker:%')
      .orderBy('key')
      .select<{ key: string; payload: { studio: number; plugin: string; job: string } }[]>('key', 'payload')
  await tasks.clock({ plugin: 'ticker', job: 'tick' })
  await tasks.clock({ plugin: 'ticker', job: 'tick' })
  const jobs = await waiting()
  t.same(
    jobs.map(({ key }) => key),
    [studio, elsewhere].map(({ id }) => `ticker:tick:${id}`).toSorted(),
    'what waits already is enough'
  )
  for (const { payload } of jobs) await tasks.plugin(payload)
  t.same(heard.toSorted(), [studio.name, elsewhere.name].toSorted())
  await master('graphile_worker._private_jobs').delete()
  await master('organizations').where({ id: elsewhere.id }).update({ status: 'suspended' })
  await tasks.clock({ plugin: 'ticker', job: 'tick' })
  t.equal((await waiting()).length, 1)
})
