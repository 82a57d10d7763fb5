import { deliver, work } from './events.ts'
import { Failure } from './errors.ts'
import type { Host } from './host.ts'
import { addJob, continueJob, startJob, startRounds } from './jobs.ts'
import type { Cron, Pace, Turn, Workers } from './jobs.ts'
import { mirror } from './people/mirror.ts'
import { mailReset } from './pages/forgotten.ts'
import type { Studio } from './database/tenants.ts'

const sweeping = '*/5 * * * *'

/** What each job does, and the clock that starts the recurring ones. */
export function workers(host: Host): [Workers, crontab: string] {
  const { tenants } = host
  const tasks: Workers = {
    async deliver({ studio, outbox_id }) {
      await inStudio(host, studio, studio => deliver(host, studio, outbox_id))
    },
    async mail({ mail_id }) {
      await host.mailer.send(tenants.master, mail_id)
    },
    async plugin(turn) {
      await inStudio(host, turn.studio, studio => take(host, studio, turn))
    },
    async round(turns) {
      const [{ studio: id } = { studio: 0 }] = turns
      await inStudio(host, id, studio => takeAll(host, studio, turns))
    },
    async clock({ plugin, job, _cron }) {
      const { days, every = '' } = host.plugins.find(({ id }) => id === plugin)?.jobs?.[job] ?? {}
      const studios = await activeStudios(host, { days, withQuiet: quietToo(every, _cron) })
      await startRounds(tenants.master, studios, { plugin, job }, paceOf(every))
    },
    async reset({ email }) {
      await mailReset(host, email)
    },
    async mirror({ studio }) {
      await mirror(tenants, studio)
    },
    async sweep({ _cron }) {
      await sweepMaster(host)
      const studios = await activeStudios(host, { withQuiet: quietToo(sweeping, _cron) })
      await startRounds(tenants.master, studios, { plugin: null, job: 'outbox' }, paceOf(sweeping))
    }
  }
  const lines = host.plugins.flatMap(plugin =>
    Object.entries(plugin.jobs ?? {}).map(
      ([job, { every }]) => `${every} clock ?id=${plugin.id}-${job} ${JSON.stringify({ plugin: plugin.id, job })}`
    )
  )
  return [tasks, [`${sweeping} sweep ?id=sweep`, ...lines].join('\n')]
}

/** One job of a plugin; what it says it will have to do then is put in the queue for then. */
async function take(host: Host, studio: Studio, turn: Turn): Promise<void> {
  if (turn.plugin === null) return deliverForgotten(host, studio)
  const next = await work(host, studio, turn.plugin, turn.job)
  if (!next) return
  const at = new Date(Math.max(next.getTime(), Date.now() + breath))
  await continueJob(host.tenants.master, turn, at)
}

/** Between two runs of a job that always has something to do, in milliseconds. */
const breath = 5000

/**
 * All that the clock has for a studio: over one connection, what may wait for machines outside last. What fails is tried
 * again by itself, and keeps nothing else from its turn.
 */
async function takeAll(host: Host, studio: Studio, turns: Turn[]): Promise<void> {
  const once = [...new Map(turns.map(turn => [`${turn.plugin}:${turn.job}`, turn])).values()]
  const isApart = ({ plugin, job }: Turn) => host.plugins.find(({ id }) => id === plugin)?.jobs?.[job]?.apart ?? false
  for (const turn of [...once.filter(turn => !isApart(turn)), ...once.filter(isApart)]) {
    try {
      await take(host, studio, turn)
    } catch (error) {
      host.log.warn({ err: error, ...turn, studio: studio.slug }, 'a job of the clock failed; it is tried again')
      await startJob(host.tenants.master, turn)
    }
  }
}

/** Facts whose delivery a crash forgot. */
async function deliverForgotten({ tenants }: Host, studio: Studio): Promise<void> {
  const old = await tenants
    .db(studio)('outbox')
    .whereRaw(`at < now() - interval '1 minute'`)
    .select<{ id: number }[]>('id')
    .orderBy('id')
    .limit(1000)
  for (const { id } of old)
    await addJob(tenants.master, 'deliver', { studio: studio.id, outbox_id: id }, `deliver:${studio.id}:${id}`)
}

/** A studio that cannot be reached now is not the job's fault: it is tried again later. One that is gone is left. */
async function inStudio(host: Host, id: number, run: (studio: Studio) => Promise<void>): Promise<void> {
  const studio = await host.tenants.byId(id)
  if (!studio || studio.status !== 'active') return
  try {
    await run(studio)
  } catch (error) {
    if (error instanceof Failure && error.status === 503)
      host.log.warn({ studio: studio.slug }, 'a job waits: the studio is unavailable')
    throw error
  }
}

/**
 * A studio is quiet when nobody, visitors among them, has been there for half an hour. What the clock does more often it
 * does there every ten minutes: looking whether there is something to do opens the studio's database, and keeps it open.
 */
const quiet = { after_minutes: 30, every_minutes: 10 }

/** Minutes between two times of a crontab line that names a step of them; undefined for what comes once an hour or less. */
function minutesOf(every: string): number | undefined {
  const [line, step = '1'] = /^\*(?:\/(\d+))? /.exec(every) ?? []
  return line === undefined ? undefined : Number(step)
}

/** Is it their turn too? Of what is done every few minutes, with the first of each ten. */
function quietToo(every: string, { ts }: Cron): boolean {
  const minutes = minutesOf(every)
  return minutes === undefined || new Date(ts).getUTCMinutes() % quiet.every_minutes < minutes
}

/** All studios have had their turn well before the clock comes again, and within four minutes. */
function paceOf(every: string): Pace {
  return { seconds: 1, within: Math.min((minutesOf(every) ?? 60) * 45, 240) }
}

/** Studios somebody worked in since two days ago: most jobs have nothing in the others that anybody would miss. */
async function activeStudios(
  { tenants }: Host,
  { days = 2, withQuiet = true }: { days?: number | undefined; withQuiet?: boolean } = {}
): Promise<{ id: number }[]> {
  const minutes = withQuiet ? days * 24 * 60 : quiet.after_minutes
  return tenants
    .master('organizations as o')
    .join('tenant_databases as d', 'd.organization_id', 'o.id')
    .where('o.status', 'active')
    .whereRaw(`d.last_active_at > now() - make_interval(mins => ?)`, [minutes])
    .orderBy('o.id')
    .select<{ id: number }[]>('o.id')
}

/** Drops sign-ins, links and counters that have expired, and mails older than 90 days. */
async function sweepMaster({ tenants: { master } }: Host): Promise<void> {
  await master('sign_ins').whereRaw('expires_at < now()').delete()
  await master('mail_links').whereRaw(`expires_at < now() - interval '1 day'`).delete()
  await master('attempts').whereRaw('window_ends_at < now()').delete()
  await master('mails').whereRaw(`coalesce(sent_at, expires_at) < now() - interval '90 days'`).delete()
}
