/** What other plugins may know of equipment: the facts told, with ids only. */
declare module '@patchbay/core/plugin' {
  interface Facts {
    /** A piece was entered. */
    'equipment.added': { equipment_id: number }
    /** A piece, its state or its maintenance changed, or it was put away or brought back. */
    'equipment.changed': { equipment_id: number }
    /** Somebody took it, for a session or to a client. */
    'equipment.checked-out': { equipment_id: number }
    /** It is back. */
    'equipment.checked-in': { equipment_id: number }
  }
}

export const categories = [
  'microphone',
  'preamp',
  'dynamics',
  'equalizer',
  'effect',
  'console',
  'converter',
  'monitoring',
  'headphones',
  'recorder',
  'computer',
  'piano',
  'keyboard',
  'synthesizer',
  'guitar',
  'amplifier',
  'drums',
  'percussion',
  'stand',
  'accessory',
  'other'
] as const
export type Category = (typeof categories)[number]

/** How a piece is: what is broken or out of use cannot be booked. */
export const conditions = ['good', 'worn', 'broken', 'out'] as const
export type Condition = (typeof conditions)[number]

/** What was done to it. */
export const maintenanceKinds = ['repair', 'service', 'tuning', 'calibration', 'cleaning', 'check', 'other'] as const
export type MaintenanceKind = (typeof maintenanceKinds)[number]
