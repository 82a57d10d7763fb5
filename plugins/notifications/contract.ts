/** Whose news it is: told to their own open pages only. */
export interface Theirs {
  person_id: number
}

declare module '@patchbay/core/plugin' {
  interface Facts {
    /** Somebody has news. */
    'notifications.added': Theirs & { notification_id: number }
    /** Somebody read theirs, one or all: their other open pages count again. */
    'notifications.read': Theirs
  }
}
