import { teller } from './outbox.ts'
import type { Told } from './outbox.ts'
import { records } from './actions.ts'
import type { Format } from './format.ts'
import { formats } from './format.ts'
import type { Host } from './host.ts'
import type { Translate } from './i18n.ts'
import { addJob } from './jobs.ts'
import type { Actor, Ask, Asking, Context, Db, Facts, Hearing, Plugin, Questions, Working } from './plugin.ts'
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

export function contextOf(db: Db, studio: Studio, switched: Switched, plugin: string, voice: Voice): Context {
  return { db, studio, settings: switched.settings(plugin), ...voice }
}

/**
 * Asks a question of the enabled plugins, one after another in list order (they share a connection); those that
 * answer undefined are left out.
 */
export function asker(
  host: Host,
  who: { db: Db; studio: Studio; switched: Switched; person: Actor; can: (permission: string) => boolean; voice: Voice }
): Ask {
  return async (question, input) => {
    const answers = []
    for (const plugin of who.switched.plugins) {
      const answer = plugin.answers?.[question] as
        | ((asking: Asking, input: unknown) => Promise<Questions[typeof question]['answer'] | undefined>)
        | undefined
      if (!answer) continue
      const context = contextOf(who.db, who.studio, who.switched, plugin.id, who.voice)
      const given = await answer({ ...context, person: who.person, can: who.can, base: host.base(who.studio) }, input)
      if (given !== undefined) answers.push(given)
    }
    return answers
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
        ...contextOf(trx, studio, switched, plugin, studioVoice(host, studio)),
        by: { id: row.by_id, name: row.by_name },
        at: row.at,
        tell,
        ask: asker(host, { db: trx, studio, switched, person, can: () => true, voice: studioVoice(host, studio) }),
        wordsIn: locale => studioVoice(host, { ...studio, locale }),
        address: path => `${host.origin}${host.base(studio)}${path}`,
        mail: letter =>
          host.mailer.queue(host.tenants.master, {
            from: studio.name,
            ...letter,
            organization_id: studio.id,
            dedupe_key: `${studio.id}:${row.id}:${plugin}:${letter.key}`
          })
      },
      row.ids
    )
    return write()
  })
  if (facts.length > 0) await announce(host, studio, facts)
}

/** Runs one clock job of a plugin in one studio, in a transaction; what it tells is announced after the commit. */
export async function work(host: Host, studio: Studio, pluginId: string, jobName: string): Promise<void> {
  const db = host.tenants.db(studio)
  const switched = await host.switches.of(studio, db)
  const job = switched.plugins.find(plugin => plugin.id === pluginId)?.jobs?.[jobName]
  if (!job) return
  const facts = await db.transaction(async trx => {
    const { tell, write } = teller(trx, null, pluginId)
    const did: Working['did'] = async (action, about) => {
      await trx('activity').insert({ person_name: 'Patchbay', via: 'job', action, about: records(about) })
    }
    await job.run({ ...contextOf(trx, studio, switched, pluginId, studioVoice(host, studio)), tell, did })
    return write()
  })
  if (facts.length > 0) await announce(host, studio, facts)
}
