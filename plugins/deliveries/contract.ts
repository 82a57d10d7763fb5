/** What other plugins may know of deliveries: the facts told, with ids only, and the questions asked. */
declare module '@patchbay/core/plugin' {
  interface Facts {
    /** A package was made, changed or removed. */
    'deliveries.changed': { delivery_id: number; project_id: number }
    /** Its link is on its way to whom it is for. */
    'deliveries.sent': { delivery_id: number; project_id: number }
    /** Its gate was opened by somebody, before what it waits for. */
    'deliveries.opened': { delivery_id: number; project_id: number }
    /** Its link was taken back. */
    'deliveries.revoked': { delivery_id: number; project_id: number }
    /** Somebody took a file of it, or the whole. */
    'deliveries.taken': { delivery_id: number; project_id: number }
  }
  interface Questions {
    /**
     * Whether what a project is billed for is paid; whoever keeps invoices answers. `sources` are what invoices name: the
     * project, its sessions, its quote. Guests of a delivery cause it to be asked: no permission is looked at.
     */
    'deliveries.paid': {
      input: { project_id: number; client_id: number | null; sources: readonly string[] }
      answer: Paid
    }
  }
}

export interface Paid {
  /** False while something is open, and while nothing was billed. */
  paid: boolean
  /** Left to pay, in cents of the studio's currency. */
  open_cents: number
  /** Invoices it stands on: `{ label: 'F2026-12', href }`; `pay` is the page where whoever owes it pays, while it is open. */
  documents: { label: string; href: string; open_cents: number; pay: string | null }[]
}

export const gates = ['none', 'approved', 'paid', 'approved_and_paid', 'by_hand'] as const
export type Gate = (typeof gates)[number]
