/** What other plugins may know of reminders: the facts told. */
declare module '@patchbay/core/plugin' {
  interface Facts {
    /** A step was added, changed or removed. */
    'reminders.steps-changed': { step_id: number }
    /** A client wants no reminders any more, or wants them again. */
    'reminders.stop-changed': { client_id: number }
    /** Somebody asked that one be sent again. */
    'reminders.retried': { reminder_id: number }
  }
}

/** What became of a reminder. Those to come are not written yet. */
export const reminderStates = ['queued', 'sent', 'failed', 'skipped', 'withdrawn'] as const
export type ReminderState = (typeof reminderStates)[number]
