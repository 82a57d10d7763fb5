declare module '@patchbay/core/plugin' {
  interface Facts {
    /** Somebody has news; told to their own open pages only. */
    'notifications.added': { person_id: number; notification_id: number }
    /** Somebody read theirs, one or all: their other open pages count again. */
    'notifications.read': { person_id: number }
  }
}
export {}
