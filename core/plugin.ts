import type { FastifyInstance } from 'fastify'
import type { Knex } from 'knex'
import type { z } from 'zod'
import type { Action } from './actions.ts'
import type { Ability, Hit, KnownPaper, Notice, NoticeKind, RecordName, Step } from './answers.ts'
import type { Asking, Context, Hearing, Working } from './context.ts'
import type { Folder } from './folder.ts'
import type { List } from './lists.ts'

/**
 * The contract between the host and a plugin, whole: what a plugin says here, what its functions are given in context.ts, what
 * they answer the core's questions with in answers.ts.
 * A plugin is data and functions; it registers nothing by itself.
 * Nothing here exists without a plugin of this repository that uses it. docs/plugins.md teaches it.
 */

export type Role = 'owner' | 'manager' | 'engineer' | 'assistant'
export const roles: readonly Role[] = ['owner', 'manager', 'engineer', 'assistant']

/** Somebody who came through the open door: has the permissions that name `visitor`, and only there. */
export type Visitor = 'visitor'

/** A connection to one studio's database, or a transaction on it. The connection is the tenant. */
export type Db = Knex

/**
 * Facts a plugin tells, by name: `interface Facts { 'sessions.booked': { session_id: number } }` in its contract.ts,
 * inside `declare module '@patchbay/core/plugin'`. Past tense, ids only.
 */
// oxlint-disable-next-line typescript/no-empty-object-type -- filled by declaration merging in each contract.ts
export interface Facts {}

/** Questions asked, by name: `{ 'clients.sections': { input: { client_id: number }; answer: Section } }`. */
export interface Questions {
  /** Lines of the Today page. Owned by core: what is now, next, to decide, late or missing for this person. */
  'core.today': { input: { day: string }; answer: Section }
  /** Hits of the search palette for a folded, trimmed text of 2 characters or more; at most 6 an answer. */
  'core.search': { input: { text: string }; answer: Hit[] }
  /**
   * Names and addresses of records that the trail is about, by `session:12`, for those of them that are the plugin's own.
   */
  'core.records': { input: { about: readonly string[] }; answer: Record<string, RecordName> }
  /** Steps of the first visit, shown on Today until all are done. */
  'core.first-steps': { input: Record<string, never>; answer: Step[] }
  /** Whom one of your facts concerns, and what to tell them; nothing when it concerns nobody. Asked after the commit. */
  'core.notice': { input: { fact: string; ids: Record<string, unknown> }; answer: Notice }
  /**
   * What a file is, by its SHA-256 (hexadecimal): asked for visitors who check a paper. Whoever archives papers answers for
   * its own, with their kind and nothing else of them.
   */
  'core.known-paper': { input: { sha256: string }; answer: KnownPaper }
  /**
   * What you can do here, or could if this machine had what it takes: told on your page of settings, `plugin` being your id.
   */
  'core.abilities': { input: { plugin: string }; answer: Ability }
  /** The kinds of notices you give, for people to choose which they want. */
  'core.notice-kinds': { input: Record<string, never>; answer: NoticeKind[] }
}

/** A part of a page that another plugin gives: one of its own views (`sessions/_client`) and that view's data. */
export interface Section {
  view: string
  data: Record<string, unknown>
}

export type { Ability, Hit, KnownPaper, Notice, NoticeKind, NoticeValue, RecordName, Step } from './answers.ts'
export type { Actor, Asking, Context, Did, Hearing, Mailed, PluginMail, Sealed, Working } from './context.ts'

export type Tell = <Name extends keyof Facts & string>(fact: Name, ids: Facts[Name]) => void
/** `db` is for a question that is one of the reads of `together`. */
export type Ask = <Name extends keyof Questions & string>(
  question: Name,
  input: Questions[Name]['input'],
  db?: Db
) => Promise<Questions[Name]['answer'][]>

/** An entry of the rail. Its label is the text `<plugin>.nav.<key>`. */
export interface NavItem {
  key: string
  /** Below the plugin's mount, `''` or `/rooms`. */
  path: string
  icon: string
  permission: string
  /** Small numbers come first. Today is 0. */
  order: number
}

/** A fragment above every page, for example a running timer. It is drawn by its own GET route of the staff door. */
export interface BarItem {
  /** Below the plugin's mount: `/timer`. Answers a fragment, empty when there is nothing to show. */
  path: string
  permission: string
  /** Live facts after which it asks again. */
  facts: readonly string[]
}

/** Something to do that the search palette offers. Its label is the text `<plugin>.commands.<key>`. */
export type Command = Omit<NavItem, 'order'>

/** What a plugin's seed is given. */
export interface Seeding extends Context {
  ask: Ask
  people: { id: number; name: string }[]
  /** Writes into the trail that it was done then, by whom: `did('sessions.book', at, { session: 12 }, 7)`. */
  did: (action: string, at: Date, about: Record<string, number | null>, person_id: number | null) => void
  /** Says that a fact was told then, by whom: `told('sessions.booked', at, { session_id: 12 }, 7)`. Nobody acts on it now. */
  told: <Name extends keyof Facts & string>(fact: Name, at: Date, ids: Facts[Name], person_id: number | null) => void
  /** What the plugins before this one said was told. */
  past: readonly PastFact[]
}

/** A fact of the months that a demo has behind it. */
export interface PastFact {
  fact: string
  ids: Record<string, unknown>
  at: Date
  person_id: number | null
}

/** Work by the clock, once per studio where the plugin is on. */
export interface Job {
  /**
   * A crontab line in UTC: minute hour day month weekday. Where nobody has been for half an hour, what would run more
   * often than every ten minutes does so every ten.
   */
  every: string
  /**
   * Facts, of any plugin that is installed, after which it runs at once as well: for work that takes too long to be done
   * by a listener, inside its transaction, or that waits for a time of its own. It looks for itself what there is to do;
   * the clock finds what a crash left.
   */
  after?: readonly string[]
  /** Runs where somebody worked within so many days, 2 when absent: what people wait for outside does not need a visit. */
  days?: number
  /**
   * It waits for machines outside: no transaction is around it. `db` is the studio's own, and what belongs together the
   * job puts into transactions itself.
   */
  apart?: true
  /**
   * May say when it has something to do before its clock comes: then it is run again. Looking each minute whether there is
   * something opens the database of every studio each minute.
   */
  run: (work: Working) => Promise<Date | void>
}

/** A column of sealed texts. `name` is what they are sealed as, `{id}` in it the row's own: `link:{id}`. */
export interface SealedColumn {
  table: string
  column: string
  name: string
}

export interface Plugin {
  /** Its folder, its mount in every door, the prefix of its permissions, actions, facts and texts. */
  id: string
  /** `import.meta.dirname`: where views/, migrations/, locales/ and static/ are. */
  dir: string
  /** Ids of plugins whose tables it refers to. Checked at boot and when switching. */
  requires?: readonly string[]
  /** May a studio turn it off? */
  optional?: boolean
  /**
   * `'clients.write': ['manager', 'engineer']`: who may, beside the owner, who may all. Labels: `<id>.permissions.<rest>`.
   * What `visitor` may is for the routes and actions of open pages.
   */
  permissions?: Record<string, readonly (Role | Visitor)[]>
  /** Every field has a default. Labels: `<id>.settings.<field>`. Drawn and edited on the studio's settings page. */
  settings?: z.ZodObject
  /** Variables of the environment it reads, upper case, none required: `context.env`. Each is in .env.example. */
  env?: z.ZodObject
  /** Pages for the studio's people at `/s/:studio/<id>`. */
  staff?: (app: FastifyInstance) => void | Promise<void>
  /** Pages for anybody at `/o/:studio/<id>`. */
  open?: (app: FastifyInstance) => void | Promise<void>
  /** Its open pages are the studio's front: `/o/:studio` leads to those of the first such plugin that is on. */
  front?: true
  nav?: readonly NavItem[]
  /** Whose entry of the rail its pages stand under, when they have none of their own: `projects`. */
  under?: string
  /** Fragments that stand above every staff page: each asks for itself, when the page is there and on its facts. */
  bar?: readonly BarItem[]
  commands?: readonly Command[]
  /** Its writes: what forms, the API and tools call. */
  actions?: readonly Action[]
  /** Its readable lists, for the API. */
  lists?: readonly List[]
  /** Its facts that open pages are told at once, by the permission it takes to hear of them. */
  live?: Record<string, string>
  on?: { [Name in keyof Facts]?: (hearing: Hearing, ids: Facts[Name]) => Promise<void> }
  /** Hears every fact, for what knows no other plugin: notifications. */
  onAny?: (hearing: Hearing, fact: string, ids: Record<string, unknown>) => Promise<void>
  answers?: {
    [Name in keyof Questions]?: (
      asking: Asking,
      input: Questions[Name]['input']
    ) => Promise<Questions[Name]['answer'] | undefined>
  }
  jobs?: Record<string, Job>
  /** Where it keeps what `sealed` gave: a new SECRET seals all of it anew. */
  sealedIn?: readonly SealedColumn[]
  /**
   * What is wrong with its records in a studio, a sentence each in the operator's English; for `patchbay doctor`. It only
   * reads.
   */
  examine?: (place: { db: Db; folder: Folder }) => Promise<string[]>
  /** Believable data for the demo studio, in its time zone, run once in list order. */
  seed?: (seed: Seeding) => Promise<void>
}

/** Checks what types cannot: ids and names. Throws with the sentence to act on. */
export function definePlugin(plugin: Plugin): Plugin {
  if (!/^[a-z][a-z0-9-]*$/.test(plugin.id))
    throw new Error(`plugin id "${plugin.id}" must be lower-case letters, digits, hyphens`)
  const mine = (name: string, what: string) => {
    if (!name.startsWith(`${plugin.id}.`))
      throw new Error(`plugin ${plugin.id}: ${what} "${name}" must begin with "${plugin.id}."`)
  }
  for (const name of Object.keys(plugin.permissions ?? {})) mine(name, 'permission')
  for (const name of Object.keys(plugin.live ?? {})) mine(name, 'live fact')
  for (const { name } of [...(plugin.actions ?? []), ...(plugin.lists ?? [])]) mine(name, 'action or list')
  if (plugin.settings && !plugin.settings.safeParse({}).success) {
    throw new Error(`plugin ${plugin.id}: every setting needs a default`)
  }
  return plugin
}

/** The installed plugins, in list order, checked against one another. */
export function checkPlugins(plugins: readonly Plugin[]): void {
  const seen = new Set<string>()
  for (const plugin of plugins) {
    if (seen.has(plugin.id)) throw new Error(`two plugins are called "${plugin.id}"`)
    for (const needed of plugin.requires ?? []) {
      if (!seen.has(needed)) {
        throw new Error(`plugin ${plugin.id} requires "${needed}": list it before ${plugin.id} in plugins/index.ts`)
      }
    }
    seen.add(plugin.id)
  }
}
