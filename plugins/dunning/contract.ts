/** What other plugins may know of reminders of payments. */
declare module '@patchbay/core/plugin' {
  interface Facts {
    /** A reminder was written, by the clock or by hand: its mail goes out. */
    'dunning.reminded': { letter_id: number; invoice_id: number }
    /** Reminders of an invoice were stopped, or go on. */
    'dunning.stop-changed': { invoice_id: number }
    /** The steps or the rate of penalties are others. */
    'dunning.steps-changed': { step_id: number | null }
  }
}

export const tones = ['friendly', 'firm', 'formal'] as const
export type Tone = (typeof tones)[number]
