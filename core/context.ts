import type { Folder } from './folder.ts'
import type { Format } from './format.ts'
import type { Locale, Translate } from './i18n.ts'
import type { Letter } from './mail.ts'
import type { Ask, Db, Role, Tell, Visitor } from './plugin.ts'
import type { Studio } from './database/tenants.ts'

/*
 * The other half of the contract: what the functions of a plugin are given by those who call them.
 */

/** Who is at work: a member of the studio, a visitor of its open pages, the command line, or a job. */
export interface Actor {
  /** users.id; null for visitors, the command line and jobs. */
  id: number | null
  name: string
  role: Role | Visitor
}

/** What a listener, an answer and a job are given. */
export interface Context {
  db: Db
  studio: Studio
  /** This plugin's settings in this studio, its defaults filled in: parse them with the plugin's own schema. */
  settings: unknown
  /** What this plugin reads of the environment: parsed by its own `env`. */
  env: unknown
  /** Words, dates and money in the reader's language; the studio's where nobody reads. */
  t: Translate
  fmt: Format
  /** Words, dates and money in somebody else's language: of a paper, of a mail. */
  wordsIn: (locale: Locale) => { t: Translate; fmt: Format }
  /** The whole address of a page of this studio, for mails and files: `address('/sessions/12')`, `address('/feeds/x', 'open')`. */
  address: (path: string, door?: 'staff' | 'open') => string
  /** The studio's folder of files, for core/storage.ts. */
  folder: Folder
  /** Keeps secrets of this plugin in this studio unreadable at rest: keys of accounts elsewhere. */
  sealed: Sealed
  /** What became of the mails of this plugin's jobs, by their keys. Those never written are left out. */
  letters: (keys: readonly string[]) => Promise<Mailed[]>
  /** Takes back those of them that are not sent yet: what they say is no longer so. */
  withdraw: (keys: readonly string[]) => Promise<void>
  /** Tries now to send one that waits, to `to` from now on when that is given. False: it is sent already, or there is none. */
  mailAgain: (key: string, to?: string) => Promise<boolean>
}

/** A text that is stored encrypted, bound to the studio, the plugin and what it is called. */
export interface Sealed {
  seal: (text: string, name: string) => string
  /** @throws Error when it was sealed for something else, or with a key that is gone. */
  open: (sealed: string, name: string) => string
}

/** What became of a mail. */
export interface Mailed {
  key: string
  to: string
  written_at: Date
  /** When the mail server took it; null while it waits, and for ever without a mail server. */
  sent_at: Date | null
  /** What the server last said against it, when it could not be sent. */
  error: string | null
  attempts: number
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
  /** Writes into the trail what this led to: nobody did it, it followed. */
  did: Did
  mail: (mail: PluginMail) => Promise<void>
}

/** A row of the trail for what nobody did but what followed: about which records, and perhaps what it changed of them. */
export type Did = (
  action: string,
  about: Record<string, number | readonly number[]>,
  changes?: Record<string, [before: unknown, after: unknown]>
) => Promise<void>

/** What a job of a plugin is given, for each studio where the plugin is on. */
export interface Working extends Context {
  tell: Tell
  /** Writes into the trail what the clock did: `did('sessions.expire', { session: [12, 13] })`. */
  did: Did
  /** A mail; the same `key` of this plugin in this studio is mailed once, ever. `letters` says what became of it. */
  mail: (mail: PluginMail) => Promise<void>
  ask: Ask
  /**
   * For jobs that stand apart: a transaction of its own. What is told in it is told when it is committed, and for certain,
   * whatever becomes of the job afterwards.
   */
  within: <T>(run: (part: Part) => Promise<T>) => Promise<T>
}

/** What a transaction of a job that stands apart is given. */
export interface Part {
  db: Db
  tell: Tell
  did: Did
  ask: Ask
}

/**
 * A mail that a listener sends. Within one fact, the same `key` is mailed once; with `ever`, as those of jobs, once for all
 * facts, and `letters` says what became of it.
 */
export type PluginMail = Letter & { to: string; key: string; ever?: boolean }
