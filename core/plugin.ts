import type { FastifyInstance } from 'fastify'
import type { Knex } from 'knex'
import type { z } from 'zod'
import type { Action } from './actions.ts'
import type { List } from './lists.ts'
import type { Format } from './format.ts'
import type { Locale, Translate } from './i18n.ts'
import type { Letter } from './mail.ts'
import type { Studio } from './database/tenants.ts'

/**
 * The contract between the host and a plugin, whole. A plugin is data and functions; it registers nothing by itself.
 * Nothing here exists without a plugin of this repository that uses it. docs/plugins.md teaches it.
 */

export type Role = 'owner' | 'manager' | 'engineer' | 'assistant'
export const roles: readonly Role[] = ['owner', 'manager', 'engineer', 'assistant']

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
  /** The kinds of notices you give, for people to choose which they want. */
  'core.notice-kinds': { input: Record<string, never>; answer: NoticeKind[] }
}

/** A part of a page that another plugin gives: one of its own views (`sessions/_client`) and that view's data. */
export interface Section {
  view: string
  data: Record<string, unknown>
}

/** One line of the search palette. `icon` is a lucide name. */
export interface Hit {
  href: string
  label: string
  hint?: string
  icon: string
  /** Translated heading it stands under; else the title of the plugin whose page it opens. */
  group?: string
}

/** News for some people of the studio, in words that wait for their reader: a locale key and what fills its gaps. */
export interface Notice {
  /** users.id of those concerned; whoever did it is left out. */
  people: readonly number[]
  /** One of your `core.notice-kinds`. */
  kind: string
  /** `sessions.notices.moved`, with gaps `{client}` and `{when}`. */
  text: string
  values: Record<string, NoticeValue>
  /** Where it leads, below `/s/<slug>`: `/sessions/12`. */
  path: string
}

/** What fills a gap: words, or times (ISO 8601) that are written in the reader's language. */
export type NoticeValue = string | number | { at: string } | { from: string; to: string }

export interface NoticeKind {
  /** `sessions.moved` */
  kind: string
  label: string
}

/** What a record is called, and where it is. */
export interface RecordName {
  label: string
  href: string
}

/** One step of the first visit. */
export interface Step {
  /** Its label's text, whole: `clients.first_step`. */
  key: string
  /** Its place among the others, lowest first. */
  order: number
  href: string
  done: boolean
}

/** Who is at work: a member of the studio, the command line, or a job. */
export interface Actor {
  /** users.id; null for the command line and jobs. */
  id: number | null
  name: string
  role: Role
}

/** What a listener, an answer and a job are given. */
export interface Context {
  db: Db
  studio: Studio
  /** This plugin's settings in this studio, its defaults filled in: parse them with the plugin's own schema. */
  settings: unknown
  /** Words, dates and money in the reader's language; the studio's where nobody reads. */
  t: Translate
  fmt: Format
}

/** What answering a question adds: for whom. */
export interface Asking extends Context {
  person: Actor
  can: (permission: string) => boolean
  /** `/s/<slug>`: what links begin with. */
  base: string
}

/** What listening to a fact adds. Runs after the commit, in a transaction of its own, once whatever crashes. */
export interface Hearing extends Context {
  /** Who did it. */
  by: { id: number | null; name: string }
  at: Date
  tell: Tell
  ask: Ask
  mail: (mail: PluginMail) => Promise<void>
  /** Words, dates and money in somebody else's language than the studio's. */
  wordsIn: (locale: Locale) => { t: Translate; fmt: Format }
  /** The whole address of a page of this studio, for a mail: `address('/sessions/12')`. */
  address: (path: string) => string
}

/** What a job of a plugin is given, for each studio where the plugin is on. */
export interface Working extends Context {
  tell: Tell
  /** Writes into the trail what the clock did: `did('sessions.expire', { session: [12, 13] })`. */
  did: (action: string, about: Record<string, number | readonly number[]>) => Promise<void>
}

/** A mail that a listener sends. Within one fact, the same `key` is mailed once. */
export type PluginMail = Letter & { to: string; key: string }

export type Tell = <Name extends keyof Facts & string>(fact: Name, ids: Facts[Name]) => void
export type Ask = <Name extends keyof Questions & string>(
  question: Name,
  input: Questions[Name]['input']
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

/** Something to do that the search palette offers. Its label is the text `<plugin>.commands.<key>`. */
export type Command = Omit<NavItem, 'order'>

/** What a plugin's seed is given. */
export interface Seeding extends Context {
  people: { id: number; name: string }[]
  /** Writes into the trail that it was done then, by whom: `did('sessions.book', at, { session: 12 }, 7)`. */
  did: (action: string, at: Date, about: Record<string, number | null>, person_id: number | null) => void
}

/** Work by the clock, once per studio where the plugin is on. */
export interface Job {
  /** A crontab line in UTC: minute hour day month weekday. */
  every: string
  run: (work: Working) => Promise<void>
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
  /** `'clients.write': ['manager', 'engineer']`: who may, beside the owner, who may all. Labels: `<id>.permissions.<rest>`. */
  permissions?: Record<string, readonly Role[]>
  /** Every field has a default. Labels: `<id>.settings.<field>`. Drawn and edited on the studio's settings page. */
  settings?: z.ZodObject
  /** Pages for the studio's people at `/s/:studio/<id>`. */
  staff?: (app: FastifyInstance) => void | Promise<void>
  nav?: readonly NavItem[]
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
