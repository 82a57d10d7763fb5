/** What other plugins may know of packages: the facts told. */
declare module '@patchbay/core/plugin' {
  interface Facts {
    /** A package was paid, or entered by hand. */
    'packages.opened': { balance_id: number }
    /** Something was drawn for a session, or given back. */
    'packages.used': { balance_id: number; session_id: number }
    /** Its days, what is left of it, or whether it may be used is other. */
    'packages.changed': { balance_id: number }
  }
}

export const packageUnits = ['hour', 'session'] as const
export type PackageUnit = (typeof packageUnits)[number]
