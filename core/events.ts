import type { Part } from './context.ts'
import { teller } from './outbox.ts'
import type { Told } from './outbox.ts'
import { byItself } from './actions.ts'
import { together } from './database/reading.ts'
import type { Format } from './format.ts'
import { formats } from './format.ts'
import type { Host } from './host.ts'
import type { Translate } from './i18n.ts'
import { addJob, startJob } from './jobs.ts'
import type { Actor, Ask, Asking, Context, Db, Facts, Hearing, Mailed, Plugin, Questions, Sealed } from './plugin.ts'
import { filesOf } from './folder.ts'
import type { Studio } from './database/tenants.ts'
import type { Switched } from './switches.ts'

/** In whose words a context speaks. */
export interface Voice {
  t: Translate
  fmt: Format
}

/** The studio's own words, where nobody is reading. */
export const studioVoice = (host: Host, studio: Studio): Voice => ({
  t: host.texts.translator(studio.locale),
  fmt: formats(studio.locale, studio.timezone, studio.currency)
})

export function contextOf(
  host: Host,
  db: Db,
  studio: Studio,
  switched: Switched,
  plugin: string,
  voice: Voice
): Context {
  return {
    db,
    studio,
    settings: switched.settings(plugin),
    env: host.environmentOf(plugin),
    t: voice.t,
    fmt: voice.fmt,
    wordsIn: locale => studioVoice(host, { ...studio, locale }),
    address: addressIn(host, studio),
    folder: filesOf(host.env, studio),
    sealed: sealedIn(host, studio, plugin),
    letters: keys => lettersOf(host, studio, plugin, keys),
    withdraw: keys => host.mailer.withdraw(host.tenants.master, wholeKeys(studio, plugin, keys)),
    mailAgain: (key, to) => host.mailer.again(host.tenants.master, jobMail(studio, plugin, key), to)
  }
}

/** Whole addresses of a studio's pages, by door. */
export const addressIn =
  (host: Host, studio: Studio): Context['address'] =>
  (path, door = 'staff') =>
    `${host.origin}${door === 'open' ? host.openBase(studio) : host.base(studio)}${path}`

/** Secrets of a plugin in a studio. */
export function sealedIn({ tenants: { secrets } }: Host, studio: Studio, plugin: string): Sealed {
  const record = (name: string) => `studio:${studio.id}:${plugin}:${name}`
  return {
    seal: (text, name) => secrets.seal(text, record(name)),
    open: (sealed, name) => secrets.open(sealed, record(name))
  }
}

/** Mails of a plugin's jobs are known by studio, plugin and key. */
const jobMail = (studio: Studio, plugin: string, key: string) => `${studio.id}:job:${plugin}:${key}`
const wholeKeys = (studio: Studio, plugin: string, keys: readonly string[]) =>
  keys.map(key => jobMail(studio, plugin, key))

/** What became of the mails that a plugin's jobs wrote. */
export async function lettersOf(
  host: Host,
  studio: Studio,
  plugin: string,
  keys: readonly string[]
): Promise<Mailed[]> {
  if (keys.length === 0) return []
  const whole = new Map(keys.map(key => [jobMail(studio, plugin, key), key]))
  const rows = await host.tenants
    .master('mails')
    .whereRaw('dedupe_key = any(?::text[])', [[...whole.keys()]])
    .select<(Omit<Mailed, 'key'> & { dedupe_key: string })[]>(
      'dedupe_key',
      'recipient as to',
      'created_at as written_at',
      'sent_at',
      'last_error as error',
      'attempts'
    )
  return rows.map(({ dedupe_key, ...mailed }) => ({ key: whole.get(dedupe_key) ?? '', ...mailed }))
}

/**
 * Asks a question of the enabled plugins, and gives their answers in list order; those that answer undefined are left out.
 * All are asked at once over one connection; in a transaction, where answers may write, one after another.
 */
export function asker(
  host: Host,
  who: { db: Db; studio: Studio; switched: Switched; person: Actor; can: (permission: string) => boolean; voice: Voice }
): Ask {
  return async (question, input, over = who.db) => {
    type Answer = Questions[typeof question]['answer'] | undefined
    const asked = who.switched.plugins.filter(plugin => plugin.answers?.[question])
    const answerOf = (plugin: Plugin, db: Db) => {
      const answer = plugin.answers?.[question] as (asking: Asking, input: unknown) => Promise<Answer>
      const context = contextOf(host, db, who.studio, who.switched, plugin.id, who.voice)
      return answer({ ...context, person: who.person, can: who.can, base: host.base(who.studio) }, input)
    }
    const given: Answer[] = []
    if (over.isTransaction) for (const plugin of asked) given.push(await answerOf(plugin, over))
    else if (asked.length > 0) given.push(...(await together(over, db => asked.map(plugin => answerOf(plugin, db)))))
    return given.filter(answer => answer !== undefined)
  }
}

/**
 * After a commit: open pages hear of it at once, the plugins' listeners by a job that survives a crash. It never fails:
 * the change is made and must not look as if it were not; what could not be announced now, the sweep finds.
 */
export async function announce(host: Host, studio: Studio, facts: Told[]): Promise<void> {
  const master = host.tenants.master
  const live = facts.filter(({ fact }) => host.liveFacts.has(fact))
  try {
    await host.bus.say(
      master,
      ...live.map(({ fact, ids }) => ({ kind: 'fact', studio: studio.id, fact, ids }) as const)
    )
    for (const { outbox_id } of facts) {
      await addJob(master, 'deliver', { studio: studio.id, outbox_id }, `deliver:${studio.id}:${outbox_id}`)
    }
  } catch (error) {
    host.log.warn({ err: error, studio: studio.slug }, 'facts wait in the outbox until the master database answers')
  }
}

/**
 * Tells one fact to every listening plugin that is on. Each listener has a transaction of its own in which its delivery
 * is noted, so that its effects happen once; one that fails does not keep the others from hearing, and is tried again.
 */
export async function deliver(host: Host, studio: Studio, outboxId: number): Promise<void> {
  const db = host.tenants.db(studio)
  const row = await db('outbox').where({ id: outboxId }).first<OutboxRow | undefined>()
  if (!row) return
  const switched = await host.switches.of(studio, db)
  const failures: unknown[] = []
  for (const { plugin, name, listener } of listenersOf(switched, row.fact)) {
    try {
      await hear(host, studio, switched, { plugin, name }, row, listener)
    } catch (error) {
      host.log.error(
        { err: error, studio: studio.slug, fact: row.fact, plugin },
        'a listener failed; it is tried again'
      )
      failures.push(error)
    }
  }
  for (const { id, jobs = {} } of switched.plugins)
    for (const [job, { after = [] }] of Object.entries(jobs))
      if (after.includes(row.fact)) await startJob(host.tenants.master, { studio: studio.id, plugin: id, job })
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} listeners of ${row.fact} failed`)
  await db('outbox').where({ id: outboxId }).delete()
}

type Listener = (hearing: Hearing, ids: Record<string, unknown>) => Promise<void>

/** Who hears a fact, and the name under which its delivery is noted. */
function listenersOf(switched: Switched, fact: string): { plugin: string; name: string; listener: Listener }[] {
  return switched.plugins.flatMap(({ id, on, onAny }) => {
    const own = on?.[fact as keyof Facts] as Listener | undefined
    return [
      ...(own ? [{ plugin: id, name: id, listener: own }] : []),
      ...(onAny ? [{ plugin: id, name: `${id}:any`, listener: onAnyOf(onAny, fact) }] : [])
    ]
  })
}

const onAnyOf =
  (onAny: NonNullable<Plugin['onAny']>, fact: string): Listener =>
  (hearing, ids) =>
    onAny(hearing, fact, ids)

interface OutboxRow {
  id: number
  at: Date
  fact: string
  ids: Record<string, unknown>
  by_id: number | null
  by_name: string
}

async function hear(
  host: Host,
  studio: Studio,
  switched: Switched,
  { plugin, name }: { plugin: string; name: string },
  row: OutboxRow,
  listener: Listener
) {
  const person: Actor = { id: row.by_id, name: row.by_name, role: 'owner' }
  const facts = await host.tenants.db(studio).transaction(async trx => {
    const delivery = { outbox_id: row.id, listener: name }
    const fresh = await trx('outbox_deliveries').insert(delivery).onConflict().ignore().returning('outbox_id')
    if (fresh.length === 0) return []
    const { tell, write } = teller(trx, row.by_id, row.by_name)
    await listener(
      {
        ...contextOf(host, trx, studio, switched, plugin, studioVoice(host, studio)),
        by: { id: row.by_id, name: row.by_name },
        at: row.at,
        tell,
        did: byItself(trx),
        ask: asker(host, { db: trx, studio, switched, person, can: () => true, voice: studioVoice(host, studio) }),
        mail: letter =>
          host.mailer.queue(host.tenants.master, {
            from: studio.name,
            ...letter,
            organization_id: studio.id,
            dedupe_key: letter.ever
              ? jobMail(studio, plugin, letter.key)
              : `${studio.id}:${row.id}:${plugin}:${letter.key}`
          })
      },
      row.ids
    )
    return write()
  })
  if (facts.length > 0) await announce(host, studio, facts)
}

/** Who asks when nobody does. */
const clockwork: Actor = { id: null, name: 'Patchbay', role: 'owner' }

/**
 * Runs one job of a plugin in one studio, in a transaction but for those that stand apart; what it tells is announced
 * after the commit. Gives when it wants to be run again, if it says so.
 */
export async function work(host: Host, studio: Studio, pluginId: string, jobName: string): Promise<Date | undefined> {
  const db = host.tenants.db(studio)
  const switched = await host.switches.of(studio, db)
  const job = switched.plugins.find(plugin => plugin.id === pluginId)?.jobs?.[jobName]
  if (!job) return undefined
  const voice = studioVoice(host, studio)
  const partOf = (trx: Db) => {
    const { tell, write } = teller(trx, null, pluginId)
    const ask = asker(host, { db: trx, studio, switched, person: clockwork, can: () => true, voice })
    return { part: { db: trx, tell, did: byItself(trx), ask }, write }
  }
  const within = async <T>(run: (part: Part) => Promise<T>): Promise<T> => {
    const { value, told } = await db.transaction(async trx => {
      const { part, write } = partOf(trx)
      const value = await run(part)
      return { value, told: await write() }
    })
    if (told.length > 0) await announce(host, studio, told)
    return value
  }
  const around = job.apart ? <T>(run: (db: Db) => Promise<T>) => run(db) : db.transaction.bind(db)
  const { next, facts } = await around(async trx => {
    const { part, write } = partOf(trx)
    const next = await job.run({
      ...contextOf(host, trx, studio, switched, pluginId, voice),
      ...part,
      within,
      mail: ({ key, ...letter }) =>
        host.mailer.queue(host.tenants.master, {
          from: studio.name,
          ...letter,
          organization_id: studio.id,
          dedupe_key: jobMail(studio, pluginId, key)
        })
    })
    return { next: next ?? undefined, facts: await write() }
  })
  if (facts.length > 0) await announce(host, studio, facts)
  return next
}
