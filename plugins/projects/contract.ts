import type { Running } from '@patchbay/core'

/** What other plugins may know of projects and tracks: the facts told, with ids only, and the questions asked. */
declare module '@patchbay/core/plugin' {
  interface Facts {
    'projects.added': { project_id: number }
    /** Its fields, people, sessions, files or notes changed. */
    'projects.changed': { project_id: number }
    /** It stands in another column of the board. */
    'projects.moved': { project_id: number }
    /** It is gone, with all its tracks. */
    'projects.removed': { project_id: number }
    /** Tracks were added, removed or put in another order. */
    'projects.tracks-changed': { project_id: number }
    /** A track's own fields changed. */
    'projects.track-changed': { project_id: number; track_id: number }
    /** A task was added, changed, done or removed; `task_id` alone when it belongs to no project. */
    'projects.task-changed': { task_id: number; project_id: number | null }
    /** Somebody was given it; `projects.task-changed` is told as well. */
    'projects.task-assigned': { task_id: number; project_id: number | null }
  }
  interface Questions {
    /** A part of a project's page: what this plugin has of that project. */
    'projects.sections': { input: { project_id: number }; answer: Section | Section[] }
    /** A part of a track's page. */
    'projects.track-sections': { input: { track_id: number; project_id: number }; answer: Section | Section[] }
    /** A page beside the list of projects (listening, musicians, deliveries): a tab for those who may open it. */
    'projects.tabs': { input: Record<string, never>; answer: ProjectsTab | ProjectsTab[] }
    /** A few words for each of these tracks, in the list of tracks; by the track's id. */
    'projects.track-marks': { input: { track_ids: readonly number[] }; answer: Record<number, TrackMark[]> }
    /**
     * What went into a project: hours booked and worked, what was bought, what was billed. Amounts in cents of the studio's
     * currency. `sources` are what invoices and expenses name: the project, its sessions, its quote.
     */
    'projects.spent': {
      input: { project_id: number; session_ids: readonly number[]; sources: readonly string[] }
      answer: Spent[]
    }
    /**
     * Papers of a project that go out with its files: liner notes, a report of the files' quality. `content` is the file as it is. Guests
     * cause it to be asked: no permission is looked at.
     */
    'projects.papers': {
      input: { project_id: number; audio_ids: readonly number[]; which: 'notes' | 'report'; language: 'fr' | 'en' }
      answer: { name: string; content: Buffer }[]
    }
    /**
     * Asked inside the transaction of an action or a job, which hands on what it was given: a new track at the end of a project.
     * Projects answer.
     */
    'projects.add-track': {
      input: { running: Pick<Running, 'db' | 'tell'>; project_id: number; title: string }
      answer: { track_id: number }
    }
    /** The same, or inside a job's: a track is further than it was said to be, because a mix of it came or was approved. Never moves it back. */
    'projects.advance-track': {
      input: { running: Pick<Running, 'db' | 'tell'>; track_id: number; status: TrackStatus }
      answer: { changed: boolean }
    }
  }
}

export interface ProjectsTab {
  href: string
  label: string
  order: number
}

/** `tone` says how it looks, beside the words: as the classes of states do. */
export interface TrackMark {
  label: string
  href?: string
  icon?: string
  tone?: 'quiet' | 'good' | 'warning' | 'late'
}

/** `booked` is a price for time in the rooms; `time` what was worked in it; `cost` what was bought; `billed` what was invoiced. */
export interface Spent {
  kind: 'booked' | 'time' | 'cost' | 'billed'
  label: string
  /** For `booked` and `time`. */
  minutes?: number
  /** Excl. VAT; null where no price is known. */
  cents?: number | null
  href?: string
}

export const projectKinds = [
  'album',
  'ep',
  'single',
  'soundtrack',
  'podcast',
  'audiobook',
  'voice_over',
  'advertising',
  'live',
  'other'
] as const
export type ProjectKind = (typeof projectKinds)[number]

/** The columns of the board, and what is no longer on it. */
export const projectStatuses = [
  'planned',
  'recording',
  'editing',
  'mixing',
  'mastering',
  'delivered',
  'archived',
  'cancelled'
] as const
export type ProjectStatus = (typeof projectStatuses)[number]

export const trackStatuses = [
  'to_record',
  'recording',
  'editing',
  'mixing',
  'mastering',
  'approved',
  'delivered',
  'dropped'
] as const
export type TrackStatus = (typeof trackStatuses)[number]

/** What a master has to be, where something is said of it. */
export interface DeliverySheet {
  /** Hz. */
  rate: number | null
  /** Bits; 32 is float. */
  depth: 16 | 24 | 32 | null
  format: 'wav' | 'aiff' | 'flac' | null
  /** Integrated loudness aimed at. */
  lufs: number | null
  /** dBTP, at most. */
  true_peak: number | null
}
