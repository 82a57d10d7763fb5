import type { Running } from '@patchbay/core'

/** What other plugins may know of the music: the facts told, with ids only, and the questions asked. */
declare module '@patchbay/core/plugin' {
  interface Facts {
    /** All bytes of an upload are here; it is looked at and filed by a job. */
    'mixes.received': { upload_id: number; project_id: number }
    /** It was proven and is stored: a new revision, or a further file. */
    'mixes.filed': { audio_id: number; project_id: number; track_id: number | null; revision_id: number | null }
    /** It is no sound, or cut, or there is no room for it: whoever sent it reads why. */
    'mixes.refused': { upload_id: number; project_id: number }
    /** It was measured, or cannot be. */
    'mixes.analysed': { audio_id: number; project_id: number; track_id: number | null }
    /** A revision or a further file was moved, renamed or taken away. */
    'mixes.files-changed': { project_id: number; track_id: number | null }
    /** Something was said of a revision; or only changed: its words, resolved, taken back. */
    'mixes.commented': { comment_id: number; revision_id: number; track_id: number; what: 'said' | 'changed' }
    /** A revision is with somebody who is to say yes, or what is to change. */
    'mixes.review-sent': { review_id: number; revision_id: number; track_id: number }
    'mixes.review-decided': { review_id: number; revision_id: number; track_id: number }
    /** The day of its answer is over; whoever is to give it was written to once more. */
    'mixes.review-late': { review_id: number; revision_id: number; track_id: number }
    /** A link for guests was made, changed or revoked. */
    'mixes.link-changed': { link_id: number; project_id: number }
    /** Its address is on its way to whom it is for. */
    'mixes.link-sent': { link_id: number; project_id: number }
  }
  interface Questions {
    /**
     * One round of mixing more than was agreed to: a quote for it, of this track. With `running`, inside the transaction of
     * an action: make it; without, whether it can be made. Whoever makes quotes answers.
     */
    'mixes.supplement': {
      input: { running: Running | null; project_id: number; client_id: number | null; title: string; round: number }
      answer: { label: string; href: string | null; source: string | null }
    }
    /**
     * Inside the transaction of an action: a link by which chosen revisions can be heard without an account, until
     * `expires_at`. Mixes answer.
     */
    'mixes.make-link': {
      input: {
        running: Running
        project_id: number
        revision_ids: readonly number[]
        scope: LinkScope
        recipient: string | null
        email: string | null
        expires_at: Date | null
      }
      answer: { link_id: number; address: string }
    }
    /** The same: a link is revoked at once. Mixes answer. */
    'mixes.revoke-link': { input: { running: Running; link_id: number }; answer: boolean }
  }
}

/** The four versions of a track, from first to last. */
export const versions = ['demo', 'rough', 'final', 'master'] as const
export type Version = (typeof versions)[number]

/** Further files of a track or a project. */
export const fileKinds = ['instrumental', 'a_cappella', 'stem', 'alternative', 'other'] as const
export type FileKind = (typeof fileKinds)[number]

/** Each includes the ones before it. */
export const linkScopes = ['listen', 'comment', 'download'] as const
export type LinkScope = (typeof linkScopes)[number]

export const revisionStates = ['draft', 'in_review', 'changes', 'approved', 'superseded'] as const
export type RevisionState = (typeof revisionStates)[number]

export const audioFormats = ['wav', 'aiff', 'flac', 'mp3', 'aac', 'ogg', 'opus'] as const
export type AudioFormat = (typeof audioFormats)[number]

/** Names of files as they are delivered. */
export { ascii, buildName, checkName } from './uploads/names.ts'
export type { Named } from './uploads/names.ts'
