import type { Running, Section } from '@patchbay/core'

/**
 * What other plugins may know of clients: the facts told and the questions asked.
 *
 * A form that picks a client includes the view `clients/_picker` inside it and `clients/_quick_dialog` after it: fields
 * `client_id` (the id) and `client_name` (the text), suggestions from `/s/:studio/clients/suggestions?q=`, and a new
 * client in place. A form posted without script has only the text: look for the
 * one client with `words_of(name) = words_of(?)`, a function of this plugin's migrations.
 */
declare module '@patchbay/core/plugin' {
  interface Facts {
    /** A client was entered; for an import, one fact a client up to 50, then none: the list is read again anyway. */
    'clients.added': { client_id: number }
    /** Its fields, tags, contacts or notes changed, or it was archived or restored. */
    'clients.changed': { client_id: number }
    /** `merged_id` is now the same client as `client_id`; what hung on it hangs there. */
    'clients.merged': { client_id: number; merged_id: number }
    /** It is gone; nothing hung on it. */
    'clients.removed': { client_id: number }
  }
  interface Questions {
    /** A part of a client's card: what this plugin has of that client. */
    'clients.sections': { input: { client_id: number }; answer: CardSection }
    /** Filters of yours for the list of clients. */
    'clients.filters': { input: Record<string, never>; answer: ClientFilter[] }
    /** The clients, by id, whom the filter of yours with this key keeps; nothing when it is none of yours. */
    'clients.kept': { input: { filter: string }; answer: number[] }
    /** What of yours hangs on these clients and keeps them from being deleted: a number and its label, translated. */
    'clients.hangs': { input: { client_id: number }; answer: Hanging }
    /**
     * Asked inside the transaction that merges: move your rows from client `from` to client `into`. The answer is how many
     * rows moved. Throwing rolls the whole merge back.
     */
    'clients.merge': { input: { from: number; into: number }; answer: number }
    /**
     * Asked inside the transaction of an action, which hands on what it was given: which client this is, by mail, phone or
     * name; a new one when none is, or when it cannot be told. Clients answer. What is stored of one that is matched stays.
     */
    'clients.match-or-add': { input: { running: Running } & Somebody; answer: Matched }
  }
}

/** A part of a client's card. */
export interface CardSection extends Section {
  /** Small numbers come first, 50 when absent. The notes stand at 60: above what is agreed once and seldom looked at. */
  order?: number
  /** A view of the same data for the lines under the client's name: what is owed. */
  headline?: string
}

/** A chip above the list of clients: `{ key: 'owes', label: 'Doit de l’argent', icon: 'hand-coins' }`. */
export interface ClientFilter {
  key: string
  label: string
  icon: string
}

/** Things that refer to a client: `{ count: 3, label: 'séances' }`. */
export interface Hanging {
  count: number
  label: string
}

/** What somebody says of themselves. */
export interface Somebody {
  name: string
  artist_name: string | null
  email: string | null
  phone: string | null
  language: 'fr' | 'en'
}

/** Who it is, and by what: `new` like nobody else, `unsure` new because several, or one with another mail or phone, may be meant. */
export interface Matched {
  client_id: number
  by: 'email' | 'phone' | 'name' | 'new' | 'unsure'
  /** Clients it may be; for `unsure`. */
  alike: number[]
}

/** Whom a client is. A band and its members are clients of their own, joined by contacts. */
export const clientKinds = ['person', 'band', 'company', 'label'] as const
export type ClientKind = (typeof clientKinds)[number]
