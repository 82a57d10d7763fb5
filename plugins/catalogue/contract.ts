import type { Unit, VatCategory } from '@patchbay/core'

/*
 * What other plugins may know of the catalogue. A form with lines includes `invoices/_lines`, whose suggestions come from
 * `/s/:studio/catalogue/suggestions.json?q=&client_id=` (PricedItem[], at most 8).
 */
declare module '@patchbay/core/plugin' {
  interface Facts {
    'catalogue.changed': { item_id: number }
    /** A discount code is another, or was used. */
    'catalogue.codes-changed': { code_id: number }
  }
  interface Questions {
    /** An item at a client's price. Nothing when there is no such item. Catalogue answers. */
    'catalogue.priced': { input: { item_id: number; client_id: number | null }; answer: PricedItem }
    /**
     * What a code takes off, asked when a draft takes it and again, inside the issuing transaction with `use`, which counts
     * it against its limits. Catalogue answers; `refused` is a locale key when it does not apply.
     */
    'catalogue.discount': {
      input: { code: string; client_id: number; on: string; net_cents: number; use: string | null }
      answer: CodeDiscount
    }
  }
}

export interface PricedItem {
  item_id: number
  label: string
  description: string | null
  unit: Unit
  unit_micros: number
  vat_category: VatCategory
  vat_rate: number
  nature: 'service' | 'goods'
  account: string | null
  /** A package of hours or sessions: how much it is, and for how many days. */
  package: { unit: 'hour' | 'session'; quantity: number; days: number | null } | null
}

export type CodeDiscount =
  | { refused: string }
  | { refused: null; discount_bp: number; discount_cents: number; label: string }
