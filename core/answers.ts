/** What plugins answer the core's own questions with: hits, notices. The questions are in plugin.ts. */

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
  /** Somebody waits for an answer: those who chose nothing are mailed too, whatever the studio's setting. */
  by_mail?: boolean
}

/** What fills a gap: words, or times (ISO 8601) that are written in the reader's language. */
export type NoticeValue = string | number | { at: string } | { from: string; to: string }

export interface NoticeKind {
  /** `sessions.moved` */
  kind: string
  label: string
  /** As in the notice itself. */
  by_mail?: boolean
}

/** Something that takes a program of the machine: translated what, and how it stands, or what to do about it. */
export interface Ability {
  label: string
  text: string
  there: boolean
}

/** A paper that was archived here. */
export interface KnownPaper {
  /** Translated: `Facture émise`. */
  what: string
  since: Date
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
